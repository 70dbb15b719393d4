import { fileURLToPath } from 'node:url';
import { type StoredWorkflow } from '../../host/rest.mts';
import { type Account, type Line, tarball } from './line.mts';
import { errorOf, imagesIn, outputOf } from './seen.mts';
import { chain, flux2, nothing, pressHere, prompts, webhook } from './sketch.mts';
import { tried } from './tried.mts';

/** The package as commit 71803d6 packed it, the first whose every node could be loaded. */
export const earlierPackage = fileURLToPath(
	new URL('earlier/n8n-nodes-flux2-0.0.1.tar.gz', import.meta.url),
);

/** The line begins with an earlier package, and has the present one in the end. */
export function upgrade(line: () => Line): void {
	let account: Account;
	let stored: StoredWorkflow;
	let waiting: Account;
	let parkedWorkflow: StoredWorkflow;

	tried('an earlier version of the package makes an image', async () => {
		await line().start();
		account = await line().openAccount('Earlier');
		const workflow = chain(
			'Saved with an earlier version',
			pressHere(),
			prompts('a red fox in the snow'),
			flux2({
				mode: 'flex',
				resolution: '2K',
				aspectRatio: '16:9',
				waitFor: 'image',
				download: true,
				outputField: 'picture',
				options: { fileName: 'fox', timeoutSeconds: 60 },
			}),
		);
		stored = await line().api.importWorkflow(workflow, account.credential);
		const execution = await line().pressAgain(stored);
		expect(errorOf(execution)).toBeUndefined();
		expect(imagesIn(outputOf(execution))).toBe(1);
		expect(account.sandbox.books.creditsCharged).toBe(24);
		return `1 image; ${account.spent()}`;
	});

	tried('an earlier version of the package parks an execution', async () => {
		waiting = await line().openAccount('Parked by an earlier version');
		parkedWorkflow = await line().publish(
			chain(
				'Parked by an earlier version',
				webhook('parked-earlier', 'onReceived'),
				prompts('one [task: takes 50 s]', 'two [task: takes 50 s]'),
				flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
				nothing('Woken'),
			),
			waiting,
		);
		await line().call('parked-earlier');
		await line().executionIn(parkedWorkflow, 'waiting');
		return `waiting; ${waiting.spent()}`;
	});

	tried('its workflow opens and runs after an update, with the same outcome', async () => {
		await line().server.stop();
		await line().install(await tarball());
		await line().start();
		const opened = await line().api.workflow(stored.id);
		const { parameters } = opened?.nodes.find(({ name }) => name === 'Flux 2') ?? {};
		expect(parameters).toMatchObject({ mode: 'flex', resolution: '2K', outputField: 'picture' });
		const execution = await line().pressAgain(opened!);
		expect(errorOf(execution)).toBeUndefined();
		const [item] = outputOf(execution);
		expect(item?.json).toMatchObject({
			status: 'succeeded',
			mode: 'flex',
			resolution: '2K',
			aspectRatio: '16:9',
			creditsEstimated: 24,
		});
		expect(item?.binary?.picture).toMatchObject({ fileName: 'fox.png', mimeType: 'image/png' });
		expect(account.sandbox.books.creditsCharged).toBe(48);
		return `the same parameters, 1 image in the same field; ${account.spent()} with both versions`;
	});

	tried('the execution that the earlier version parked is woken by the present one', async () => {
		const [execution] = await line().endedExecutions(parkedWorkflow, 1, 90_000);
		expect(execution?.status).toBe('success');
		const output = outputOf(execution!, 'Woken');
		expect(output.map(({ json }) => json.status)).toEqual(['succeeded', 'succeeded']);
		expect(imagesIn(output)).toBe(2);
		expect(waiting.sandbox.books.creates).toBe(2);
		return `2 images; ${waiting.spent()}`;
	});
}
