import { parseJson } from './json';
import { idsOf, taskIdsUnder } from './taskIds';

/** A JSON object of unknown content. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The whole of an answer as an object. A bare list is read like a list in `data`. */
export function rootOf(answer: unknown): Fields {
	if (isFields(answer)) return answer;
	return Array.isArray(answer) ? { data: answer } : {};
}

/**
 * The part of an answer that tells of the task: `data` where it is an object, else the root. Of a
 * list of tasks it is the one that was asked for, or, where that is missing, another one, which
 * `isAboutAnotherTask` then turns away.
 */
export function payloadOf(answer: unknown, taskId?: string): Fields {
	const root = rootOf(answer);
	const data = typeof root.data === 'string' ? parseJson(root.data) : root.data;
	if (isFields(data)) return Object.keys(data).length > 0 ? data : root;
	if (!Array.isArray(data)) return root;
	const tasks = data
		.slice(0, 100)
		.filter(isFields)
		.map((entry) => (isFields(entry.data) ? entry.data : entry))
		.filter((entry) => taskIdsUnder(entry).length > 0);
	const named = tasks.find((entry) => taskId !== undefined && taskIdsUnder(entry).includes(taskId));
	return named ?? tasks[0] ?? root;
}

export const isNamedIn = (answer: unknown, taskId: string): boolean =>
	idsOf(payloadOf(answer, taskId)).includes(taskId) || idsOf(rootOf(answer)).includes(taskId);

/**
 * Whether the answer names other tasks and not the one asked for. Such an answer must not be read:
 * its image belongs to another task.
 */
export function isAboutAnotherTask(answer: unknown, taskId: string): boolean {
	const places = [payloadOf(answer, taskId), rootOf(answer)];
	return places.some((fields) => taskIdsUnder(fields).length > 0) && !isNamedIn(answer, taskId);
}
