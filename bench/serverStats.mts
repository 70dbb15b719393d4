import type { Sandbox } from '../sandbox/server.mts';
import { mostWithin } from './mostWithin.mts';

/** One task, as the service saw it. Times in milliseconds since 1970. */
export interface TaskStats {
	prompt: string;
	createdAt: number;
	dueAt: number;
	polls: number;
	/** When its image was first requested. */
	downloadedAt?: number;
}

/** What the service saw of one run. */
export interface ServerStats {
	tasks: TaskStats[];
	/** Of all kinds, downloads included. */
	requests: number;
	/** Creates that were answered with 429. */
	refused: number;
	/** Most requests to the API, without downloads, within any one second. */
	busiestSecond: number;
}

/** Reads the sandbox's log from a time on. */
export function statsSince(sandbox: Sandbox, since: number): ServerStats {
	const requests = sandbox.requests.filter(({ at }) => at >= since);
	const downloads = new Map<string, number>();
	for (const { route, path, at } of requests)
		if (route === 'image' && !downloads.has(path)) downloads.set(path, at);
	const toApi = requests.filter(({ route }) => route !== 'image').map(({ at }) => at);
	return {
		tasks: [...sandbox.tasks.values()]
			.filter(({ createdAt }) => createdAt >= since)
			.map(({ prompt, createdAt, dueAt, polls, imageUrls }) => {
				const downloadedAt = downloads.get(new URL(imageUrls[0] ?? '', sandbox.url).pathname);
				const task = { prompt, createdAt, dueAt, polls };
				return downloadedAt === undefined ? task : { ...task, downloadedAt };
			}),
		requests: requests.length,
		refused: requests.filter(({ route, status }) => route === 'create' && status === 429).length,
		busiestSecond: mostWithin(toApi, 1_000),
	};
}

/** How many different prompts have their image. */
export const imagesOf = ({ tasks }: ServerStats): number =>
	new Set(tasks.flatMap(({ prompt, downloadedAt }) => (downloadedAt ? [prompt] : []))).size;

/** How many tasks were created for a prompt that had one already. */
export const duplicatesOf = ({ tasks }: ServerStats): number =>
	tasks.length - new Set(tasks.map(({ prompt }) => prompt)).size;

/** How long after a task was done its image was requested, in seconds; NaN where it never was. */
export const delaysOf = ({ tasks }: ServerStats): number[] =>
	tasks.map(({ downloadedAt = Number.NaN, dueAt }) => (downloadedAt - dueAt) / 1_000);
