import { ANSWER_TIMEOUT_MS, type Reason, type SentCreate } from './createRound';
import { CreateRounds } from './createRounds';
import { ExtraCreates } from './extraCreates';
import { ProbeSchedule } from './probeSchedule';
import { TasksInFlight } from './tasksInFlight';

/** "Retry-After: 40000" must not keep a process from ever trying again. */
const LONGEST_RETRY_AFTER_MS = 600_000;

/**
 * When the next create of an account may go out, learned from what the service refuses with 429.
 *
 * 1. Until the service refuses one, creates wait for nothing.
 * 2. Then they go out in rounds: so many after a rest, else so many every so often (`LearnedLimit`).
 *    A round that is used up or refused closes the limit.
 * 3. While it is closed, one probe goes ahead and the others wait for its answer: when the interval
 *    is over or, if that was too soon, 5, 10, then 20 % later. Once a probe is accepted, a round is
 *    open, and each accepted create lets three follow.
 * 4. A round that is refused part-way is probed again in a moment, as it may have come a little too
 *    soon. If that is refused too, rounds are smaller from now on.
 * 5. A create goes sooner where it may teach something, and teaches nothing else if it is refused:
 *    after a round and after a rest (`ExtraCreates`), and when a task is done (`TasksInFlight`).
 * 6. Nothing goes out before a `Retry-After` is over.
 *
 * It knows no clock: `now` is always ms since the epoch, and must not go back.
 */
export class CreateLimit {
	readonly tasks = new TasksInFlight();
	private readonly rounds = new CreateRounds();
	private readonly extra = new ExtraCreates();
	private readonly probes = new ProbeSchedule(this.rounds);
	private unanswered = 0;
	private isClosed = false;
	/** Whose answer the others wait for. */
	private awaited: SentCreate | undefined;
	private refusedAt = 0;
	private notBefore = 0;

	/** Milliseconds until a create may go out, 0 for now. An answer or a done task may shorten it. */
	waitingTime(now: number): number {
		return this.next(now).wait;
	}

	/** One goes out now. Call it only where `waitingTime` is 0. */
	send(now: number): SentCreate {
		const { reason } = this.next(now);
		const round = this.rounds.current;
		const create: SentCreate = { at: now, reason, round, isAnswered: false };
		this.unanswered += 1;
		this.extra.sent(reason);
		this.rounds.sent(create);
		if (reason === 'free') round.sent += 1;
		else if (reason !== 'task-done' || !this.tasks.isLimited) this.awaited = create;
		if (reason === 'task-done') this.tasks.usePlace();
		return create;
	}

	/** Something other than 429 came back, so the limit let it pass. */
	accepted(create: SentCreate, now: number): void {
		if (!this.markAnswered(create)) return;
		const { reason } = create;
		if (reason !== 'more') this.tasks.checkAgainst(this.rounds.learned.burst, now);
		if (reason === 'task-done') this.openForTask(create, now);
		else if (reason !== 'free' && this.isClosed) this.open(create);
		create.round.accepted += 1;
	}

