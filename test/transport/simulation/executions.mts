import type { RequestBody } from '../../../nodes/Flux2/api/contract';
import { outcomeOf } from '../../../nodes/Flux2/api/failures';
import { Client } from '../../../nodes/Flux2/transport/client';
import { clock, pause } from '../../../nodes/Flux2/transport/clock';
import { ConcurrencyLimit, mapWithConcurrency } from '../../../nodes/Flux2/transport/concurrency';
import { pollUntilDone } from '../../../nodes/Flux2/transport/polling';
import { RateLimiter } from '../../../nodes/Flux2/transport/rateLimiter';
import { TaskDurations } from '../../../nodes/Flux2/transport/taskDurations';
import type { SimulatedService } from './simulatedService.mts';

const TIMEOUT_SECONDS = 600;
const MAX_PARALLEL = 50;
const KIND = { mode: 'pro', resolution: '1K', hasReferences: false };
const BODY: RequestBody = {
	model: 'flux-2',
	prompt: 'A red fox',
	type: 'pro',
	resolution: '1K',
	aspect_ratio: '1:1',
};

/** One n8n process, as far as an account's executions share anything in it. */
export class Worker {
	private readonly limiter = new RateLimiter();
	private readonly durations = new TaskDurations();

	constructor(private readonly service: SimulatedService) {}

	/** One execution of so many items. @returns when each of them was seen done. */
	async execute(items: number): Promise<number[]> {
		const limiter = this.limiter.forRun();
		const client = new Client('https://api.example', this.service.send, limiter, (text) => text);
		const seenAt = await mapWithConcurrency(
			Array.from({ length: items }),
			new ConcurrencyLimit(MAX_PARALLEL),
			async () => await this.makeImage(client),
			() => true,
		);
		return seenAt.map((at) => at ?? Number.NaN);
	}

	private async makeImage(client: Client): Promise<number> {
		const deadline = clock.now() + TIMEOUT_SECONDS * 1_000;
		for (;;) {
			let createdAt = 0;
			const created = await outcomeOf(
				client.createTask(BODY, deadline, () => (createdAt = clock.now())),
			);
			if ('value' in created) return await this.waitFor(client, created.value.id, createdAt);
			const { failure } = created.failure;
			if (failure.kind !== 'api-error' || failure.code !== 429 || failure.asked)
				throw created.failure;
		}
	}

	private async waitFor(client: Client, taskId: string, createdAt: number): Promise<number> {
		const deadline = clock.now() + TIMEOUT_SECONDS * 1_000;
		await pollUntilDone({
			taskId,
			createdAt,
			deadline,
			timeoutSeconds: TIMEOUT_SECONDS,
			history: this.durations.of(KIND),
			getTask: async () => await client.getTask(taskId, { deadline }),
			pause,
			now: () => clock.now(),
			random: () => clock.random(),
		});
		return clock.now();
	}
}

/** So many executions of so many items at once, shared out among the workers. */
export async function burst(
	workers: readonly Worker[],
	executions: number,
	items: number,
): Promise<number[]> {
	const all = Array.from({ length: executions }, async (_, index) => {
		return await workers[index % workers.length]!.execute(items);
	});
	return (await Promise.all(all)).flat();
}
