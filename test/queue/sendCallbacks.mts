import axios from 'axios';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';

const concurrency = 20;

/**
 * Sends `each` callbacks for every task to every URL, twenty at a time.
 *
 * @returns the HTTP statuses of the responses.
 */
export async function sendCallbacks(
	urls: readonly string[],
	taskIds: readonly string[],
	{ each, apiKey }: { each: number; apiKey: string },
): Promise<number[]> {
	const callbacks = Array.from({ length: each }, () =>
		taskIds.flatMap((taskId) => urls.map((url) => ({ url, taskId }))),
	).flat();
	const statuses: number[] = [];
	const sendNext = async (): Promise<void> => {
		for (let next = callbacks.shift(); next !== undefined; next = callbacks.shift()) {
			const { status } = await axios.post(
				next.url,
				{ code: 200, data: { task_id: next.taskId, status: 'SUCCESS' } },
				{
					params: { flux2_token: callbackToken(apiKey) },
					proxy: false,
					timeout: 30_000,
					validateStatus: () => true,
				},
			);
			statuses.push(status);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, sendNext));
	return statuses;
}
