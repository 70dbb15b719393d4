import { countFiles, errorOf, hintsOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { chain, fetchFile, flux2, items, manualTrigger, promptItems } from './workflowBuilder.mts';

/** The operations of the node, in workflows that a user executes manually. */
export function testGenerate(n8n: () => N8nInstance): void {
	reportedTest('ten prompts become ten images, in the order of the items', async () => {
		const account = await n8n().openAccount('Ten');
		const prompts = Array.from({ length: 10 }, (_, number) => `picture ${number}`);
		const execution = await n8n().runManually(
			chain('Ten', manualTrigger(), promptItems(...prompts), flux2()),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const output = outputOf(execution);
		expect(
			output.map(({ json }) => account.sandbox.tasks.get(String(json.taskId))?.prompt),
		).toEqual(prompts);
		expect(countFiles(output)).toBe(10);
		expect(Math.min(...(await n8n().fileSizes(output)))).toBeGreaterThan(100);
		expect(account.sandbox.billing.creditsCharged).toBe(50);
		const hints = hintsOf(execution);
		expect(hints.join()).toContain('10 images, estimated cost 50 credits');
		return `10 images; ${account.spending()}; above the output: "${hints.join(' / ')}"`;
	});

	reportedTest('a reference image by URL is sent to the service', async () => {
		const account = await n8n().openAccount('Reference by URL');
		const url = `${account.sandbox.url}/images/made-elsewhere.png`;
		const first = await n8n().runManually(
			chain('Photo', manualTrigger(), promptItems('a blue mug'), flux2()),
			account,
		);
		const photo = String(outputOf(first)[0]?.json.imageUrl ?? url);
		const execution = await n8n().runManually(
			chain(
				'Reference by URL',
				manualTrigger(),
				items({ prompt: 'the mug on a table', photo }),
				flux2({ referenceImages: { image: [{ from: 'url', url: '={{ $json.photo }}' }] } }),
			),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const task = account.sandbox.tasks.get(String(outputOf(execution)[0]?.json.taskId));
		expect(task?.body.input_urls).toEqual([photo]);
		expect(task?.referenceImages.length).toBe(1);
		return `1 image from 1 reference; ${account.spending()}, including the photo`;
	});

	reportedTest(
		"a file of the input item works as a reference image: the service downloads it from n8n's signed link",
		async () => {
			const account = await n8n().openAccount('Reference file');
			const first = await n8n().runManually(
				chain('Photo', manualTrigger(), promptItems('a brass lamp'), flux2({ download: false })),
				account,
			);
			const photo = String(outputOf(first)[0]?.json.imageUrl);
			const execution = await n8n().runManually(
				chain(
					'Reference file',
					manualTrigger(),
					fetchFile(photo),
					flux2({
						prompt: 'the lamp on a desk',
						referenceImages: { image: [{ from: 'binary', field: 'data' }] },
					}),
				),
				account,
			);
			expect(errorOf(execution)).toBeUndefined();
			const task = account.sandbox.tasks.get(String(outputOf(execution)[0]?.json.taskId));
			const [link] = task?.body.input_urls as string[];
			expect(link).toContain(`${n8n().server.url}/`);
			expect(link).toMatch(/signed|token/);
			expect(task?.referenceImages.length).toBe(1);
			return `downloaded from ${new URL(link!).pathname}; ${account.spending()}, including the photo`;
		},
	);

	reportedTest('Get Task retrieves the image of a task by its ID, and costs nothing', async () => {
		const account = await n8n().openAccount('Get Task');
		const execution = await n8n().runManually(
			chain(
				'Get Task',
				manualTrigger(),
				promptItems('a paper boat'),
				flux2({ waitFor: 'nothing' }),
				{
					...flux2({
						prompt: undefined,
						operation: 'getTask',
						taskId: '={{ $json.taskId }}',
						waitUntilSettled: true,
					}),
					name: 'Get Task',
				},
			),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		expect(outputOf(execution)[0]?.json).toMatchObject({ status: 'pending', imageUrl: null });
		const [item] = outputOf(execution, 'Get Task');
		expect(item?.json.status).toBe('succeeded');
		expect(item?.binary?.data).toMatchObject({ mimeType: 'image/png' });
		expect(account.sandbox.billing.creates).toBe(1);
		return `first pending, then 1 image; ${account.spending()}`;
	});
}
