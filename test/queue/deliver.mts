import axios from 'axios';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';

const atOnce = 20;

/**
 * Rings every door about every task so many times, in a mixed order, twenty at a time.
 *
 * @returns the HTTP statuses of the answers.
 */
export async function deliver(
	doors: readonly string[],
	taskIds: readonly string[],
	{ each, apiKey }: { each: number; apiKey: string },
): Promise<number[]> {
	const rings = Array.from({ length: each }, () =>
		taskIds.flatMap((taskId) => doors.map((door) => ({ door, taskId }))),
	).flat();
	const statuses: number[] = [];
	const ringOn = async (): Promise<void> => {
		for (let ring = rings.shift(); ring !== undefined; ring = rings.shift()) {
			const { status } = await axios.post(
				ring.door,
				{ code: 200, data: { task_id: ring.taskId, status: 'SUCCESS' } },
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
	await Promise.all(Array.from({ length: atOnce }, ringOn));
	return statuses;
}
