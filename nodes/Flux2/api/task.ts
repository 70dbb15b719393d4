import {
	AMBIGUOUS_STATUS_KEY,
	CREDITS_KEYS,
	DONE_WORDS,
	FAILED_WORDS,
	PENDING_WORDS,
	RESULT_KEYS,
	STATUS_KEYS,
} from './contract';
import { failureText, idOf, idsOf, isFields, payloadOf, shorten, type Fields } from './response';
import { Flux2Failure } from './failures';
import { imageUrlsOf } from './imageUrls';

/**
 * A task of the service. `word` is the service's own status word, as it came.
 * `unknown` is a word newer than this package: it is waited for, and named at the end.
 * A task that has not settled may already show images; they count only at the time limit.
 */
export type Task =
	| { state: 'pending' | 'unknown'; id: string; providerStatus: string; imageUrls: string[] }
	| {
			state: 'succeeded';
			id: string;
			providerStatus: string;
			imageUrls: string[];
			creditsCharged?: number;
	  }
	| { state: 'failed'; id: string; providerStatus: string; reason: string };

export type TerminalTask = Extract<Task, { state: 'succeeded' | 'failed' }>;

export const isTerminal = (task: Task): task is TerminalTask =>
	task.state === 'succeeded' || task.state === 'failed';

const isKnownWord = (word: string): boolean => {
	const lower = word.toLowerCase();
	return DONE_WORDS.has(lower) || FAILED_WORDS.has(lower) || PENDING_WORDS.has(lower);
};

/** The status word as it came, or undefined where there is none (a number is not a word). */
function wordOf(payload: Fields): string | undefined {
	for (const key of STATUS_KEYS) {
		const value = payload[key];
		if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 100);
	}
	const ambiguous = payload[AMBIGUOUS_STATUS_KEY];
	return typeof ambiguous === 'string' && isKnownWord(ambiguous.trim())
		? ambiguous.trim()
		: undefined;
}

function creditsOf(...places: Fields[]): number | undefined {
	for (const fields of places)
		for (const key of CREDITS_KEYS) {
			const value = fields[key];
			const credits = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			if (typeof credits === 'number' && Number.isFinite(credits) && credits >= 0) return credits;
		}
	return undefined;
}

/** Failure words that stand inside a result, as in `response_data: [{ fail_message }]`. [family] */
function failureTextInResults(payload: Fields): string | undefined {
	for (const key of RESULT_KEYS) {
		const value = payload[key];
		const entries: unknown[] = Array.isArray(value) ? value.slice(0, 20) : [value];
		for (const entry of entries) {
			const text = isFields(entry) ? failureText(entry) : undefined;
			if (text !== undefined) return text;
		}
	}
	return undefined;
}

/** Where no word says it: `message` and `msg` are left out, since "success" stands there too. */
const plainFailure = (payload: Fields): string | undefined =>
	failureText({ ...payload, message: undefined, msg: undefined }) ?? failureTextInResults(payload);

function reasonOf(payload: Fields, root: Fields): string {
	const courtesy = /^(success|ok)$/i;
	const words = [failureText(payload), failureTextInResults(payload), failureText(root)];
	return words.find((text) => text !== undefined && !courtesy.test(text)) ?? 'no reason given';
}

/**
 * Whether the answer bears ids and none of them is the one asked for. Such an answer must not be
 * read: its image belongs to another task.
 */
export function isAboutAnotherTask(answer: unknown, taskId: string): boolean {
	const ids = idsOf(payloadOf(answer));
	return ids.length > 0 && !ids.includes(taskId);
}

/** Whether the answer speaks of a task even though a code beside it speaks of an error. */
export function describesTask(answer: unknown): boolean {
	const payload = payloadOf(answer);
	return idOf(payload) !== undefined && wordOf(payload) !== undefined;
}

/**
 * `{ "status": "error", "message" }` without `data` and without an id is how many an API answers a
 * request that failed. Taken for a failed task it would let a retry buy an image that is being made.
 */
const isErrorWithoutTask = (answer: unknown): boolean =>
	isFields(answer) &&
	payloadOf(answer) === answer &&
	idOf(answer) === undefined &&
	typeof answer.status === 'string' &&
	/^(error|fail)$/i.test(answer.status.trim());

/**
 * Reads any answer about a task, as `How to read what is not published` in the contract says.
 *
 * @throws Flux2Failure `no-image` when the task is done and shows no image: never an empty success.
 */
export function readTask(answer: unknown, id: string): Task {
	const payload = payloadOf(answer);
	const root = isFields(answer) ? answer : {};
	const imageUrls = imageUrlsOf(payload);
	const providerStatus = wordOf(payload);
	const lower = providerStatus?.toLowerCase() ?? '';
	const succeeded = (): Task => {
		const creditsCharged = creditsOf(payload, root);
		return {
			state: 'succeeded',
			id,
			providerStatus: providerStatus ?? '',
			imageUrls,
			...(creditsCharged === undefined ? {} : { creditsCharged }),
		};
	};

	if (providerStatus === undefined) {
		if (imageUrls.length > 0) return succeeded();
		const reason = plainFailure(payload);
		return reason === undefined
			? { state: 'pending', id, providerStatus: '', imageUrls }
			: { state: 'failed', id, providerStatus: '', reason };
	}
	if (isErrorWithoutTask(answer)) return { state: 'unknown', id, providerStatus, imageUrls };
	if (FAILED_WORDS.has(lower))
		return { state: 'failed', id, providerStatus, reason: reasonOf(payload, root).slice(0, 500) };
	if (DONE_WORDS.has(lower)) {
		if (imageUrls.length > 0) return succeeded();
		throw new Flux2Failure({ kind: 'no-image', providerStatus, excerpt: shorten(answer) }, id);
	}
	return { state: PENDING_WORDS.has(lower) ? 'pending' : 'unknown', id, providerStatus, imageUrls };
}

/** The task as it counts when the time is up: images that are there are taken all the same. */
export function atTimeout(task: Task): Task {
	if (isTerminal(task) || task.imageUrls.length === 0) return task;
	return {
		state: 'succeeded',
		id: task.id,
		providerStatus: task.providerStatus,
		imageUrls: task.imageUrls,
	};
}
