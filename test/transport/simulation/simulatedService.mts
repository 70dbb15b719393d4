import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import type { Send } from '../../../nodes/Flux2/transport/exchange';
import { clock } from '../../../nodes/Flux2/transport/clock';
import type { Limit } from './limits.mts';

export interface ServiceOptions {
	limit: Limit;
	/** Whether a refusal says when to come back, in whole seconds. */
	hasRetryAfter?: boolean;
	/** How long the next task takes, in milliseconds. */
	taskMs: () => number;
	/** How long a request is under way, there and back, in milliseconds. */
	roundTripMs?: { from: number; to: number };
}

export interface SimulatedTask {
	createdAt: number;
	endsAt: number;
	polls: number;
	/** When a poll that found it done arrived. */
	seenAt: number;
}

/** The service as it is reached by HTTP, without the HTTP. */
export class SimulatedService {
	readonly tasks: SimulatedTask[] = [];
	readonly polledAt: number[] = [];
	readonly createdAt: number[] = [];
	refused = 0;

	constructor(readonly options: ServiceOptions) {}

	readonly send: Send = async ({ method, url }: IHttpRequestOptions) => {
		await clock.sleep(this.oneWayMs());
		const answer = method === 'POST' ? this.create() : this.poll(url);
		await clock.sleep(this.oneWayMs());
		return { headers: {}, statusCode: 200, ...answer } as IN8nHttpFullResponse;
	};

	private oneWayMs(): number {
		const { from, to } = this.options.roundTripMs ?? { from: 50, to: 200 };
		return (from + (to - from) * clock.random()) / 2;
	}

	private create(): Partial<IN8nHttpFullResponse> {
		const { limit, hasRetryAfter, taskMs } = this.options;
		const now = clock.now();
		const wait = limit.admit(now);
		this.createdAt.push(now);
		if (wait > 0) {
			this.refused += 1;
			const seconds = String(Math.max(1, Math.ceil(wait / 1_000)));
			return {
				statusCode: 429,
				body: {},
				headers: hasRetryAfter ? { 'retry-after': seconds } : {},
			};
		}
		const endsAt = now + taskMs();
		limit.taskEnds(endsAt);
		this.tasks.push({ createdAt: now, endsAt, polls: 0, seenAt: Number.NaN });
		return { body: { data: { task_id: `task-${this.tasks.length - 1}` } } };
	}

	private poll(url: string): Partial<IN8nHttpFullResponse> {
		const now = clock.now();
		const id = url.slice(url.lastIndexOf('/') + 1);
		const task = this.tasks[Number(id.slice('task-'.length))]!;
		this.polledAt.push(now);
		task.polls += 1;
		if (now < task.endsAt) return { body: { data: { task_id: id, status: 'IN_PROGRESS' } } };
		task.seenAt = now;
		const images = ['https://cdn.example/image.png'];
		return { body: { data: { task_id: id, status: 'SUCCESS', images } } };
	}
}
