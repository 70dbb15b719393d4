import { setTimeout as sleep } from 'node:timers/promises';
import { reportedTest, writeReport } from '../e2e/reportedTest.mts';
import { waitUntil } from '../e2e/waitUntil.mts';
import {
	countByStatus,
	isFinished,
	isWaiting,
	listExecutions,
	waitForExecutions,
} from './executions.mts';
import { openFixtureWithOwnRedis, type QueueFixture } from './fixture.mts';
import { promptBatches } from './promptBatches.mts';
import type { OwnRedis } from './redis.mts';
import { reportEnvironment } from './reportEnvironment.mts';
import {
	expectAllDelivered,
	recordedExecutions,
	expectTenSuccesses,
	startPollingExecutions,
} from './scenarios.mts';

/** Every n8n process exits after 10 seconds without Redis, for a process manager to restart it. */
const outageMs = 5_000;

let fixture: QueueFixture<OwnRedis>;
beforeAll(async () => {
	fixture = await openFixtureWithOwnRedis('redis');
}, 300_000);
afterAll(async () => {
	if (fixture === undefined) return;
	writeReport('queue-redis', {
		order: 11,
		title: `n8n ${fixture.n8n.version} in queue mode, when Redis fails`,
		environment: {
			...reportEnvironment(fixture),
			Processes: 'main, two workers, a webhook process',
		},
	});
	await fixture.close();
}, 120_000);

describe('n8n in queue mode, when Redis fails', () => {
	reportedTest('Redis is restarted while ten executions poll: nothing is lost', async () => {
		const { redis } = fixture;
		const workflow = await fixture.addGenerateWorkflow('Poll for images', { waitFor: 'image' });
		const usage = fixture.trackUsage();
		for (const batch of promptBatches(10, 3, 'Polled [task: takes 10 s]'))
			await fixture.startExecution(workflow, batch);
		await waitUntil('30 tasks are created', () => usage.creates === 30, 30_000);
		await redis.stop();
		await sleep(outageMs);
		await redis.start();
		await expectTenSuccesses(fixture, { workflow, usage }, 60_000);
		return '30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed';
	});

	reportedTest(
		'Redis is killed (kill -9) and restarted while callbacks for ten waiting executions arrive: all resume',
		async () => {
			const { fleet, redis } = fixture;
			const workflow = await fixture.addGenerateWorkflow('Wait for callbacks', {
				waitFor: 'callback',
			});
			const usage = fixture.trackUsage();
			for (const batch of promptBatches(10, 3, 'Waiting [task: takes 20 s]'))
				await fixture.startExecution(workflow, batch);
			await waitForExecutions(fleet.api, workflow.id, {
				count: 10,
				hasStatus: isWaiting,
				timeoutMs: 40_000,
			});
			const { tasks } = usage;
			const firstDueAt = Math.min(...tasks.map(({ dueAt }) => dueAt));
			await sleep(Math.max(0, firstDueAt - Date.now() - 1_000));
			await redis.kill();
			await sleep(outageMs);
			await redis.start();
			await expectTenSuccesses(fixture, { workflow, usage }, 90_000);
			const callbacks = tasks.flatMap(({ deliveries }) => deliveries);
			const accepted = callbacks.filter(({ status }) => status === 200).length;
			return `30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed; ${accepted} of ${callbacks.length} callbacks were answered with 200`;
		},
	);

	reportedTest(
		'Redis is killed and restored from an old snapshot: n8n starts executions a second time, none whose start is on record pays twice, and the Flux 2 Trigger in "Callback URL" delivers every image',
		async () => {
			const { fleet, redis } = fixture;
			// The two workers run twenty executions at a time, so the others wait in Redis.
			const polling = await startPollingExecutions(fixture, [
				...promptBatches(20, 1, 'Restored [task: takes 8 s]'),
				...promptBatches(10, 1, 'Restored [task: takes 40 s]'),
			]);
			const { workflow, triggerWorkflow, usage } = polling;
			await redis.snapshot();
			await waitUntil('30 tasks are created', () => usage.creates >= 30, 60_000);
			// Redis loses what is queued after the snapshot. So no delivery may be queued when it dies:
			// the first twenty are done by then, and the others come when Redis is back.
			await waitForExecutions(fleet.api, triggerWorkflow.id, {
				count: 20,
				hasStatus: isFinished,
				timeoutMs: 60_000,
			});
			const executions = await listExecutions(fleet.api, workflow.id);
			await redis.kill();
			const recorded = await recordedExecutions(fixture, executions);
			await redis.start('snapshot');
			await sleep(15_000);
			const all = await waitForExecutions(fleet.api, workflow.id, {
				count: 30,
				hasStatus: isFinished,
				timeoutMs: 90_000,
			});
			const twice = usage.creates - 30;
			expect(twice).toBeLessThanOrEqual(executions.length - recorded.length);
			await expectAllDelivered(fixture, polling, usage.creates);
			const started = await Promise.all(fleet.workers.map((worker) => worker.startedExecutions()));
			const ids = (await listExecutions(fleet.api, workflow.id)).map(({ id }) => id);
			const restarts = started.flat().filter((id) => ids.includes(id)).length - ids.length;
			expect(restarts).toBeGreaterThan(0);
			return `30 executions (${JSON.stringify(countByStatus(all))}), ${restarts} of them started a second time; ${recorded.length} were on record; ${usage.creates} creates, ${usage.credits} credits, ${twice} images paid for twice; all images came through the trigger`;
		},
		300_000,
	);
});
