import type { OnError } from 'n8n-workflow';

export const WAIT_FOR = ['image', 'callback', 'nothing'] as const;
export const ON_ERROR = [
	'stopWorkflow',
	'continueRegularOutput',
	'continueErrorOutput',
] as const satisfies readonly OnError[];

/** Where n8n runs the node. */
export const CONTEXTS = [
	'workflow',
	'loop',
	'sub-workflow',
	'partial execution',
	'pinned data',
	'agent',
	'agent (engine)',
	'n8n Agents',
] as const;

/** What happens to the three items. */
export const EVENTS = {
	'all succeed': [],
	'the first create is refused': ['[create: 422]'],
	'the second task fails': ['', '[task: failed]'],
	'no image in time': ['[task: takes 9000 s]', '[task: takes 9000 s]', '[task: takes 9000 s]'],
} as const;

export const isAgent = ({ context }: { context: string }): boolean =>
	context.startsWith('agent') || context === 'n8n Agents';

/** One combination of what changes how n8n runs a node with one way of waiting. */
export interface Cell {
	id: string;
	waitFor: (typeof WAIT_FOR)[number];
	context: (typeof CONTEXTS)[number];
	event: keyof typeof EVENTS;
	onError: (typeof ON_ERROR)[number];
	retryOnFail: boolean;
	executeOnce: boolean;
	alwaysOutputData: boolean;
	/** Whether n8n keeps files in memory. */
	inMemory: boolean;
	/** Whether n8n signs its resume URLs, as from 2.17 on. */
	signed: boolean;
}

const no = [false];
const both = [false, true];

type Dimensions = { [Key in keyof Omit<Cell, 'id'>]: ReadonlyArray<Cell[Key]> };

const usual: Dimensions = {
	waitFor: WAIT_FOR,
	context: ['workflow'],
	event: Object.keys(EVENTS) as Array<keyof typeof EVENTS>,
	onError: ON_ERROR,
	retryOnFail: both,
	executeOnce: no,
	alwaysOutputData: no,
	inMemory: no,
	signed: [true],
};

/** Every combination of the values of the dimensions. */
function cross(dimensions: Dimensions): Array<Omit<Cell, 'id'>> {
	return Object.entries(dimensions).reduce<Array<Record<string, unknown>>>(
		(cells, [name, values]) =>
			cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value }))),
		[{}],
	) as unknown as Array<Omit<Cell, 'id'>>;
}

/** In a loop a failed item that leaves by the error output does not come back to the loop. */
const isPossible = ({ context, onError }: Omit<Cell, 'id'>): boolean =>
	context !== 'loop' || onError !== 'continueErrorOutput';

/** Every node setting in a plain workflow, on both lines of n8n; then every context. */
export const cells: Cell[] = [
	...cross({ ...usual, executeOnce: both, alwaysOutputData: both, signed: both }),
	...cross({ ...usual, inMemory: [true] }),
	...cross({
		...usual,
		context: CONTEXTS.filter((context) => context !== 'workflow'),
		alwaysOutputData: both,
		signed: both,
	}),
]
	.filter(isPossible)
	.map((cell, index) => ({ id: `c${index}`, ...cell }));
