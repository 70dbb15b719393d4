import { setTimeout as sleep } from 'node:timers/promises';
import { reportedTest, writeReport } from '../e2e/reportedTest.mts';
import { waitUntil } from '../e2e/waitUntil.mts';
import {
	countByStatus,
	countShownInEditor,
	isFinished,
	isWaiting,
	itemsOf,
	listExecutions,
	readResults,
	taskIdsIn,
	waitForExecutions,
} from './executions.mts';
import { openFixture, type QueueFixture, type Usage } from './fixture.mts';
import { busiestWorker } from './fleet.mts';
import { promptBatches } from './promptBatches.mts';
import { reportEnvironment } from './reportEnvironment.mts';
import {
	expectAllDelivered,
	expectTenSuccesses,
	idsOf,
	startPollingExecutions,
} from './scenarios.mts';
import { sendCallbacks } from './sendCallbacks.mts';

let fixture: QueueFixture;
beforeAll(async () => {
	fixture = await openFixture('fleet', { webhooks: 2 });
}, 300_000);
afterAll(async () => {
	if (fixture === undefined) return;
	writeReport('queue', {
		order: 10,
		title: `n8n ${fixture.n8n.version} in queue mode`,
		environment: {
			...reportEnvironment(fixture),
			Processes: 'main, two workers, two webhook processes',
		},
	});
	await fixture.close();
}, 120_000);

