import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import type { Account, Line } from './line.mts';
import { errorOf, hintsOf, imagesIn, outputOf } from './seen.mts';
import {
	chain,
	fetchFile,
	fingerprint,
	flux2,
	flux2Trigger,
	items,
	nothing,
	pause,
	pressHere,
	prompts,
	saveTo,
	webhook,
} from './sketch.mts';
import { tried } from './tried.mts';

/** Every prompt an account was asked for, and how often. */
function asked({ sandbox }: Account): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { prompt } of sandbox.tasks.values()) counts[prompt] = (counts[prompt] ?? 0) + 1;
	return counts;
}

/** The node's operations, in workflows that somebody presses. */
export function generate(line: () => Line): void {
	tried('ten prompts become ten images, in order', async () => {
		const account = await line().openAccount('Ten');
		const texts = Array.from({ length: 10 }, (_, number) => `picture ${number}`);
		const execution = await line().press(
			chain('Ten', pressHere(), prompts(...texts), flux2()),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const output = outputOf(execution);
		expect(
			output.map(({ json }) => account.sandbox.tasks.get(String(json.taskId))?.prompt),
		).toEqual(texts);
		expect(imagesIn(output)).toBe(10);
		expect(Math.min(...(await line().filesOf(output)))).toBeGreaterThan(100);
		expect(account.sandbox.books.creditsCharged).toBe(50);
		const hints = hintsOf(execution);
		expect(hints.join()).toContain('10 images, 50 credits by the price list');
		return `10 images; ${account.spent()}; above the output: "${hints.join(' / ')}"`;
	});

	tried('a reference image by URL reaches the service', async () => {
		const account = await line().openAccount('Reference by URL');
		const url = `${account.sandbox.url}/images/made-elsewhere.png`;
		const first = await line().press(
			chain('Photo', pressHere(), prompts('a blue mug'), flux2()),
			account,
		);
		const photo = String(outputOf(first)[0]?.json.imageUrl ?? url);
		const execution = await line().press(
			chain(
				'Reference by URL',
				pressHere(),
				items({ prompt: 'the mug on a table', photo }),
				flux2({ referenceImages: { image: [{ from: 'url', url: '={{ $json.photo }}' }] } }),
			),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const task = account.sandbox.tasks.get(String(outputOf(execution)[0]?.json.taskId));
		expect(task?.body.input_urls).toEqual([photo]);
		expect(task?.references.length).toBe(1);
		return `1 image from 1 reference; ${account.spent()} with the photo itself`;
	});

	tried(
		"a file of the item is a reference image: the service fetches n8n's signed link",
		async () => {
			const account = await line().openAccount('Reference file');
			const first = await line().press(
				chain('Photo', pressHere(), prompts('a brass lamp'), flux2({ download: false })),
				account,
			);
			const photo = String(outputOf(first)[0]?.json.imageUrl);
			const execution = await line().press(
				chain(
					'Reference file',
					pressHere(),
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
			expect(link).toContain(`${line().server.url}/`);
			expect(link).toMatch(/signed|token/);
			expect(task?.references.length).toBe(1);
			return `fetched from ${new URL(link!).pathname}; ${account.spent()} with the photo itself`;
		},
	);

	tried('Get Task brings the image of a task by its ID, and costs nothing', async () => {
		const account = await line().openAccount('Get Task');
		const execution = await line().press(
			chain('Get Task', pressHere(), prompts('a paper boat'), flux2({ waitFor: 'nothing' }), {
				...flux2({
					prompt: undefined,
					operation: 'getTask',
					taskId: '={{ $json.taskId }}',
					waitUntilSettled: true,
				}),
				name: 'Get Task',
			}),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		expect(outputOf(execution)[0]?.json).toMatchObject({ status: 'pending', imageUrl: null });
		const [item] = outputOf(execution, 'Get Task');
		expect(item?.json.status).toBe('succeeded');
		expect(item?.binary?.data).toMatchObject({ mimeType: 'image/png' });
		expect(account.sandbox.books.creates).toBe(1);
		return `pending at first, then 1 image; ${account.spent()}`;
	});

	tried('ordered in one workflow, the trigger starts another, which saves the images', async () => {
		const account = await line().openAccount('Trigger');
		const id = randomUUID();
		const receiver = await line().publish(
			chain('Receives', flux2Trigger(id), saveTo(line().filesFolder)),
			account,
		);
		const callbackUrl = `${line().server.url}/webhook/${id}/flux2`;
		const ordered = await line().press(
			chain(
				'Orders',
				pressHere(),
				prompts('a harbour', 'a lighthouse'),
				flux2({ waitFor: 'nothing', callbackUrl }),
			),
			account,
		);
		expect(errorOf(ordered)).toBeUndefined();
		const executions = await line().endedExecutions(receiver, 2);
		await account.sandbox.idle();
		expect(executions.map((one) => errorOf(one) ?? one.status)).toEqual(['success', 'success']);
		const ids = outputOf(ordered).map(({ json }) => String(json.taskId));
		const files = await readdir(line().filesFolder);
		expect(files.sort()).toEqual(ids.map((taskId) => `${taskId}.png`).sort());
		const { width } = await loadImage(await readFile(join(line().filesFolder, files[0]!)));
		const answers = [...account.sandbox.tasks.values()].flatMap(({ deliveries }) =>
			deliveries.map(({ status }) => status),
		);
		expect(answers).toEqual([200, 200]);
		return `2 orders, 2 rings (each answered 200), 2 executions, 2 files of ${width} pixels on disk; ${account.spent()}`;
	});

	twentyAtOnce(line, 'twenty images that are ready at once start twenty runs, each with its file');

	tried('"Listen for test event" shows the image that a test URL is rung for', async () => {
		const account = await line().openAccount('Test URL');
		const id = randomUUID();
		const receiver = await line().api.importWorkflow(
			chain('Listens', flux2Trigger(id), nothing('Behind')),
			account.credential,
		);
		await line().api.listen(receiver, 'Flux 2 Trigger');
		const callbackUrl = `${line().server.url}/webhook-test/${id}/flux2`;
		const ordered = await line().press(
			chain('Orders', pressHere(), prompts('a pier'), flux2({ waitFor: 'nothing', callbackUrl })),
			account,
		);
		const [execution] = await line().endedExecutions(receiver, 1);
		const [item] = outputOf(execution!, 'Flux 2 Trigger');
		expect(item?.json.taskId).toBe(outputOf(ordered)[0]?.json.taskId);
		expect(imagesIn(outputOf(execution!, 'Behind'))).toBe(1);
		expect(Math.min(...(await line().filesOf([item!])))).toBeGreaterThan(100);
		return `1 execution with 1 image; ${account.spent()}`;
	});

	tried('a ring without the token starts nothing', async () => {
		const account = await line().openAccount('Forged');
		const id = randomUUID();
		const receiver = await line().publish(
			chain('Forged', flux2Trigger(id), nothing('Started')),
			account,
		);
		const ordered = await line().press(
			chain('Orders', pressHere(), prompts('a harbour'), flux2()),
			account,
		);
		const { taskId } = outputOf(ordered)[0]!.json;
		const body = {
			data: { task_id: taskId, status: 'SUCCESS', response: ['https://a.invalid/x'] },
		};
		const response = await line().call(`${id}/flux2`, { body });
		expect(response.status).toBe(401);
		expect(await line().api.executions(receiver.id)).toEqual([]);
		return 'answered 401, no execution';
	});
}

/**
 * Twenty callbacks at once, whose runs end at different times. n8n 1.x clears away what triggers have
 * stored before their runs as soon as one of the runs ends.
 */
export function twentyAtOnce(line: () => Line, what: string): void {
	tried(what, async () => {
		const account = await line().openAccount('Twenty', { seconds: () => 4 });
		const id = randomUUID();
		const receiver = await line().publish(
			chain(
				'Twenty',
				flux2Trigger(id),
				pause('={{ $json.taskId.charCodeAt(3) % 4 }}'),
				fingerprint(),
			),
			account,
		);
		await line().press(
			chain(
				'Orders',
				pressHere(),
				prompts(...Array.from({ length: 20 }, (_, number) => `boat ${number}`)),
				flux2({
					waitFor: 'nothing',
					callbackUrl: `${line().server.url}/webhook/${id}/flux2`,
				}),
			),
			account,
		);
		const executions = await line().endedExecutions(receiver, 20);
		await account.sandbox.idle();
		expect(executions.map((one) => errorOf(one)?.message ?? one.status)).toEqual(
			executions.map(() => 'success'),
		);
		const shown = executions.flatMap((one) => outputOf(one, 'Flux 2 Trigger'));
		const read = executions.flatMap((one) => outputOf(one, 'Fingerprint'));
		expect(new Set(read.map(({ json }) => json.taskId))).toEqual(
			new Set(account.sandbox.tasks.keys()),
		);
		expect(new Set(read.map(({ json }) => json.sha256)).size).toBe(20);
		expect(imagesIn(shown)).toBe(20);
		expect(Math.min(...(await line().filesOf(shown)))).toBeGreaterThan(100);
		return `20 executions, 20 different files read by the node behind and shown in the editor; ${account.spent()}`;
	});
}

/** What goes wrong, and what it costs. */
export function failures(line: () => Line, isLegacy: boolean): void {
	tried('failed items go to the error output, with their input and their task', async () => {
		const account = await line().openAccount('Error output');
		const workflow = chain(
			'Error output',
			pressHere(),
			prompts('a good picture', 'a bad one [task: failed]', 'ab'),
			flux2({}, { onError: 'continueErrorOutput' }),
			nothing('Good'),
		);
		workflow.nodes.push(nothing('Failed'));
		(workflow.connections['Flux 2'] as { main: unknown[][] }).main.push([
			{ node: 'Failed', type: 'main', index: 0 },
		]);
		const execution = await line().press(workflow, account);
		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'Good').map(({ json }) => json.status)).toEqual(['succeeded']);
		const failed = outputOf(execution, 'Failed').map(({ json }) => json);
		const bad = [...account.sandbox.tasks.values()].find(({ state }) => state === 'failed');
		expect(failed.length).toBe(2);
		expect(String(failed[0]?.error)).toContain(bad?.id);
		// n8n itself merges the input into the item; what else of ours stays is seen here.
		expect(failed[0]).toMatchObject({ prompt: 'a bad one [task: failed]', number: 1 });
		expect(failed[1]).toMatchObject({ prompt: 'ab', number: 2 });
		expect(failed[0]).toMatchObject({ taskId: bad?.id, status: 'failed' });
		expect(account.sandbox.books.creates).toBe(2);
		return `1 image, 2 failed items with the fields ${Object.keys(failed[0]!).sort().join(', ')}; ${account.spent()}`;
	});

	tried('Retry On Fail goes on with what was bought, and orders only what failed', async () => {
		const account = await line().openAccount('Retry On Fail');
		const execution = await line().press(
			chain(
				'Retry On Fail',
				pressHere(),
				prompts('one', 'two [task: failed once]', 'three'),
				flux2({}, { retryOnFail: true, maxTries: 3, waitBetweenTries: 500 }),
			),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		expect(imagesIn(outputOf(execution))).toBe(3);
		expect(asked(account)).toEqual({ one: 1, 'two [task: failed once]': 2, three: 1 });
		expect(account.sandbox.books.balance).toBe(100_000 - 15);
		return `3 images; ${account.spent()}: the failed one was ordered twice, the others once`;
	});

	tried('Retry in the list of executions goes on with what was bought', async () => {
		const account = await line().openAccount('Retry from the list');
		const failed = await line().press(
			chain(
				'Retry from the list',
				pressHere(),
				prompts('one', 'two [task: failed once]', 'three [task: takes 9 s]'),
				flux2({ options: { timeoutSeconds: 5 } }),
			),
			account,
		);
		expect(failed.status).toBe('error');
		const late = [...account.sandbox.tasks.values()].find(({ prompt }) => /three/.test(prompt));
		expect(errorOf(failed)?.description).toContain(late?.id);
		const retried = await line().api.retry(failed.id);
		const execution = await line().api.executionAtRest(retried);
		expect(errorOf(execution)).toBeUndefined();
		expect(imagesIn(outputOf(execution))).toBe(3);
		expect(asked(account)).toEqual({
			one: 1,
			'two [task: failed once]': 2,
			'three [task: takes 9 s]': 1,
		});
		expect(account.sandbox.books.balance).toBe(100_000 - 15);
		return `the first time an error that names every task, then 3 images; ${account.spent()}: no finished or open one was ordered twice`;
	});

	tried('who stops an execution finds the paid tasks in the log of n8n', async () => {
		const account = await line().openAccount('Stop');
		const stored = await line().api.importWorkflow(
			chain('Stop', pressHere(), prompts('one [task: never]', 'two [task: never]'), flux2()),
			account.credential,
		);
		const id = await line().api.run(stored, 'Press here');
		await line().until('both are ordered', () =>
			account.sandbox.books.creates === 2 ? true : undefined,
		);
		await line().api.stop(id);
		const stopped = await line().api.executionAtRest(id);
		expect(stopped.status).toBe('canceled');
		const ids = [...account.sandbox.tasks.keys()];
		const sentence = '"Get Task" brings each of these tasks';
		await line().until(
			'the log says what became of both',
			async () => {
				const [, said] = (await readFile(line().server.logFile, 'utf8')).split(sentence);
				return said !== undefined && ids.every((taskId) => said.includes(taskId))
					? true
					: undefined;
			},
			15_000,
		);
		const looks = () => account.sandbox.requests.filter(({ route }) => route === 'poll').length;
		const before = looks();
		await new Promise((resolve) => setTimeout(resolve, 4_000));
		expect(looks()).toBe(before);
		const shown = ids.filter((taskId) => JSON.stringify(stopped.data).includes(taskId)).length;
		return `canceled; 2 tasks named in n8n's log, ${shown} in the stored execution; no further look; ${account.spent()}`;
	});

	// n8n 1.x tells no node which execution a retry is of.
	if (!isLegacy)
		tried('Retry of a stopped execution orders nothing, until that is retried itself', async () => {
			const account = await line().openAccount('Retry of a stop');
			// One that was pressed cannot be retried: "aborted before starting".
			const workflow = await line().publish(
				chain(
					'Retry of a stop',
					webhook('retry-of-a-stop', 'onReceived'),
					prompts('one', 'two'),
					flux2(),
				),
				account,
			);
			await line().call('retry-of-a-stop');
			await line().until('both are ordered', () =>
				account.sandbox.books.creates === 2 ? true : undefined,
			);
			const { id } = await line().executionIn(workflow, 'running');
			await line().api.stop(id);
			await line().api.executionAtRest(id);
			const retry = async (of: string) =>
				await line().api.executionAtRest(await line().api.retry(of));
			const retried = await retry(id);
			expect(account.sandbox.books.creates).toBe(2);
			expect(errorOf(retried)?.message).toContain('was cut off, so nothing was ordered again');
			const insisted = await retry(retried.id);
			expect(imagesIn(outputOf(insisted))).toBe(2);
			expect(account.sandbox.books.creates).toBe(4);
			return `"${errorOf(retried)?.message}"; retried once more: 2 images; ${account.spent()}`;
		});

	tried('a bad prompt is refused in a sentence, before anything is ordered', async () => {
		const account = await line().openAccount('Bad prompt');
		const execution = await line().press(
			chain('Bad prompt', pressHere(), prompts('ab'), flux2()),
			account,
		);
		expect(execution.status).toBe('error');
		expect(errorOf(execution)?.description).toContain('Nothing was charged');
		expect(account.sandbox.books.creates).toBe(0);
		return `"${errorOf(execution)?.message}"; ${account.spent()}`;
	});
}
