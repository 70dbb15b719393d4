import { newRound, ANSWER_TIMEOUT_MS, type Round, type SentCreate } from './createRound';
import { LearnedLimit } from './learnedLimit';
import { RecentCreates } from './recentCreates';

/** The first refusal is put down to the creates of so long before it. */
const RECENT_MS = 10_000;

/** The rounds in which an account's creates go out, one after another, and what each has taught. */
export class CreateRounds {
	readonly learned = new LearnedLimit();
	private readonly recent = new RecentCreates();
	private round = newRound('rest', Infinity);
	private restedAt = 0;

	get current(): Round {
		return this.round;
	}

	/** Whether it has no place left, or none for a good while. */
	isUsedUp(now: number): boolean {
		const { kind, sent, size } = this.round;
		if (sent >= size) return true;
		return kind === 'refill' && this.placeInWindowAt > now + 0.2 * this.learned.interval;
	}

	/** When the interval since the round before is over. */
	get nextRoundAt(): number {
		return this.refillBefore() + this.learned.nextInterval;
	}

	/** When the round that is open has a place for a create. */
	nextPlaceAt(now: number): number {
		const { kind, sent, accepted } = this.round;
		// Each accepted one lets three follow: a round that is refused at once costs few refusals.
		if (kind !== 'rest' && sent >= 1 + 3 * accepted)
			return (this.recent.nthLast(1) ?? now) + ANSWER_TIMEOUT_MS;
		return kind === 'rest' || kind === 'refill' ? this.placeInWindowAt : now;
	}

	/** Whether a whole burst may go, which none has done at this moment already. */
	isRested(now: number, refusedAt: number): boolean {
		const { interval, restMs } = this.learned;
		if (interval === 0 || this.restedAt === now) return false;
		return now >= (this.recent.nthLast(1) ?? 0) + restMs && now >= refusedAt + interval;
	}

	/** How long a create went out after the one that is a refill older. */
	waitBefore({ at }: SentCreate): number {
		return at - this.refillBefore();
	}

	sent(create: SentCreate): void {
		// Where nothing was ever accepted, waits are counted from the first that was not.
		if (create.reason === 'free' && this.recent.count === 0) this.restedAt = create.at;
		this.recent.add(create.at);
		if (this.learned.burst !== Infinity) this.recent.keepLast(2 * this.learned.burst + 50);
		else if (create.reason === 'free') this.recent.keepSince(create.at - RECENT_MS);
	}

	notSent({ at }: SentCreate): void {
		this.recent.remove(at);
	}

	rest(now: number): void {
		this.begin(newRound('rest', this.learned.burst));
		this.restedAt = now;
	}

	/** `probe` was accepted, after `failures` that were not. */
	refill(probe: SentCreate, failures: number): void {
		const { learned } = this;
		this.end();
		this.learnInterval(probe, failures);
		const idle = probe.at - (this.recent.before(probe.at).nthLast(1) ?? probe.at);
		// Refills that nobody needed are saved up.
		const refills = Math.max(1, Math.floor(idle / learned.interval));
		this.begin(newRound('refill', Math.min(learned.burst, learned.refill * refills), { idle }));
	}

	/** A create was accepted before the interval was over: the service began a window of its own. */
	early(): void {
		this.begin(newRound('early', this.learned.refill));
	}

	/** One more than was known has been accepted. */
	more(): void {
		const { isAfterRest } = this.round;
		this.begin(newRound('more', Infinity, { isAfterRest }));
	}

	/** A create was accepted because a task was done, and `places` are free by the number of tasks. */
	taskDone(places: number): void {
		this.begin(newRound('task-done', places));
	}

	/** The service let through no more of this round than it has. */
	learnSize(): void {
		const { kind, accepted, idle } = this.round;
		if (kind === 'refill') this.learned.sawRefill(accepted, idle);
	}

	learnInterval({ at }: SentCreate, failures: number): void {
		const { learned, round } = this;
		const before = this.recent.before(at);
		if (learned.burst === Infinity) learned.sawBurst(before.count);
		else if (round.isRefused && round.isAfterRest) learned.sawBurst(round.accepted);
		const from = before.nthLast(learned.refill) ?? before.oldest ?? 0;
		learned.roundOpened(at - Math.max(from, this.restedAt), failures);
	}

	/** Creates of the round before may still have places in the window that this round shares. */
	private get placeInWindowAt(): number {
		return (this.recent.nthLast(this.round.size) ?? 0) + this.learned.interval;
	}

	private begin(round: Round): void {
		this.end();
		this.round = round;
	}

	private end(): void {
		const { round } = this;
		if (round.kind === 'more' && !round.isOver)
			this.learned.sawMore(round.accepted, round.isAfterRest);
		round.isOver = true;
	}

	private refillBefore(): number {
		const { recent, learned } = this;
		const before = recent.nthLast(learned.refill) ?? recent.oldest ?? 0;
		return Math.max(this.restedAt, before);
	}
}
