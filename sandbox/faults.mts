import { CALLBACK_FAULTS } from './faults/callback.mts';
import { CREATE_FAULTS } from './faults/create.mts';
import { CREATE_SHAPE_FAULTS } from './faults/createShape.mts';
import { IMAGE_FAULTS } from './faults/image.mts';
import { POLL_FAULTS } from './faults/poll.mts';
import { SHAPE_FAULTS } from './faults/shape.mts';
import { TASK_FAULTS } from './faults/task.mts';

/**
 * Every fault that a prompt can ask for with a tag: `[target: kind]`. The parser of prompts
 * (faultTags.mts), the status page and the list in the README are all made from this table.
 *
 * `<status>` is an HTTP status from 400 to 599, `<n>` a number ("two" is one too). A fault that
 * strikes per attempt takes a count, `x2` ("the first two attempts") or `once`, and those of one
 * target follow each other; without a count it lasts forever. All others hold at the same time.
 */
const TABLE = [
	...TASK_FAULTS,
	...CREATE_FAULTS,
	...CREATE_SHAPE_FAULTS,
	...POLL_FAULTS,
	...IMAGE_FAULTS,
	...SHAPE_FAULTS,
	...CALLBACK_FAULTS,
] as const;

type Group = (typeof TABLE)[number];
type KeysOf<Kinds> = Kinds extends unknown ? Extract<keyof Kinds, string> : never;

/** What a fault strikes. */
export type FaultTarget = Group['target'];

/** The kinds of faults of one target, as the table writes them. */
export type FaultKind<T extends FaultTarget> = KeysOf<Extract<Group, { target: T }>['kinds']>;

/** Those that strike single attempts, one after the other, instead of all at the same time. */
export type AttemptFaultKind<T extends FaultTarget> = KeysOf<
	Extract<Group, { target: T; perAttempt: true }>['kinds']
>;

export interface FaultDefinition {
	target: FaultTarget;
	kind: string;
	perAttempt: boolean;
	/** Whether `retry after 7` or `retry date` may follow: only where the response has such a header. */
	allowsRetryAfter: boolean;
	description: string;
}

/** The table, one entry for each fault. */
export const FAULTS: readonly FaultDefinition[] = TABLE.flatMap(({ target, perAttempt, kinds }) =>
	Object.entries(kinds).map(([kind, description]) => ({
		target,
		kind,
		perAttempt,
		allowsRetryAfter: kind === '<status>' || kind === 'code <status>',
		description,
	})),
);
