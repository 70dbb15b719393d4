import { setTimeout as sleep } from 'node:timers/promises';
import { tried, writeTried } from '../e2e/tried.mts';
import { allDelivered, expectOwnRows, startLooking, tenEndWell } from './journeys.mts';
import { atEnd, isParked, listed, tally, untilAll } from './outcome.mts';
import { prompts } from './prompts.mts';
import type { OwnRedis } from './redis.mts';
import { openSceneOnOwnRedis, type Scene } from './scene.mts';
import { settingOf } from './setting.mts';
import { until } from './until.mts';

/** Without Redis for more than 10 seconds every process of n8n ends itself, to be started again. */
const outageMs = 5_000;

let scene: Scene<OwnRedis>;
beforeAll(async () => {
	scene = await openSceneOnOwnRedis('redis');
}, 300_000);
afterAll(async () => {
	if (scene === undefined) return;
	writeTried('queue-redis', {
		order: 11,
		title: `n8n ${scene.n8n.version} in queue mode, when Redis goes away`,
		setting: { ...settingOf(scene), Processes: 'main, two workers, a webhook process' },
	});
	await scene.close();
}, 120_000);

describe('n8n in queue mode, when Redis goes away', () => {
	tried('Redis is stopped and started while ten executions look: nothing is lost', async () => {
		const { redis } = scene;
		const entrance = await scene.generating('Looking', { waitFor: 'image' });
		const account = scene.account();
		for (const some of prompts(10, 3, 'Looked at [task: takes 10 s]'))
			await scene.send(entrance, some);
		await until('30 tasks are ordered', () => account.creates === 30, 30_000);
		await redis.stop();
		await sleep(outageMs);
		await redis.start();
		await tenEndWell(scene, { entrance, account }, 60_000);
		return '30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed';
	});

	tried(
		'Redis is killed (kill -9) and started while ten executions are parked, and their callbacks come meanwhile: all wake',
		async () => {
			const { fleet, redis } = scene;
			const entrance = await scene.generating('Parked', { waitFor: 'callback' });
			const account = scene.account();
			for (const some of prompts(10, 3, 'Parked [task: takes 20 s]'))
				await scene.send(entrance, some);
			await untilAll(fleet.api, entrance.workflow.id, {
				count: 10,
				are: isParked,
				withinMs: 40_000,
			});
			const { tasks } = account;
			const due = Math.min(...tasks.map(({ dueAt }) => dueAt));
			await sleep(Math.max(0, due - Date.now() - 1_000));
			await redis.kill();
			await sleep(outageMs);
			await redis.start();
			await tenEndWell(scene, { entrance, account }, 90_000);
			const calls = tasks.flatMap(({ deliveries }) => deliveries);
			const taken = calls.filter(({ status }) => status === 200).length;
			return `30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed; ${taken} of ${calls.length} calls of the service were answered with 200`;
		},
	);

	tried(
		'Redis is killed and comes back with an old snapshot: n8n begins executions again that it had begun, nothing is bought twice, and the Flux 2 Trigger in "Callback URL" brings every image',
		async () => {
			const { fleet, redis } = scene;
			// The two workers have twenty places: some of thirty executions wait in Redis.
			const looking = await startLooking(scene, prompts(30, 1, 'Forgotten [task: takes 8 s]'));
			const { entrance, account } = looking;
			await redis.snapshot();
			await until('30 tasks are ordered', () => account.creates >= 30, 40_000);
			await redis.kill();
			await redis.start('snapshot');
			await sleep(15_000);
			const all = await untilAll(fleet.api, entrance.workflow.id, {
				count: 30,
				are: atEnd,
				withinMs: 60_000,
			});
			expect(account).toMatchObject({ creates: 30, credits: 150 });
			await expectOwnRows(scene, all);
			await allDelivered(scene, looking, 30);
			const begun = await Promise.all(fleet.workers.map((worker) => worker.begun()));
			const ids = (await listed(fleet.api, entrance.workflow.id)).map(({ id }) => id);
			const again = begun.flat().filter((id) => ids.includes(id)).length - ids.length;
			expect(again).toBeGreaterThan(0);
			return `30 executions (${JSON.stringify(tally(all))}), ${again} of them begun a second time; ${account.creates} creates, ${account.credits} credits, 0 images bought twice; 30 of 30 came through the trigger`;
		},
		240_000,
	);
});
