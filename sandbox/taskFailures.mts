import type { AttemptFaultKind } from './faults.mts';

/** Why and how a generation fails. */
export interface TaskFailure {
	reason?: string;
	/** Replaces the shape's own word for "failed". */
	statusWord?: string;
}

/** The failures that a prompt can ask for. */
export const TASK_FAILURES: Readonly<Record<AttemptFaultKind<'task'>, TaskFailure>> = {
	failed: { reason: 'The model could not make this image: the prompt asked the sandbox to fail' },
	'failed without reason': {},
	'create task failed': { statusWord: 'CREATE_TASK_FAILED' },
	'content moderated': { statusWord: 'Content Moderated' },
	'request moderated': { statusWord: 'Request Moderated' },
	nsfw: { reason: 'NSFW content detected in the image' },
	sensitive: { reason: 'The prompt contains sensitive words' },
};
