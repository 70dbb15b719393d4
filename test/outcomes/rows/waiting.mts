import type { Result } from '../../engine/result.mts';
import type { Fixture } from '../../nodes/fixture.mts';
import {
	failedTask,
	paid,
	pending,
	refused,
	succeeded,
	unclear,
	type ItemOutcome,
	type OutcomeRow,
} from '../outcome.mts';

/** The callbacks of the service resume the execution. */
const resumed = async ({ engine }: Fixture, run: () => Promise<Result>): Promise<Result> =>
	await engine.waiting(await run()).finished();

/** The time limit passes without a callback. */
const expired = async ({ engine }: Fixture, run: () => Promise<Result>): Promise<Result> =>
	await engine.waiting(await run()).expire();

const row = (title: string, tags: string, expected: ItemOutcome, creates = 1): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	act: resumed,
	expected,
	creates,
});

/** Items of an execution that waits for callbacks, beside another item that waits too. */
export const waitingRows: OutcomeRow[] = [
	row('the image is there', '', succeeded),
	row('the image cannot be downloaded', '[image: 410]', succeeded),
	row('the image comes four seconds after the callback', '[task: image late]', succeeded),
	row('the image comes at once', '[create: immediate images with id]', succeeded),
	{ ...row('the prompt is too short', '', refused('invalid-input'), 0), prompt: 'ox' },
	row('the image comes at once, without a task', '[create: immediate images]', {
		...succeeded,
		taskId: false,
	}),
	row('the request is rejected', '[create: 422]', refused('request-rejected')),
	row('the content is refused', '[create: moderated]', refused('content-moderated')),
	row('the firewall blocks the request', '[create: firewall page]', refused('blocked-by-firewall')),
	row('created, then reset', '[create: reset but charged]', unclear('no-answer')),
	row('created, without a task ID', '[create: no id]', unclear('unreadable-answer')),
	row('answered with 502 and the task', '[create: 502 with id]', unclear('service-error', true)),
	row('the task fails', '[task: failed]', failedTask('task-failed')),
	row('the task fails at once', '[create: immediate failure]', failedTask('task-failed')),
	row('the task fails because of its content', '[task: nsfw]', failedTask('content-moderated')),
	row('done without an image', '[task: done without image]', paid('no-image')),
	{ ...row('no callback ever comes', '[callback: never]', pending), act: expired },
	{ ...row('the task is never done', '[task: never]', pending), act: expired },
	{ ...row('the status stays unknown', '[task: unknown word]', paid()), act: expired },
];
