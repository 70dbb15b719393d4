import versions from '../../host/versions.json' with { type: 'json' };
import { tried, writeTried } from '../e2e/tried.mts';
import { allDelivered, expectOwnRows, startLooking } from './journeys.mts';
import { atEnd, outcomesOf, tally, untilAll } from './outcome.mts';
import { prompts } from './prompts.mts';
import { openScene, type Scene } from './scene.mts';
import { settingOf } from './setting.mts';
import { until } from './until.mts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene('legacy', { version: versions.n8nLegacy });
}, 300_000);
afterAll(async () => {
	if (scene === undefined) return;
	writeTried('queue-legacy', {
		order: 12,
		title: `n8n ${scene.n8n.version} in queue mode`,
		setting: { ...settingOf(scene), Processes: 'main, two workers, a webhook process' },
	});
	await scene.close();
}, 120_000);

describe('n8n 1.x in queue mode', () => {
	tried(
		'a worker is killed (kill -9) while ten executions look: another worker begins its executions again, and nothing is bought twice',
		async () => {
			const { fleet } = scene;
			const looking = await startLooking(scene, prompts(10, 3, 'Looked at [task: takes 15 s]'));
			const { entrance, account } = looking;
			await until('30 tasks are ordered', () => account.creates === 30, 30_000);
			const [worker, other] = fleet.workers;
			const lost = await worker!.begun();
			await worker!.kill();
			const before = (await other!.begun()).length;
			const all = await untilAll(fleet.api, entrance.workflow.id, {
				count: 10,
				are: atEnd,
				withinMs: 120_000,
			});
			const again = (await other!.begun()).slice(before).filter((id) => lost.includes(id));
			const outcomes = await outcomesOf(fleet.api, all);
			const [refused, done] = [
				outcomes.filter(({ id }) => again.includes(id)),
				outcomes.filter(({ id }) => !again.includes(id)),
			];
			expect(again.length).toBeGreaterThan(0);
			expect(account).toMatchObject({ creates: 30, credits: 150 });
			await expectOwnRows(scene, all);
			expect(tally(done)).toEqual({ success: 10 - again.length });
			expect(tally(refused)).toEqual({ error: again.length });
			for (const { error } of refused)
				expect(error).toContain('begun this execution a second time');
			await allDelivered(scene, looking, 30);
			return `30 creates, 150 credits, 0 images bought twice; the other worker began ${again.length} executions again, and each ended with "${refused[0]?.error}"; 30 of 30 images came through the trigger`;
		},
		240_000,
	);
});
