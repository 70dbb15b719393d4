import versions from '../../host/versions.json' with { type: 'json' };
import { reportedTest, writeReport } from '../e2e/reportedTest.mts';
import { waitUntil } from '../e2e/waitUntil.mts';
import {
	countByStatus,
	isFinished,
	listExecutions,
	readResults,
	waitForExecutions,
} from './executions.mts';
import { openFixture, type QueueFixture } from './fixture.mts';
import { promptBatches } from './promptBatches.mts';
import { reportEnvironment } from './reportEnvironment.mts';
import { expectAllDelivered, recordedExecutions, startPollingExecutions } from './scenarios.mts';

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
		'a worker is killed (kill -9) while ten executions poll: another worker starts its executions again, and none whose start is on record pays twice',
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
			const executions = await listExecutions(fleet.api, workflow.id);
			const recorded = await recordedExecutions(fixture, executions);
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
			expect(restarted.length).toBeGreaterThan(0);
			const refused = results.filter(({ status }) => status === 'error');
			for (const { id, error } of refused) {
				expect(restarted).toContain(id);
				expect(error).toContain('n8n restarted this execution');
			}
			// What is not on record is all that may be generated a second time.
			const again = restarted.filter((id) => !refused.some((one) => one.id === id));
			expect(again.filter((id) => recorded.includes(id))).toEqual([]);
			const twice = usage.creates - 30;
			expect(twice).toBe(again.length * 3);
			expect(countByStatus(results)).toEqual({
				success: 10 - refused.length,
				...(refused.length > 0 && { error: refused.length }),
			});
			await expectAllDelivered(fixture, polling, usage.creates);
			return `the other worker started ${restarted.length} executions again; ${refused.length} ended with "${refused[0]?.error}"; ${usage.creates} creates, ${usage.credits} credits, ${twice} images paid for twice; all images came through the trigger`;
		},
		240_000,
	);
});
