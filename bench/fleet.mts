import type { CleanupStack } from '../host/cleanupStack.mts';
import { isFinished, waitForExecutions } from '../test/queue/executions.mts';
import { openFixture, type QueueFixture } from '../test/queue/fixture.mts';
import { MissingServer } from '../test/queue/missingServer.mts';
import { TASK_SECONDS } from './burst.mts';
import { CALL_LIMIT, callsCells, type CallsResult, callsTitle, measureCalls } from './calls.mts';
import type { ResultLine } from './resultLine.mts';
import { statsSince } from './serverStats.mts';

const WHAT = callsTitle('this node, two workers in queue mode');

/** Row (i): the bursts of row (h) in queue mode, where each worker learns the limit for itself. */
export async function measureFleet(cleanup: CleanupStack): Promise<ResultLine> {
	const sandbox = { rateLimit: CALL_LIMIT, seconds: () => TASK_SECONDS };
	let fixture: QueueFixture;
	try {
		fixture = await openFixture('bench', { sandbox });
	} catch (error) {
		if (error instanceof MissingServer) return ['i', WHAT, `skipped: ${error.message}`];
		throw error;
	}
	cleanup.defer(() => fixture.close());
	try {
		const bursts = await measureBursts(fixture);
		return ['i', WHAT, ...callsCells(bursts, [{ ratio: 1.4 }, { ratio: 1.4 }])];
	} finally {
		await fixture.close();
	}
}

async function measureBursts(fixture: QueueFixture): Promise<CallsResult[]> {
	const workflow = await fixture.addGenerateWorkflow('One image', { waitFor: 'image' });
	const before = { ended: 0, succeeded: 0 };
	const call = async (prompts: readonly string[]): Promise<number> => {
		await Promise.all(prompts.map((prompt) => fixture.startExecution(workflow, [prompt])));
		const all = await waitForExecutions(fixture.fleet.api, workflow.id, {
			count: before.ended + prompts.length,
			hasStatus: isFinished,
			timeoutMs: 180_000,
		});
		const succeeded = all.filter(({ status }) => status === 'success').length;
		const newlySucceeded = succeeded - before.succeeded;
		Object.assign(before, { ended: all.length, succeeded });
		return newlySucceeded;
	};
	// The webhook process learns of a new workflow some moments later.
	await call(['Warm-up']);
	const stats = (startedAt: number) => statsSince(fixture.sandbox, startedAt);
	return [await measureCalls(call, stats), await measureCalls(call, stats)];
}
