import versions from '../../host/versions.json' with { type: 'json' };
import { reportedTest, writeReport } from '../e2e/reportedTest.mts';
import { waitUntil } from '../e2e/waitUntil.mts';
import { countByStatus, isFinished, readResults, waitForExecutions } from './executions.mts';
import { openFixture, type QueueFixture } from './fixture.mts';
import { promptBatches } from './promptBatches.mts';
import { reportEnvironment } from './reportEnvironment.mts';
import { expectAllDelivered, expectOwnRows, startPollingExecutions } from './scenarios.mts';

let fixture: QueueFixture;
beforeAll(async () => {
	fixture = await openFixture('legacy', { version: versions.n8nLegacy });
}, 300_000);
afterAll(async () => {
	if (fixture === undefined) return;
	writeReport('queue-legacy', {
		order: 12,
		title: `n8n ${fixture.n8n.version} in queue mode`,
		environment: {
			...reportEnvironment(fixture),
			Processes: 'main, two workers, a webhook process',
		},
	});
	await fixture.close();
}, 120_000);

describe('n8n 1.x in queue mode', () => {
	reportedTest(
		'a worker is killed (kill -9) while ten executions poll: another worker starts its executions again, and no image is paid for twice',
		async () => {
			const { fleet } = fixture;
			const polling = await startPollingExecutions(
				fixture,
				promptBatches(10, 3, 'Polled [task: takes 15 s]'),
			);
			const { workflow, usage } = polling;
			await waitUntil('30 tasks are created', () => usage.creates === 30, 30_000);
			const [worker, other] = fleet.workers;
			const lost = await worker!.startedExecutions();
			await worker!.kill();
			const before = (await other!.startedExecutions()).length;
			const all = await waitForExecutions(fleet.api, workflow.id, {
				count: 10,
				hasStatus: isFinished,
				timeoutMs: 120_000,
			});
			const restarted = (await other!.startedExecutions())
				.slice(before)
				.filter((id) => lost.includes(id));
			const results = await readResults(fleet.api, all);
			const [refused, done] = [
				results.filter(({ id }) => restarted.includes(id)),
				results.filter(({ id }) => !restarted.includes(id)),
			];
			expect(restarted.length).toBeGreaterThan(0);
			expect(usage).toMatchObject({ creates: 30, credits: 150 });
			await expectOwnRows(fixture, all);
			expect(countByStatus(done)).toEqual({ success: 10 - restarted.length });
			expect(countByStatus(refused)).toEqual({ error: restarted.length });
			for (const { error } of refused)
				expect(error).toContain('begun this execution a second time');
			await expectAllDelivered(fixture, polling, 30);
			return `30 creates, 150 credits, 0 images paid for twice; the other worker started ${restarted.length} executions again, and each ended with "${refused[0]?.error}"; 30 of 30 images came through the trigger`;
		},
		240_000,
	);
});
