import { clock } from '../../../nodes/Flux2/transport/clock';
import { seededRandom } from '../../../sandbox/random.mts';

interface Sleeper {
	at: number;
	resume: () => void;
}

const BEGINNING = Date.UTC(2026, 0, 1);

const usual = { ...clock };
const usualTimeout = AbortSignal.timeout;

/**
 * A clock for simulations in which nothing real happens, no network and no files: as soon as nobody
 * has anything to do, time jumps to whoever wakes first. Much faster than the clock of the engine's
 * tests, which has to watch sockets.
 */
export class SimulatedTime {
	private time = BEGINNING;
	private readonly sleepers: Sleeper[] = [];

	/** Takes the place of the product's clock. `seed` makes its chance. */
	constructor(seed: number) {
		Object.assign(clock, { now: this.now, sleep: this.sleep, random: seededRandom(seed) });
		AbortSignal.timeout = () => new AbortController().signal;
	}

	readonly now = (): number => this.time;

	readonly sleep = async (ms: number): Promise<void> => {
		const at = this.time + Math.max(0, ms);
		await new Promise<void>((resume) => {
			let [from, to] = [0, this.sleepers.length];
			while (from < to) {
				const middle = (from + to) >> 1;
				if (this.sleepers[middle]!.at <= at) from = middle + 1;
				else to = middle;
			}
			this.sleepers.splice(from, 0, { at, resume });
		});
	};

	/** Lets time pass until the work is done. */
	async run<T>(work: Promise<T>): Promise<T> {
		let isDone = false;
		const markDone = (): void => void (isDone = true);
		work.then(markDone, markDone);
		for (;;) {
			await new Promise((resolve) => setImmediate(resolve));
			if (isDone) return await work;
			const next = this.sleepers.shift();
			if (next === undefined) throw new Error('Everybody waits, and nobody for a time');
			this.time = next.at;
			next.resume();
		}
	}

	/** Gives the product its own clock back. */
	stop(): void {
		Object.assign(clock, usual);
		AbortSignal.timeout = usualTimeout;
	}
}