	/** 429 came back. */
	refused(create: SentCreate, now: number, retryAfterMs: number | undefined): void {
		if (!this.markAnswered(create)) return;
		const { reason, round } = create;
		this.rounds.notSent(create);
		this.refusedAt = now;
		// "0", or a date that is past by our clock, names no pause.
		if (retryAfterMs) this.pauseUntil(now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
		if (reason === 'probe') this.probes.afterRefusedProbe(create, now, this.notBefore);
		if (reason === 'early') this.extra.scheduleEarly(Math.max(now, this.notBefore));
		if (reason === 'free' && round === this.rounds.current && !round.isRefused)
			this.refusedPartWay(now);
		if (reason === 'task-done' || (reason === 'free' && round.kind === 'task-done'))
			this.doubtTasks(create, now);
	}

	/** Nobody knows what became of it, or it was not sent after all. */
	abandoned(create: SentCreate, wasSent: boolean): void {
		if (this.markAnswered(create) && !wasSent) this.rounds.notSent(create);
	}

	private markAnswered(create: SentCreate): boolean {
		if (create.isAnswered) return false;
		create.isAnswered = true;
		this.unanswered -= 1;
		if (this.awaited === create) this.awaited = undefined;
		return true;
	}

	private next(now: number): { wait: number; reason: Reason } {
		const { awaited, extra, probes, rounds } = this;
		const at = (time: number, reason: Reason) => ({ wait: Math.max(0, time - now), reason });
		if (now < this.notBefore) return at(this.notBefore, 'probe');
		if (awaited !== undefined && now < awaited.at + ANSWER_TIMEOUT_MS)
			return at(awaited.at + ANSWER_TIMEOUT_MS, 'probe');
		if (this.unanswered === 0 && rounds.isRested(now, this.refusedAt)) {
			rounds.rest(now);
			this.reopen();
		}
		if (!this.isClosed && rounds.isUsedUp(now)) this.usedUp(now);
		if (!this.isClosed) return at(rounds.nextPlaceAt(now), 'free');
		if (probes.at <= now) return at(now, 'probe');
		if (this.isPlaceOfTaskFree(now)) return at(now, 'task-done');
		if (this.unanswered === 0 && extra.isMoreWorthATry(rounds.current, rounds.learned, now))
			return at(now, 'more');
		return extra.nextEarlyAt < probes.at ? at(extra.nextEarlyAt, 'early') : at(probes.at, 'probe');
	}

	private isPlaceOfTaskFree(now: number): boolean {
		const { tasks, unanswered } = this;
		if (tasks.isRuledOut || tasks.count + unanswered >= this.rounds.learned.burst) return false;
		return tasks.countJustDone(now) > 0 && (tasks.isLimited || unanswered === 0);
	}

	private reopen(): void {
		this.isClosed = false;
		this.probes.reset();
		this.tasks.forgetJustDone();
	}

	private close(): void {
		this.isClosed = true;
		this.extra.stopEarly();
		this.tasks.forgetJustDone();
	}

	private usedUp(now: number): void {
		const { extra, rounds } = this;
		this.close();
		this.probes.afterRound();
		extra.roundUsedUp(rounds.current, rounds.learned, now);
		if (this.tasks.isLimited) extra.stopEarly();
	}

	/** The service refused a create of the round that is open. */
	private refusedPartWay(now: number): void {
		this.rounds.current.isRefused = true;
		this.close();
		this.probes.afterRefusedRound(now, this.notBefore);
	}

	/** A create that others waited for was accepted. */
	private open(create: SentCreate): void {
		const { probes, rounds } = this;
		if (create.reason === 'more') rounds.more();
		// Once it may be due to where the service's windows begin, twice it is the interval.
		else if (create.reason === 'early' && rounds.current.kind !== 'early') rounds.early();
		else if (probes.isRetry) rounds.current.isRefused = false;
		else rounds.refill(create, probes.failuresInARow);
		this.join(create);
	}

	/** A create that went out because a task was done was accepted. */
	private openForTask(create: SentCreate, now: number): void {
		const { probes, rounds, tasks } = this;
		tasks.confirm();
		if (rounds.learned.interval === 0) rounds.learnInterval(create, probes.failuresInARow);
		probes.afterTask(now);
		const places = rounds.learned.burst - tasks.count - this.unanswered;
		if (!this.isClosed || places <= 1) return;
		rounds.taskDone(places);
		this.join(create);
	}

	/** It is the first of the round that it has opened. */
	private join(create: SentCreate): void {
		this.reopen();
		this.rounds.current.sent += 1;
		create.round = this.rounds.current;
	}

	private doubtTasks(create: SentCreate, now: number): void {
		this.tasks.doubt(create.at, now);
		if (this.tasks.isRuledOut) this.probes.withoutTasks(now);
	}

	private pauseUntil(time: number): void {
		this.notBefore = Math.max(this.notBefore, time);
		// The service's own word is better than what done tasks tell.
		if (this.tasks.isLimited) this.probes.noLaterThan(this.notBefore);
	}
}
