import { createHash } from 'node:crypto';
import { flux2 } from '../e2e/workflowBuilder.mts';
import {
	countByStatus,
	type ExecutionResult,
	isFinished,
	itemsOf,
	readResults,
	taskIdsIn,
	waitForExecutions,
} from './executions.mts';
import type { QueueFixture, Usage } from './fixture.mts';
import type { WebhookWorkflow } from './workflows.mts';

/** Executions that poll for their images, with a Flux 2 Trigger as their "Callback URL". */
export interface PollingExecutions {
	workflow: WebhookWorkflow;
	/** The workflow that the trigger starts. */
	triggerWorkflow: WebhookWorkflow;
	usage: Usage;
}

/** Starts one execution per list of prompts. */
export async function startPollingExecutions(
	fixture: QueueFixture,
	prompts: string[][],
): Promise<PollingExecutions> {
	const triggerWorkflow = await fixture.addTriggerWorkflow('Receive callbacks');
	const workflow = await fixture.addGenerateWorkflow('Poll for images', {
		waitFor: 'image',
		callbackUrl: fixture.webhookUrl(triggerWorkflow),
	});
	const usage = fixture.trackUsage();
	for (const batch of prompts) await fixture.startExecution(workflow, batch);
	return { workflow, triggerWorkflow, usage };
}

export const idsOf = (tasks: readonly { id: string }[]): Set<string> =>
	new Set(tasks.map(({ id }) => id));

const generateNodeName = flux2().name;

const recordOf = (id: string): string =>
	createHash('md5').update(`${id} ${generateNodeName}`).digest('base64');

/** The executions whose start is on record now: they may create nothing a second time. */
export async function recordedExecutions(
	{ database }: QueueFixture,
	executions: ReadonlyArray<{ id: string }>,
): Promise<string[]> {
	const recorded = await database.recordedHashes();
	return executions.map(({ id }) => id).filter((id) => recorded.has(recordOf(id)));
}

/** Asserts that the trigger delivered every paid image. Returns the executions it started. */
export async function expectAllDelivered(
	fixture: QueueFixture,
	{ triggerWorkflow, usage }: Pick<PollingExecutions, 'triggerWorkflow' | 'usage'>,
	images: number,
): Promise<ExecutionResult[]> {
	const executions = await waitForExecutions(fixture.fleet.api, triggerWorkflow.id, {
		count: images,
		hasStatus: isFinished,
		timeoutMs: 60_000,
	});
	const delivered = await readResults(fixture.fleet.api, executions);
	expect(taskIdsIn(delivered)).toEqual(idsOf(usage.tasks));
	expect(await fixture.countCorrectImages(itemsOf(delivered))).toBe(images);
	return delivered;
}

/** Asserts that ten executions of three items succeed and that each image is paid for once. */
export async function expectTenSuccesses(
	fixture: QueueFixture,
	{ workflow, usage }: Pick<PollingExecutions, 'workflow' | 'usage'>,
	timeoutMs: number,
): Promise<ExecutionResult[]> {
	const executions = await waitForExecutions(fixture.fleet.api, workflow.id, {
		count: 10,
		hasStatus: isFinished,
		timeoutMs,
	});
	const results = await readResults(fixture.fleet.api, executions);
	const items = itemsOf(results);
	expect(countByStatus(executions)).toEqual({ success: 10 });
	expect(usage).toMatchObject({ creates: 30, credits: 150 });
	expect(new Set(items.map(({ taskId }) => taskId))).toEqual(idsOf(usage.tasks));
	expect(await fixture.countCorrectImages(items)).toBe(30);
	return results;
}
