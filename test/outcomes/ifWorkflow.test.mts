import type { OnError } from 'n8n-workflow';
import type { RunOptions } from '../engine/engine.mts';
import type { Connection } from '../engine/workflow.mts';
import type { Fault } from '../faults/fault.mts';
import { matrix } from '../faults/matrix.mts';
import { Scenario } from '../faults/scenario.mts';
import { ON_ERROR } from './outcome.mts';

const FLUX_2 = 'n8n-nodes-flux2.flux2';

/** What a user does there is not one run of the workflow. */
const SEVERAL_RUNS = ['Retrying', 'Stopping the execution', 'Max Credits'];

/** Every fault of the matrix in which the workflow runs once. */
const faults = matrix.flatMap((group) =>
	group.faults.filter(
		({ act, run }) => !(act && SEVERAL_RUNS.includes(group.title)) && !run?.loop && !run?.workflow,
	),
);

/** A prompt whose tags ask for no fault any more: the second image would be a good one, and charged. */
const WITHOUT_FAULTS =
	"={{ $('Start').item.json.prompt.replaceAll('[', '(').replaceAll(']', ')') }}";

const withFaults = (prompt: string): string => prompt.replaceAll('(', '[').replaceAll(')', ']');

/** Flux 2, and where its item has failed, Flux 2 again, with the same fields. */
function withIf({ parameters, retryOnFail, maxTries }: RunOptions, onError: OnError): RunOptions {
	const again = { ...parameters, prompt: WITHOUT_FAULTS };
	const connections: Connection[] = [
		['Start', 'Flux 2'],
		['Flux 2', 'If'],
		...(onError === 'continueErrorOutput' ? ([['Flux 2', 'If', 1]] as Connection[]) : []),
		['If', 'Again'],
	];
	return {
		workflow: {
			nodes: [
				{
					type: FLUX_2,
					name: 'Flux 2',
					parameters: { prompt: '={{ $json.prompt }}', ...parameters },
					onError,
					retryOnFail,
					maxTries,
				},
				{
					type: 'test.if',
					name: 'If',
					parameters: { condition: '={{ $json.status === "failed" }}' },
				},
				{ type: FLUX_2, name: 'Again', parameters: again, onError },
			],
			connections,
		},
	};
}

/** How often the workflow generated again, and how often an image came of that. */
const again = { items: 0, images: 0 };

async function run(fault: Fault, onError: OnError): Promise<void> {
	const scenario = await Scenario.open({ ...fault, run: withIf(fault.run ?? {}, onError) });
	try {
		const results = await (fault.act?.(scenario) ?? scenario.start().then((one) => [one]));
		await scenario.fixture.callbacksHandled();
		for (const { json } of results.at(-1)!.itemsOf('Again')) {
			again.items += 1;
			if (json.status === 'succeeded') again.images += 1;
		}
		const paid = new Map<string, number>();
		for (const { prompt, charged, refunded } of scenario.fixture.sandbox.tasks.values())
			if (charged > refunded) paid.set(withFaults(prompt), (paid.get(withFaults(prompt)) ?? 0) + 1);
		for (const [prompt, tasks] of paid) {
			const items = fault.prompts.filter((one) => withFaults(one.trim()) === prompt).length;
			expect({ prompt, paidTooOften: tasks > items }).toEqual({ prompt, paidTooOften: false });
		}
	} finally {
		await scenario.close();
	}
}

describe.each(ON_ERROR)('an IF node that generates again only on "failed", with %s', (onError) => {
	test.each(faults)('never pays twice: $title', async (fault) => await run(fault, onError));
});

test('it does generate again, and images come of it', () => {
	expect(faults.length).toBeGreaterThan(100);
	expect(again.items).toBeGreaterThan(100);
	expect(again.images).toBeGreaterThan(100);
});
