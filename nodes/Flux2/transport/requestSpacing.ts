import { clock, pause } from './clock';

/** All requests of one node run together, in any second, even where the service never complains. */
const MOST_PER_SECOND = 50;

const SECOND_MS = 1_000;

/** Between two requests. A first burst is quick, since the last of it decides when a run ends. */
export const GAP_MS = 5;

/** In how many milliseconds these moments leave room for one more. */
function freeIn(moments: readonly number[]): number {
	const [oldest = 0] = moments;
	return moments.length < MOST_PER_SECOND ? 0 : Math.max(0, oldest + SECOND_MS - clock.now());
}

function remember(moments: number[], at: number): void {
	moments.push(at);
	if (moments.length > MOST_PER_SECOND) moments.shift();
}

/** So many requests a second, and a small gap between two of them: what each node run keeps to. */
export class RequestSpacing {
	/** When the next requests are to go out, and the last ones were to. */
	private slots: number[] = [];
	/** When the last ones did: later where n8n was busy, and then often several at once. */
	private readonly sent: number[] = [];

	/** Milliseconds until one more may go out, without a slot of its own. */
	get freeIn(): number {
		return freeIn(this.sent);
	}

	/** Waits for a slot, and uses it. @returns false when the execution was cancelled meanwhile. */
	async take(signal: AbortSignal | undefined): Promise<boolean> {
		let wait = this.nextSlot() - clock.now();
		do {
			if (!(await pause(wait, signal))) return false;
			wait = this.freeIn;
		} while (wait > 0);
		// At once: others that wake in this moment have to see it.
		this.use();
		return true;
	}

	/** One goes out now. */
	use(): void {
		remember(this.sent, clock.now());
	}

	/** Slots that were given before a pause are worth nothing after it. */
	dropSlots(): void {
		this.slots = this.slots.filter((at) => at <= clock.now());
	}

	private nextSlot(): number {
		const now = clock.now();
		const last = this.slots.at(-1) ?? 0;
		const at = Math.max(now + freeIn(this.slots), last + GAP_MS);
		remember(this.slots, at);
		return at;
	}
}
