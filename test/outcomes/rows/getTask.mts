import {
	failedTask,
	open,
	paid,
	pending,
	refused,
	succeeded,
	unclear,
	type ItemOutcome,
	type OutcomeRow,
} from '../outcome.mts';
import { unusedUrl, withCredential } from './refused.mts';

const row = (title: string, tags: string, expected: ItemOutcome, parameters = {}): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	run: { parameters },
	expected,
	creates: 0,
});

const withoutTask = (title: string, expected: ItemOutcome, taskId: string): OutcomeRow => ({
	...row(title, '', expected, { taskId }),
	prompt: '',
});

const waits = { waitUntilSettled: true, options: { timeoutSeconds: 60 } };
const continues = {
	waitUntilSettled: true,
	options: { timeoutSeconds: 60, onTimeout: 'continue' },
};

/** Items of Get Task. The task of each prompt was created before; without a prompt there is none. */
export const getTaskRows: OutcomeRow[] = [
	row('the image is there', '', succeeded),
	row('the task is in progress', '[task: never]', pending),
	row('the status is unknown', '[task: unknown word]', paid()),
	row('the task has failed', '[task: failed]', failedTask('task-failed')),
	row('the task was refused for its content', '[task: nsfw]', failedTask('content-moderated')),
	row('done without an image', '[task: done without image]', paid('no-image')),

	withoutTask('the task ID is empty', refused('invalid-input'), "={{ '' }}"),
	withoutTask('nobody knows the task ID', unclear('task-not-found', true), 'n41typo_flux2'),
	row('the key is wrong (401)', '[poll: 401]', open('invalid-api-key')),
	row('credits are missing (402)', '[poll: 402]', open('insufficient-credits')),
	row('the request is rejected (400)', '[poll: 400]', open('request-rejected')),
	row('rate limit (429)', '[poll: 429]', open('rate-limited')),
	row('maintenance (455)', '[poll: 455]', open('maintenance')),
	row('the service fails (500)', '[poll: 500]', open('service-error')),
	row('the firewall blocks the request', '[poll: firewall json]', open('blocked-by-firewall')),
	row('the connection is reset', '[poll: reset]', open('no-answer')),
	row('the response is a page', '[poll: html]', open('unreadable-answer')),
	row('the response is about another task', '[poll: wrong id]', open('unreadable-answer')),
	row('the request is redirected', '[poll: redirect]', open('redirected')),
	{
		...row('the service cannot be reached', '', open('unreachable')),
		act: async (fixture, run) => await withCredential(fixture, { baseUrl: await unusedUrl() }, run),
	},
	row('waits, and it is never done', '[task: never]', open('timeout'), waits),
	row('waits, and the status stays unknown', '[task: unknown word]', paid('timeout'), waits),
	row('waits, never done; On Timeout: Continue', '[task: never]', pending, continues),
	row('waits for an image that comes late', '[task: image late]', succeeded, waits),
];
