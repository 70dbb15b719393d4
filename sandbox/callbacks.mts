import axios from 'axios';
import { find } from './askedFor.mts';
import { atMost } from './atMost.mts';
import type { Clock } from './clock.mts';
import type { Errands } from './errands.mts';
import { isLoopback } from './loopback.mts';
import type { Sight } from './shapes.mts';
import { callbackBody, unwrapped } from './shapes.mts';
import { shapeOfAnswers, sightOf } from './sight.mts';
import type { SandboxTask } from './task.mts';

/** One try to deliver a callback. */
export interface Delivery {
	at: number;
	body: unknown;
	/** What the receiver answered; undefined when it did not. */
	status?: number;
	error?: string;
}

const TIMEOUT_MS = 15_000;
/** Pauses before the second and the third try. */
const GAPS_MS = [2_000, 10_000];
const EARLY_MS = 1_000;
const LATE_MS = 30_000;
const LANES = 20;
/** Callbacks that may wait for a lane; one more is dropped, as nobody answers the ones before it. */
const MOST_WAITING = 5_000;
const FORGED_URL = 'https://attacker.invalid/x.png';

/** Tells the callback URL of a task what became of it, in the ways its prompt asks for. */
export class Callbacks {
	readonly #lanes = atMost(LANES);
	#waiting = 0;

	constructor(
		private readonly clock: Clock,
		private readonly stopped: AbortSignal,
		private readonly errands: Errands,
	) {}

	/** To be called once, when a task has been created. */
	async created(task: SandboxTask): Promise<void> {
		if (!find('callback', 'early', task.troubles)) return;
		await this.clock.sleep(Math.min(EARLY_MS, (task.readyAt - task.createdAt) / 2));
		await this.#ring(task);
	}

	/** To be called once, when a task has been settled. */
	async settled(task: SandboxTask): Promise<void> {
		if (find('callback', 'late', task.troubles)) await this.clock.sleep(LATE_MS);
		const rings = find('callback', 'twice', task.troubles) ? 2 : 1;
		await Promise.all(Array.from({ length: rings }, async () => await this.#ring(task)));
	}

	async #ring(task: SandboxTask): Promise<void> {
		const url = task.order.callbackUrl;
		if (url === undefined || !isLoopback(url)) return;
		if (find('callback', 'never', task.troubles)) return;
		const body = this.#bodyFor(task);
		const gaps = find('callback', 'no retry', task.troubles) ? [] : GAPS_MS;
		for (const gap of [...gaps, undefined]) {
			if (this.stopped.aborted || this.#waiting >= MOST_WAITING) return;
			this.#waiting++;
			const delivery = this.#lanes(async () => await this.#post(url, body));
			this.errands.add(delivery);
			const outcome = await delivery.finally(() => this.#waiting--);
			task.deliveries.push(outcome);
			const taken = outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300;
			if (taken || gap === undefined) return;
			await this.clock.sleep(gap);
		}
	}

	async #post(url: string, body: unknown): Promise<Delivery> {
		const at = this.clock.now();
		try {
			const { status } = await axios.post(url, body, {
				timeout: TIMEOUT_MS,
				signal: this.stopped,
				proxy: false,
				maxRedirects: 0,
				validateStatus: () => true,
			});
			return { at, body, status };
		} catch (error) {
			return { at, body, error: error instanceof Error ? error.message : String(error) };
		}
	}

	#bodyFor(task: SandboxTask): unknown {
		const asked = (words: 'array' | 'without id' | 'forged url') =>
			find('callback', words, task.troubles) !== undefined;
		const seen = sightOf(task, this.clock.now());
		const forged: Sight = { ...seen, phase: 'done', word: 'SUCCESS', imageUrls: [FORGED_URL] };
		const sight = asked('forged url') ? forged : seen;
		if (asked('without id')) sight.id = undefined;
		const body = callbackBody(shapeOfAnswers(task), sight);
		return asked('array') ? [unwrapped(body)] : body;
	}
}
