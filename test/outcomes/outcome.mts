import type { INodeExecutionData, OnError } from 'n8n-workflow';
import type { ErrorCode } from '../../nodes/Flux2/api/errorCodes';
import type { RunOptions } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import type { Fixture } from '../nodes/fixture.mts';

/** What a workflow can branch on. */
export interface ItemOutcome {
	status: string;
	errorCode?: ErrorCode;
	charged: string;
	/** Whether the item has the ID of a task. */
	taskId: boolean;
}

/** One way in which an item can end. */
export interface OutcomeRow {
	/** In words that a user understands. */
	title: string;
	/** Tags in brackets ask the sandbox for a fault. */
	prompt: string;
	run?: RunOptions;
	/** What the user does; by default, runs the workflow once. Returns the last execution. */
	act?: (fixture: Fixture, run: () => Promise<Result>) => Promise<Result>;
	expected: ItemOutcome;
	/** Create requests that reached the service. */
	creates: number;
}

export const ON_ERROR = [
	'continueRegularOutput',
	'continueErrorOutput',
] as const satisfies readonly OnError[];

/** The service brings the image, or has brought it. */
export const succeeded: ItemOutcome = { status: 'succeeded', charged: 'yes', taskId: true };

/** The task is still in progress, as far as anybody knows. */
export const pending: ItemOutcome = { status: 'pending', charged: 'yes', taskId: true };

/** This request brings no image, and cost nothing. */
export const refused = (errorCode: ErrorCode): ItemOutcome => ({
	status: 'failed',
	errorCode,
	charged: 'no',
	taskId: false,
});

/** The service says that the task failed; that it is refunded, only its family says. */
export const failedTask = (errorCode: ErrorCode): ItemOutcome => ({
	status: 'failed',
	errorCode,
	charged: 'maybe',
	taskId: true,
});

/** Nobody can tell whether there is a task. */
export const unclear = (errorCode: ErrorCode, taskId = false): ItemOutcome => ({
	status: 'unknown',
	errorCode,
	charged: 'maybe',
	taskId,
});

/** The task exists, and Get Task brings its image. */
export const open = (errorCode: ErrorCode): ItemOutcome => ({ ...pending, errorCode });

/** The task was paid for, and nobody can tell what it brings. */
export const paid = (errorCode?: ErrorCode): ItemOutcome => ({
	...pending,
	status: 'unknown',
	...(errorCode && { errorCode }),
});

/** The outcome that an item shows. */
export const outcomeOf = ({ json }: INodeExecutionData): ItemOutcome => ({
	status: String(json.status),
	...(json.errorCode !== undefined && { errorCode: json.errorCode as ErrorCode }),
	charged: String(json.charged),
	taskId: typeof json.taskId === 'string' && json.taskId !== '',
});
