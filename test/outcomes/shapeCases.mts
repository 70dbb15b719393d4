import { CREATE_SHAPE_FAULTS } from '../../sandbox/faults/createShape.mts';
import { SHAPE_FAULTS } from '../../sandbox/faults/shape.mts';

const kindsOf = (faults: ReadonlyArray<{ kinds: object }>): string[] =>
	faults.flatMap(({ kinds }) => Object.keys(kinds));

/** A tag for each shape of the responses about a task. */
export const shapeTags = kindsOf(SHAPE_FAULTS).map((kind) => `[shape: ${kind}]`);

/** A tag for each shape of the response that names a new task, or shows its images at once. */
export const createTags = kindsOf(CREATE_SHAPE_FAULTS).flatMap((kind) =>
	kind.includes('<n>')
		? [201, 202, 1, 500].map((code) => `[create: ${kind.replace('<n>', String(code))}]`)
		: [`[create: ${kind}]`],
);

/** Of those, the ones after which nothing is polled. */
export const isImmediate = (tag: string): boolean => tag.includes('immediate');

/** Other ways in which a task is done. */
export const doneTags = [
	'[task: image late]',
	'[task: unknown word then done]',
	'[task: no word]',
	'[task: numeric status]',
	'[task: no word] [shape: upstream]',
	// Long enough that the task is still in progress when the fault is over.
	...[
		'[task: backwards]',
		'[poll: code 500 x2]',
		'[poll: code 455 x2]',
		'[poll: firewall 1010 x2]',
		'[poll: firewall page x2]',
		'[poll: firewall json x2]',
	].map((tag) => `${tag} [task: takes 20 s]`),
];

/** Other ways in which a task has failed. */
export const failedTags = [
	'[task: failed without reason]',
	'[task: create task failed]',
	'[task: content moderated]',
	'[task: request moderated]',
	'[task: nsfw]',
	'[task: sensitive]',
	'[task: create task failed] [shape: upstream words]',
	'[task: content moderated] [shape: black forest]',
	'[task: request moderated] [shape: black forest]',
	'[task: no word] [task: failed]',
	'[task: failed without reason] [shape: string list]',
	'[task: failed without reason] [shape: info]',
];
