import { failedTask, paid, succeeded, type ItemOutcome, type OutcomeRow } from '../outcome.mts';

const row = (title: string, tags: string, expected: ItemOutcome): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	expected,
	creates: 1,
});

/** Items with which a Flux 2 Trigger starts its workflow. */
export const triggerRows: OutcomeRow[] = [
	row('the image is there', '', succeeded),
	row('the image cannot be downloaded', '[image: 410]', succeeded),
	row('the image comes four seconds after the callback', '[task: image late]', succeeded),
	row('the callback names the task under another key', '[callback: in a list]', succeeded),
	row('the task fails', '[task: failed]', failedTask('task-failed')),
	row('the task fails without a word', '[task: failed without reason]', failedTask('task-failed')),
	row('the task fails because of its content', '[task: nsfw]', failedTask('content-moderated')),
	row('done without an image', '[task: done without image]', paid('no-image')),
];
