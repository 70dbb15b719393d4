import fc from 'fast-check';
import { CreateLimit } from '../../nodes/Flux2/transport/createLimit/createLimit';
import type { SentCreate } from '../../nodes/Flux2/transport/createLimit/createRound';

const MINUTE_MS = 60_000;

/** Anything that may happen to an account's creates. */
type Event =
	| { kind: 'send' }
	| { kind: 'answer'; which: number; how: 'accepted' | 'refused' | 'lost' | 'unsent' }
	| { kind: 'retry after'; which: number; ms: number }
	| { kind: 'done'; which: number }
	| { kind: 'time'; ms: number };

const which = fc.nat(1_000);
const event: fc.Arbitrary<Event> = fc.oneof(
	{ arbitrary: fc.constant({ kind: 'send' } as const), weight: 4 },
	{
		arbitrary: fc.record({
			kind: fc.constant('answer' as const),
			which,
			how: fc.constantFrom(
				'accepted' as const,
				'refused' as const,
				'lost' as const,
				'unsent' as const,
			),
		}),
		weight: 4,
	},
	fc.record({
		kind: fc.constant('retry after' as const),
		which,
		ms: fc.constantFrom(0, 1_000, 7_000, 100_000_000),
	}),
	fc.record({ kind: fc.constant('done' as const), which }),
	{
		arbitrary: fc.record({
			kind: fc.constant('time' as const),
			ms: fc.oneof(fc.nat(300), fc.nat(20_000), fc.nat(500_000)),
		}),
		weight: 3,
	},
);

/** Lets it all happen. @returns the limit, and what time it is. */
function play(events: Event[]): { limit: CreateLimit; now: number } {
	const limit = new CreateLimit();
	const open: SentCreate[] = [];
	const tasks: string[] = [];
	let now = Date.UTC(2026, 0, 1);
	const taken = (index: number): SentCreate | undefined =>
		open.splice(index % Math.max(1, open.length), 1)[0];
	for (const one of events) {
		if (one.kind === 'time') now += one.ms;
		if (one.kind === 'send' && limit.waitingTime(now) === 0) open.push(limit.send(now));
		if (one.kind === 'done' && tasks.length > 0)
			limit.tasks.done(tasks.splice(one.which % tasks.length, 1)[0]!, now);
		if (one.kind !== 'answer' && one.kind !== 'retry after') continue;
		const create = taken(one.which);
		if (create === undefined) continue;
		if (one.kind === 'retry after') limit.refused(create, now, one.ms);
		else if (one.how === 'refused') limit.refused(create, now, undefined);
		else if (one.how === 'accepted') {
			limit.accepted(create, now);
			tasks.push(`task-${now}-${tasks.length}`);
			limit.tasks.created(tasks.at(-1)!, now);
		} else limit.abandoned(create, one.how === 'lost');
	}
	// Every request ends at some time, at the latest with a time-out.
	for (const create of open) limit.abandoned(create, true);
	return { limit, now };
}

describe('whatever has happened', () => {
	test('no create waits for more than eleven minutes', () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 300 }), (events) => {
				const { limit, now } = play(events);
				expect(limit.waitingTime(now)).toBeGreaterThanOrEqual(0);
				expect(limit.waitingTime(now)).toBeLessThanOrEqual(11 * MINUTE_MS);
			}),
			{ numRuns: 500 },
		);
	});

	test('once the service accepts everything again, a hundred creates are through within a quarter of an hour', () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 300 }), (events) => {
				const { limit, now: from } = play(events);
				let now = from;
				for (let create = 0; create < 100; create += 1) {
					for (let wait = limit.waitingTime(now); wait > 0; wait = limit.waitingTime(now))
						now += wait;
					limit.accepted(limit.send(now), now + 100);
					now += 100;
				}
				expect(now - from).toBeLessThanOrEqual(15 * MINUTE_MS);
			}),
			{ numRuns: 500 },
		);
	});
});
