import { COURTESIES, CREDITS_KEYS, FINAL_BODY_CODES, TASK_FAILED_CODE } from './contract';
import { shorten } from './excerpt';
import { Flux2Failure } from './failures';
import { imageUrlsOf, urlsElsewhere, type FoundUrl } from './imageUrls';
import { payloadOf, rootOf, type Fields } from './response';
import { meaningOf, wordIn, type Meaning } from './status';
import { atTimeout, type Task } from './task';
import { hasFailedWithoutWord, isErrorWithoutTask, reasonOf } from './taskFailure';
import { idOf, isTaskId } from './taskIds';

function creditsOf(...places: Fields[]): number | undefined {
	for (const fields of places)
		for (const key of CREDITS_KEYS) {
			const value = fields[key];
			const credits = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
			if (typeof credits === 'number' && Number.isFinite(credits) && credits >= 0) return credits;
		}
	return undefined;
}

/** What stands beside the known keys: first in the task itself, then around it. */
function elsewhere(payload: Fields, root: Fields, sent: readonly string[]): FoundUrl[] {
	if (payload === root) return urlsElsewhere(root, sent);
	const inTask = urlsElsewhere(payload, sent, 'data');
	return inTask.length > 0 || Array.isArray(root.data)
		? inTask
		: urlsElsewhere({ ...root, data: undefined }, sent);
}

/** What the answer says of the task. Without a word it says it by its images, or by how it failed. */
function meaningIn(answer: unknown, id: string, imageUrls: readonly string[]): Meaning {
	const word = wordIn(payloadOf(answer, id));
	if (word !== '') return isErrorWithoutTask(answer) ? 'unknown' : meaningOf(word);
	if (imageUrls.length > 0) return 'done';
	return hasFailedWithoutWord(answer, id) ? 'failed' : 'pending';
}

/** `readTask`, but undefined where the task is done and shows no image. */
function readIfShown(answer: unknown, id: string, sent: readonly string[]): Task | undefined {
	const payload = payloadOf(answer, id);
	const root = rootOf(answer);
	const imageUrls = imageUrlsOf(payload, sent);
	const providerStatus = wordIn(payload);
	const state = meaningIn(answer, id, imageUrls);
	if (state === 'failed') return { state, id, providerStatus, reason: reasonOf(answer, id) };
	if (state !== 'done') return { state, id, providerStatus, imageUrls };
	const found = imageUrls.length > 0 ? [] : elsewhere(payload, root, sent);
	if (imageUrls.length + found.length === 0) return undefined;
	const creditsCharged = creditsOf(payload, root);
	return {
		state: 'succeeded',
		id,
		providerStatus,
		imageUrls: [...imageUrls, ...found.map(({ url }) => url)],
		...(found.length === 0 ? {} : { unknownKeys: found.map(({ key }) => key.slice(0, 100)) }),
		...(creditsCharged === undefined ? {} : { creditsCharged }),
	};
}

/**
 * Reads any answer about a task, as `How to read what is not published` in the contract says.
 *
 * @param sent the URLs of the request that made the task: reference images and callback. None of them
 *   is taken for a result. Unknown for a task that somebody else created.
 * @throws Flux2Failure `no-image` when the task is done and shows no image: never an empty success.
 *   It may be read again for some seconds: the address may come a moment after the word.
 */
export function readTask(answer: unknown, id: string, sent: readonly string[] = []): Task {
	const task = readIfShown(answer, id, sent);
	if (task !== undefined) return task;
	const providerStatus = wordIn(payloadOf(answer, id));
	throw new Flux2Failure({ kind: 'no-image', providerStatus, excerpt: shorten(answer) }, id);
}

/** Whether the answer to a poll tells of a task even though a code beside it speaks of an error. */
export function describesTask(answer: unknown, code: number): boolean {
	const payload = payloadOf(answer);
	if (FINAL_BODY_CODES.has(code) || idOf(payload) === undefined) return false;
	return code === TASK_FAILED_CODE || wordIn(payload) !== '' || imageUrlsOf(payload).length > 0;
}

/** A `data` that is a bare text is the new task's id, unless it is a sentence, a word or an address. */
function idInData({ data }: Fields): string | undefined {
	const text = typeof data === 'string' ? data.trim() : '';
	const isSomethingElse =
		/\s|^[[{]|^https?:/i.test(text) ||
		COURTESIES.has(text.toLowerCase()) ||
		meaningOf(text) !== 'unknown';
	return isSomethingElse || !isTaskId(text) ? undefined : text;
}

/**
 * Reads the answer to a create: the new task, or undefined where it names none. It may be finished
 * already; its id is empty where the answer shows images and no task.
 */
export function readCreated(answer: unknown, sent: readonly string[] = []): Task | undefined {
	const payload = payloadOf(answer);
	const root = rootOf(answer);
	const id = idOf(payload) ?? idOf(root) ?? idInData(root);
	const task = readIfShown(answer, id ?? '', sent);
	if (id === undefined) {
		const end = task && atTimeout(task);
		return end?.state === 'succeeded' ? end : undefined;
	}
	// Only what is certain ends it here: "success" beside a status address, or a text of an error, may
	// stand beside a task that was taken. The first poll tells.
	const isCertain =
		task?.state === 'succeeded'
			? task.unknownKeys === undefined
			: task?.state === 'failed' && task.providerStatus !== '';
	return isCertain
		? task
		: { state: 'pending', id, providerStatus: wordIn(payload), imageUrls: [] };
}
