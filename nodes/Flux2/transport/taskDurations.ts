import { quantile } from './delays';

/** What tells how long an image takes. */
export interface TaskKind {
	mode: string;
	resolution: string;
	hasReferences: boolean;
}

const MAX_KNOWN = 64;

const MAX_KINDS = 32;

/** So many in a row that are much quicker or slower than any known: the service has changed. */
const MISFITS = 5;

/** So many in a row found by the first poll that could find them: it has become quicker. */
const VAGUE_IN_A_ROW = 10;

/** How long the last tasks of one kind took. */
export class DurationHistory {
	/** Milliseconds. */
	private durations: number[] = [];
	private misfits: number[] = [];
	private vagueInARow = 0;
	/** Grows when what was known has turned out to be wrong: polls have to be planned anew. */
	changes = 0;

	/** Milliseconds, in ascending order. */
	get known(): readonly number[] {
		return [...this.durations].sort((one, other) => one - other);
	}

	/**
	 * A task was found done `doneAfter` ms after it was created, by a poll that was planned when
	 * `changes` was `plannedAt`. `pendingAfter` is when it was last found pending, or 0: it got done
	 * some time between the two. `random` is in [0, 1).
	 */
	record(pendingAfter: number, doneAfter: number, plannedAt: number, random: number): void {
		const isVague = doneAfter - pendingAfter > 0.25 * doneAfter;
		// A poll that was moved up because of others' tasks tells nothing about this one.
		if (isVague && plannedAt !== this.changes) return;
		const duration = Math.max((pendingAfter + doneAfter) / 2, 0.92 * doneAfter);
		this.vagueInARow = isVague ? this.vagueInARow + 1 : 0;
		this.misfits = this.fits(doneAfter) ? [] : [...this.misfits, duration];
		// Of tasks that were created together the slowest come last: they replace others by chance.
		if (this.durations.length < MAX_KNOWN) this.durations.push(duration);
		else this.durations[Math.floor(random * MAX_KNOWN)] = duration;
		if (this.misfits.length >= MISFITS) this.startAgain(this.misfits);
		else if (this.vagueInARow >= VAGUE_IN_A_ROW) this.startAgain([]);
	}

	private startAgain(durations: number[]): void {
		this.durations = durations;
		this.misfits = [];
		this.vagueInARow = 0;
		this.changes += 1;
	}

	private fits(duration: number): boolean {
		const { known } = this;
		if (known.length === 0) return true;
		return duration >= 0.7 * quantile(known, 0.1) && duration <= 1.4 * quantile(known, 0.9);
	}
}

/** How long the last images of an account took, for each kind of them. */
export class TaskDurations {
	private readonly histories = new Map<string, DurationHistory>();

	of({ mode, resolution, hasReferences }: TaskKind): DurationHistory {
		const key = `${mode} ${resolution} ${hasReferences}`;
		const history = this.histories.get(key) ?? new DurationHistory();
		this.histories.delete(key);
		this.histories.set(key, history);
		for (const oldest of this.histories.keys()) {
			if (this.histories.size <= MAX_KINDS) break;
			this.histories.delete(oldest);
		}
		return history;
	}
}