describe('n8n in queue mode', () => {
	reportedTest(
		'forty executions of five items on two workers: each image is paid for once',
		async () => {
			const { fleet } = fixture;
			const workflow = await fixture.addGenerateWorkflow('Forty of five', { waitFor: 'image' });
			const usage = fixture.trackUsage();
			for (const batch of promptBatches(40, 5, 'Bottle'))
				await fixture.startExecution(workflow, batch);
			const all = await waitForExecutions(fleet.api, workflow.id, {
				count: 40,
				hasStatus: isFinished,
				timeoutMs: 120_000,
			});
			const results = await readResults(fleet.api, all);
			const items = itemsOf(results);
			const [one = [], two = []] = await Promise.all(
				fleet.workers.map((worker) => worker.startedExecutions()),
			);
			expect(countByStatus(all)).toEqual({ success: 40 });
			expect(usage).toMatchObject({ creates: 200, credits: 1000 });
			expect(idsOf(usage.tasks)).toEqual(new Set(items.map(({ taskId }) => taskId)));
			expect(new Set(usage.tasks.map(({ prompt }) => prompt)).size).toBe(200);
			expect(await fixture.countCorrectImages(items)).toBe(200);
			expect(await countShownInEditor(fleet.api, results.slice(0, 5))).toBe(25);
			expect(Math.min(one.length, two.length)).toBeGreaterThan(0);
			return `200 creates, 1000 credits, 200 images, 0 duplicates; the workers ran ${one.length} and ${two.length} executions`;
		},
	);

	reportedTest(
		'a worker is killed (kill -9) while ten executions poll: no image is paid for twice, and the Flux 2 Trigger in "Callback URL" delivers every image',
		async () => {
			const { fleet } = fixture;
			const polling = await startPollingExecutions(
				fixture,
				promptBatches(10, 3, 'Polled [task: takes 15 s]'),
			);
			const { workflow, usage } = polling;
			await waitUntil('30 tasks are created', () => usage.creates === 30, 30_000);
			const ids = (await listExecutions(fleet.api, workflow.id)).map(({ id }) => id);
			const { worker, executionIds: lost } = await busiestWorker(fleet, ids);
			await worker.kill();
			const killedAt = Date.now();
			const restarted = worker.start();

			const all = await waitForExecutions(fleet.api, workflow.id, {
				count: 10,
				hasStatus: isFinished,
				timeoutMs: 120_000,
			});
			const seconds = Math.round((Date.now() - killedAt) / 1000);
			const delivered = await expectAllDelivered(fixture, polling, 30);
			await restarted;
			const results = await readResults(fleet.api, all);
			const dead = results.filter(({ id }) => lost.includes(id));
			const alive = results.filter(({ id }) => !lost.includes(id));
			expect(dead.every(({ status }) => status === 'error' || status === 'crashed')).toBe(true);
			expect(countByStatus(alive)).toEqual({ success: 10 - lost.length });
			expect(await fixture.countCorrectImages(itemsOf(alive))).toBe(3 * alive.length);
			expect(usage).toMatchObject({ creates: 30, credits: 150 });
			expect(delivered).toHaveLength(30);

			expect(await countShownInEditor(fleet.api, delivered)).toBe(30);

			const statuses = JSON.stringify(countByStatus(dead));
			const retried = await retry(dead[0]?.id ?? '', usage);
			return `30 creates, 150 credits; the ${lost.length} executions of the dead worker ended as ${statuses} after ${seconds} s ("${dead[0]?.error.slice(0, 70)}…"), naming ${taskIdsIn(dead).size} of their tasks, and the other worker did not start any of them again; ${itemsOf(alive).length} images from the other executions, 30 of 30 from the trigger, 0 duplicates, and the editor's output panel shows them; "Retry" of a dead execution: ${retried}`;
		},
		240_000,
	);

	/** Retries an execution whose worker died, as "Retry" in the list of executions does. */
	async function retry(id: string, usage: Usage): Promise<string> {
		const before = usage.creates;
		// n8n responds when the retry has finished.
		const retryId = await fixture.fleet.api.retry(id);
		const [retried] = await readResults(fixture.fleet.api, [{ id: retryId, status: '' }]);
		expect(usage.creates).toBe(before);
		return `${retried?.status} ("${retried?.error.slice(0, 70)}…") and no new tasks`;
	}

	reportedTest(
		'a worker is killed (kill -9) while ten executions wait for callbacks: all resume on the other worker, with all images',
		async () => {
			const { fleet } = fixture;
			const workflow = await fixture.addGenerateWorkflow('Wait for callbacks', {
				waitFor: 'callback',
			});
			const usage = fixture.trackUsage();
			for (const batch of promptBatches(10, 3, 'Waiting [task: takes 25 s]'))
				await fixture.startExecution(workflow, batch);
			const waiting = await waitForExecutions(fleet.api, workflow.id, {
				count: 10,
				hasStatus: isWaiting,
				timeoutMs: 40_000,
			});
			const { worker, other, executionIds } = await busiestWorker(
				fleet,
				waiting.map(({ id }) => id),
			);
			await worker.kill();
			const before = (await other.startedExecutions()).length;
			const results = await expectTenSuccesses(fixture, { workflow, usage }, 90_000);
			const resumed = (await other.startedExecutions()).length - before;
			await worker.start();
			expect(await countShownInEditor(fleet.api, results)).toBe(30);
			expect(resumed).toBe(10);
			return `30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed; ${executionIds.length} of the ten had been started by the worker that died`;
		},
		240_000,
	);

	reportedTest(
		'two webhook processes receive 200 callbacks for 50 tasks: every task starts one or two executions',
		async () => {
			const { fleet, sandbox } = fixture;
			const triggerWorkflow = await fixture.addTriggerWorkflow('Receive callbacks');
			const workflow = await fixture.addGenerateWorkflow('Create tasks', { waitFor: 'nothing' });
			const usage = fixture.trackUsage();
			for (const batch of promptBatches(5, 10, 'Created'))
				await fixture.startExecution(workflow, batch);
			await waitUntil('50 tasks are created', () => usage.creates === 50, 30_000);
			const { tasks } = usage;
			await waitUntil(
				'all tasks have succeeded',
				() => tasks.every(({ state }) => state === 'succeeded'),
				20_000,
			);
			const urls = fleet.webhooks.map((webhook) => fixture.webhookUrl(triggerWorkflow, webhook));
			const ids = tasks.map(({ id }) => id);
			const statuses = await sendCallbacks(urls, ids, { each: 2, apiKey: sandbox.apiKey });
			const executions = async (count: number) => {
				await sleep(5_000);
				return await waitForExecutions(fleet.api, triggerWorkflow.id, {
					count,
					hasStatus: isFinished,
					timeoutMs: 60_000,
				});
			};
			const { length: first } = await executions(50);
			// Some seconds later, each process may have read what the other has stored.
			await sendCallbacks(urls, ids, { each: 1, apiKey: sandbox.apiKey });
			const results = await readResults(fleet.api, await executions(first));
			const counts = ids.map((id) => results.filter(({ taskIds }) => taskIds.includes(id)).length);
			const twice = counts.filter((count) => count > 1).length;
			expect(usage).toMatchObject({ creates: 50, credits: 250 });
			expect(statuses).toHaveLength(200);
			expect(statuses.every((status) => status === 200)).toBe(true);
			expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
			expect(Math.max(...counts)).toBeLessThanOrEqual(2);
			expect(await fixture.countCorrectImages(itemsOf(results))).toBe(results.length);
			return `50 creates, 250 credits; 200 responses with 200; ${first} executions, each with its image, and ${results.length} after 100 more callbacks some seconds later; ${twice} of the 50 tasks started two executions, one by each process`;
		},
		180_000,
	);
});
