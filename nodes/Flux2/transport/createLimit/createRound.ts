/** Without an answer for so long, the others go on all the same. */
export const ANSWER_TIMEOUT_MS = 5_000;

/**
 * Why a create goes out.
 * - `free`: the round that is open has a place for it.
 * - `probe`: the interval is over. The others wait for its answer.
 * - `early`, `more`, `task-done`: it is not, but the service may accept it all the same.
 */
export type Reason = 'free' | 'probe' | 'early' | 'more' | 'task-done';

/** Creates that go out together, because the service is thought to have places for them. */
export interface Round {
	/** `rest`: after a rest; `refill`: after an interval; else after a create of that reason. */
	readonly kind: 'rest' | 'refill' | 'early' | 'more' | 'task-done';
	/** How many creates it has places for. */
	readonly size: number;
	readonly isAfterRest: boolean;
	/** Milliseconds without a create before it. */
	readonly idle: number;
	sent: number;
	accepted: number;
	isRefused: boolean;
	/** What it taught has been learned. */
	isOver: boolean;
}

/** A create that went out. */
export interface SentCreate {
	/** ms since the epoch. */
	readonly at: number;
	readonly reason: Reason;
	round: Round;
	isAnswered: boolean;
}

export const newRound = (
	kind: Round['kind'],
	size: number,
	{ isAfterRest = kind === 'rest', idle = 0 } = {},
): Round => ({
	kind,
	size,
	isAfterRest,
	idle,
	sent: 0,
	accepted: 0,
	isRefused: false,
	isOver: false,
});
