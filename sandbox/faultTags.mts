import type { AttemptFaultKind, FaultDefinition, FaultKind, FaultTarget } from './faults.mts';
import { FAULTS } from './faults.mts';
import type { RetryAfter } from './retryAfter.mts';

/** A fault that a prompt asks for. */
export interface Fault<T extends FaultTarget = FaultTarget> {
	target: T;
	kind: FaultKind<T>;
	perAttempt: boolean;
	/** The number in the tag, 0 where it has none. */
	number: number;
	/** How many attempts it affects; Infinity without a count. */
	times: number;
	retryAfter?: RetryAfter;
}

/** All faults a prompt asks for, in its order. An unknown tag is simply part of the prompt. */
export function parseFaultTags(prompt: string): Fault[] {
	const faults: Fault[] = [];
	for (const [, target = '', text = ''] of prompt.matchAll(/\[\s*(\w+)\s*:([^[\]]*)\]/g)) {
		const fault = parseTag(target.toLowerCase(), text.toLowerCase().trim().replace(/\s+/g, ' '));
		if (fault) faults.push(fault);
	}
	return faults;
}

/** The fault that affects this attempt (0 is the first), if any. */
export function faultForAttempt<T extends FaultTarget>(
	target: T,
	faults: readonly Fault[],
	attempt: number,
): (Fault<T> & { kind: AttemptFaultKind<T> }) | undefined {
	let end = 0;
	for (const fault of faults) {
		if (fault.target !== target || !fault.perAttempt) continue;
		end += fault.times;
		if (attempt < end) return fault as Fault<T> & { kind: AttemptFaultKind<T> };
	}
	return undefined;
}

/** The fault of this kind, if the prompt asks for it. */
export function findFault<T extends FaultTarget>(
	target: T,
	kind: FaultKind<T>,
	faults: readonly Fault[],
): Fault | undefined {
	return faults.find((fault) => fault.target === target && fault.kind === kind);
}

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const PATTERNS: ReadonlyArray<[FaultDefinition, RegExp]> = FAULTS.map((definition) => {
	const pattern = definition.kind
		.replace('<status>', '(?<number>[45]\\d\\d)')
		.replace('<n>', `(?<number>\\d{1,4}|${NUMBERS.join('|')})`)
		.replace(/ s$/, ' ?(?:s|seconds?)')
		.replace(/images$/, 'images?');
	return [definition, new RegExp(`^${pattern}$`)];
});

const RETRY_AFTER =
	/ retry (?:after (?<seconds>\d{1,4})(?: ?s)?|date(?: (?<date>\d{1,4}))?)(?= x ?\d| once|$)/;
const COUNT = / (?:x ?(?<times>\d{1,4})|once)$/;

function parseTag(target: string, text: string): Fault | undefined {
	const retryAfter = RETRY_AFTER.exec(text);
	const withCount = text.replace(RETRY_AFTER, '');
	const count = COUNT.exec(withCount);
	const kind = withCount.replace(COUNT, '');
	for (const [definition, pattern] of PATTERNS) {
		const match = definition.target === target ? pattern.exec(kind) : null;
		if (!match || (count && !definition.perAttempt)) continue;
		if (retryAfter && !definition.allowsRetryAfter) continue;
		const number = match.groups?.number ?? '';
		return {
			target: definition.target,
			kind: definition.kind as FaultKind<FaultTarget>,
			perAttempt: definition.perAttempt,
			number: NUMBERS.includes(number) ? NUMBERS.indexOf(number) : Number(number),
			times: count ? Number(count.groups?.times ?? 1) : Infinity,
			...(retryAfter && { retryAfter: readRetryAfter(retryAfter.groups) }),
		};
	}
	return undefined;
}

const readRetryAfter = (groups: Record<string, string | undefined> = {}): RetryAfter =>
	groups.seconds === undefined
		? { seconds: Number(groups.date ?? 2), format: 'date' }
		: { seconds: Number(groups.seconds), format: 'seconds' };
