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

const row = (title: string, tags: string, expected: ItemOutcome, parameters = {}): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	run: { parameters },
	expected,
	creates: 1,
});

const oneMinute = { options: { timeoutSeconds: 60 } };

/** What an AI agent receives. */
export const toolRows: OutcomeRow[] = [
	row('the image is there', '', succeeded),
	row('Wait For: Nothing', '', pending, { waitFor: 'nothing' }),
	{ ...row('the prompt is too short', '', refused('invalid-input')), prompt: 'ox', creates: 0 },
	{
		...row('it would cost more than Max Credits', '', refused('credit-limit')),
		run: { parameters: { options: { maxCredits: 4 } } },
		creates: 0,
	},
	row('the key is wrong', '[create: 401]', refused('invalid-api-key')),
	row('there are too few credits', '[create: 402]', refused('insufficient-credits')),
	row('the content is refused', '[create: moderated]', refused('content-moderated')),
	row('the firewall blocks the request', '[create: firewall json]', refused('blocked-by-firewall')),
	row('created, then reset', '[create: reset but charged]', unclear('no-answer')),
	row('created, but answered with 503', '[create: 503 but charged]', unclear('maintenance')),
	row('the task fails', '[task: failed]', failedTask('task-failed')),
	row('the task fails because of its content', '[task: nsfw]', failedTask('content-moderated')),
	row('done without an image', '[task: done without image]', paid('no-image')),
	row('the key is refused while polling', '[poll: 401]', open('invalid-api-key')),
	row('polls never find the task', '[poll: 404]', unclear('task-not-found', true)),
	row('the task is never done', '[task: never]', open('timeout'), oneMinute),
];
