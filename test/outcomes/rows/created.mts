import type { ErrorCode } from '../../../nodes/Flux2/api/errorCodes';
import {
	failedTask,
	open,
	paid,
	pending,
	succeeded,
	unclear,
	type ItemOutcome,
	type OutcomeRow,
} from '../outcome.mts';

const row = (title: string, tags: string, expected: ItemOutcome): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	expected,
	creates: 1,
});

const oneMinute = { parameters: { options: { timeoutSeconds: 60 } } };
const continues = { parameters: { options: { timeoutSeconds: 60, onTimeout: 'continue' } } };

const lost = (title: string, tags: string, errorCode: ErrorCode, hasId = false): OutcomeRow =>
	row(title, tags, unclear(errorCode, hasId));

/** Items of Generate Image and Edit Image whose request may have been taken. */
export const unclearRows: OutcomeRow[] = [
	lost('the create request is answered with 500', '[create: 500]', 'service-error'),
	lost('created, but answered with 500', '[create: 500 but charged]', 'service-error'),
	lost('created, but answered with 505', '[create: 505 but charged]', 'service-error'),
	lost('created, answered with 502 and the task', '[create: 502 with id]', 'service-error', true),
	lost('created, but answered with 408', '[create: 408 but charged]', 'service-error'),
	lost('created, but answered with 409', '[create: 409 but charged]', 'request-rejected'),
	lost('error code 500 in a body', '[create: code 500]', 'service-error'),
	lost("a proxy's page with 502", '[create: html 502]', 'service-error'),
	lost('created, but answered with 503', '[create: 503 but charged]', 'maintenance'),
	lost('the connection is reset', '[create: reset]', 'no-answer'),
	lost('created, then reset', '[create: reset but charged]', 'no-answer'),
	lost('created, and never answered', '[create: silence but charged]', 'no-answer'),
	lost('created, with half a response', '[create: half a body]', 'no-answer'),
	lost('created, without a task ID', '[create: no id]', 'unreadable-answer'),
	lost('created, with broken JSON', '[create: broken json]', 'unreadable-answer'),
	lost("a proxy's page with 200", '[create: html]', 'unreadable-answer'),
	lost('created, and redirected (303)', '[create: see other]', 'redirected'),
	{
		...lost('tried again after a reset', '[create: reset but charged]', 'unconfirmed'),
		run: { retryOnFail: true },
	},
	{
		...lost('tried again after 502 with the task', '[create: 502 with id]', 'unconfirmed', true),
		run: { retryOnFail: true },
	},
	{
		...lost('n8n starts the execution a second time', '', 'restarted'),
		act: async ({ engine }, run) => await engine.restart(await run()),
	},
];

/** Items of Generate Image and Edit Image whose task exists. */
export const createdRows: OutcomeRow[] = [
	row('the image is there', '', succeeded),
	row('the image cannot be downloaded', '[image: 410]', succeeded),
	row('the image comes at once, without a task', '[create: immediate images]', {
		...succeeded,
		taskId: false,
	}),
	{ ...row('Wait For: Nothing', '', pending), run: { parameters: { waitFor: 'nothing' } } },
	row('the task fails', '[task: failed]', failedTask('task-failed')),
	row('the task fails at once', '[create: immediate failure]', failedTask('task-failed')),
	row('status "Content Moderated"', '[task: content moderated]', failedTask('content-moderated')),
	row('the task fails because of NSFW content', '[task: nsfw]', failedTask('content-moderated')),
	row('done without an image', '[task: done without image]', paid('no-image')),
	row('the image URL is not http', '[image: ftp]', paid('no-image')),
	row('an unknown URL is no image', '[shape: unknown key] [image: html]', paid('no-image')),
	row('the key is refused while polling', '[poll: 401]', open('invalid-api-key')),
	row('a poll says that credits are missing', '[poll: code 402]', open('insufficient-credits')),
	row('a poll is rejected (400)', '[poll: 400]', open('request-rejected')),
	row('a poll is redirected', '[poll: redirect]', open('redirected')),
	row('polls never find the task', '[poll: 404]', unclear('task-not-found', true)),
	...(
		[
			['the task is never done', '[task: never]', open('timeout')],
			['every poll fails with 500', '[poll: 500]', open('timeout')],
			['no poll is answered', '[poll: silence]', open('timeout')],
			['the firewall blocks every poll', '[poll: firewall page]', open('timeout')],
			['every poll shows another task', '[poll: wrong id]', open('timeout')],
			['the status stays unknown', '[task: unknown word]', paid('timeout')],
			['status "Task not found"', '[task: not found]', paid('timeout')],
		] as const
	).map(([title, tags, expected]) => ({ ...row(title, tags, expected), run: oneMinute })),
	{ ...row('never done; On Timeout: Continue', '[task: never]', pending), run: continues },
	{
		...row('status unknown; On Timeout: Continue', '[task: unknown word]', paid()),
		run: continues,
	},
	{
		...row('unknown status with an image', '[task: unknown word with image]', succeeded),
		run: oneMinute,
	},
];
