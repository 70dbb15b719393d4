import { countFiles, errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import {
	chain,
	dropFile,
	fetchFile,
	flux2,
	manualTrigger,
	noOp,
	promptItems,
} from './workflowBuilder.mts';

/** Failures that reach the user, and what they cost. */
export function testFailures(n8n: () => N8nInstance): void {
	reportedTest('failed items go to the error output, with their input and their task', async () => {
		const account = await n8n().openAccount('Error output');
		const workflow = chain(
			'Error output',
			manualTrigger(),
			promptItems('a good picture', 'a bad one [task: failed]', 'ab'),
			flux2({}, { onError: 'continueErrorOutput' }),
			noOp('Good'),
		);
		workflow.nodes.push(noOp('Failed'));
		(workflow.connections['Flux 2'] as { main: unknown[][] }).main.push([
			{ node: 'Failed', type: 'main', index: 0 },
		]);
		const execution = await n8n().runManually(workflow, account);
		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'Good').map(({ json }) => json.status)).toEqual(['succeeded']);
		const failed = outputOf(execution, 'Failed').map(({ json }) => json);
		const failedTask = [...account.sandbox.tasks.values()].find(({ state }) => state === 'failed');
		expect(failed.length).toBe(2);
		expect(String(failed[0]?.error)).toContain(failedTask?.id);
		// n8n merges the input into the item. This shows which of our own fields survive.
		expect(failed[0]).toMatchObject({ prompt: 'a bad one [task: failed]', number: 1 });
		expect(failed[1]).toMatchObject({ prompt: 'ab', number: 2 });
		expect(failed[0]).toMatchObject({ taskId: failedTask?.id, status: 'failed' });
		expect(account.sandbox.billing.creates).toBe(2);
		return `1 image, 2 failed items with the fields ${Object.keys(failed[0]!).sort().join(', ')}; ${account.spending()}`;
	});

	reportedTest('an item whose file is missing fails, and the others get their images', async () => {
		const account = await n8n().openAccount('Missing file');
		const first = await n8n().runManually(
			chain('Photo', manualTrigger(), promptItems('a brass lamp'), flux2({ download: false })),
			account,
		);
		const photo = String(outputOf(first)[0]?.json.imageUrl);
		const execution = await n8n().runManually(
			chain(
				'Missing file',
				manualTrigger(),
				promptItems('one', 'two', 'three'),
				fetchFile(photo),
				dropFile(1),
				flux2(
					{
						prompt: '=the lamp in room {{ $json.index }}',
						referenceImages: { image: [{ from: 'binary', field: 'data' }] },
					},
					{ onError: 'continueRegularOutput' },
				),
			),
			account,
		);
		expect(execution.status).toBe('success');
		const output = outputOf(execution);
		expect(output.map(({ json }) => json.status)).toEqual(['succeeded', 'failed', 'succeeded']);
		expect(output.map((item) => countFiles([item]))).toEqual([1, 0, 1]);
		expect(output[1]?.json).toMatchObject({ errorCode: 'invalid-input', charged: 'no' });
		const prompts = output.map(
			({ json }) => account.sandbox.tasks.get(String(json.taskId))?.prompt,
		);
		expect(prompts).toEqual(['the lamp in room 0', undefined, 'the lamp in room 2']);
		expect(account.sandbox.billing.creates).toBe(3);
		return `2 images; "${String(output[1]?.json.error)}"; ${account.spending()}, including the photo`;
	});

	reportedTest(
		'a prompt that is too short is refused with a clear message, before any request is sent',
		async () => {
			const account = await n8n().openAccount('Bad prompt');
			const execution = await n8n().runManually(
				chain('Bad prompt', manualTrigger(), promptItems('ab'), flux2()),
				account,
			);
			expect(execution.status).toBe('error');
			expect(errorOf(execution)?.description).toContain('Nothing was charged');
			expect(account.sandbox.billing.creates).toBe(0);
			return `"${errorOf(execution)?.message}"; ${account.spending()}`;
		},
	);
}
