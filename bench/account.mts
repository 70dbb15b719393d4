import type { Sandbox } from '../sandbox/server.mts';
import { mostWithin } from './statistics.mts';

/** One task, as the service saw it. Times in milliseconds since 1970. */
export interface TaskAccount {
	prompt: string;
	dueAt: number;
	looks: number;
	/** When somebody came for its image. */
	fetchedAt?: number;
}

/** What went over the wire in one run. */
export interface Account {
	tasks: TaskAccount[];
	/** Requests by what they were for. */
	calls: Record<'create' | 'poll' | 'image' | 'other', number>;
	/** Creates that were answered with 429. */
	refused: number;
	/** Most requests to the API, images apart, within any one second. */
	busiestSecond: number;
}

/** Reads the sandbox's books from a moment on. */
export function accountSince(sandbox: Sandbox, since: number): Account {
	const requests = sandbox.requests.filter(({ at }) => at >= since);
	const fetched = new Map<string, number>();
	for (const { route, path, at } of requests)
		if (route === 'image' && !fetched.has(path)) fetched.set(path, at);
	const calls = { create: 0, poll: 0, image: 0, other: 0 };
	for (const { route } of requests) calls[route] += 1;
	const api = requests.filter(({ route }) => route !== 'image').map(({ at }) => at);
	return {
		tasks: [...sandbox.tasks.values()]
			.filter(({ createdAt }) => createdAt >= since)
			.map(({ prompt, dueAt, looks, imageUrls }) => {
				const fetchedAt = fetched.get(new URL(imageUrls[0] ?? '', sandbox.url).pathname);
				return { prompt, dueAt, looks, ...(fetchedAt === undefined ? {} : { fetchedAt }) };
			}),
		calls,
		refused: requests.filter(({ route, status }) => route === 'create' && status === 429).length,
		busiestSecond: mostWithin(api, 1_000),
	};
}
