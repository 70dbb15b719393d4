import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { countFiles, errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import {
	chain,
	flux2,
	flux2Trigger,
	hashFile,
	manualTrigger,
	noOp,
	promptItems,
	saveFile,
	wait,
} from './workflowBuilder.mts';

/** Workflows that a Flux 2 Trigger starts. */
export function testTrigger(n8n: () => N8nInstance): void {
	reportedTest(
		'images requested in one workflow start another one, which saves them to files',
		async () => {
			const account = await n8n().openAccount('Trigger');
			const id = randomUUID();
			const receiver = await n8n().publish(
				chain('Receiver', flux2Trigger(id), saveFile(n8n().filesFolder)),
				account,
			);
			const callbackUrl = `${n8n().server.url}/webhook/${id}/flux2`;
			const requested = await n8n().runManually(
				chain(
					'Requests',
					manualTrigger(),
					promptItems('a harbor', 'a lighthouse'),
					flux2({ waitFor: 'nothing', callbackUrl }),
				),
				account,
			);
			expect(errorOf(requested)).toBeUndefined();
			const executions = await n8n().finishedExecutions(receiver, 2);
			await account.sandbox.idle();
			expect(executions.map((execution) => errorOf(execution) ?? execution.status)).toEqual([
				'success',
				'success',
			]);
			const ids = outputOf(requested).map(({ json }) => String(json.taskId));
			const files = await readdir(n8n().filesFolder);
			expect(files.sort()).toEqual(ids.map((taskId) => `${taskId}.png`).sort());
			const { width } = await loadImage(await readFile(join(n8n().filesFolder, files[0]!)));
			const statuses = [...account.sandbox.tasks.values()].flatMap(({ deliveries }) =>
				deliveries.map(({ status }) => status),
			);
			expect(statuses).toEqual([200, 200]);
			return `2 requests, 2 callbacks (each answered with 200), 2 executions, 2 files of ${width} pixels on disk; ${account.spending()}`;
		},
	);

	testTwentyCallbacks(
		n8n,
		'twenty callbacks at the same time start twenty executions, each with its own image',
	);

	reportedTest(
		'"Listen for test event" shows the image of a callback to the test URL',
		async () => {
			const account = await n8n().openAccount('Test URL');
			const id = randomUUID();
			const receiver = await n8n().api.importWorkflow(
				chain('Listener', flux2Trigger(id), noOp('Next')),
				account.credential,
			);
			await n8n().api.listenForTestWebhook(receiver, 'Flux 2 Trigger');
			const callbackUrl = `${n8n().server.url}/webhook-test/${id}/flux2`;
			const requested = await n8n().runManually(
				chain(
					'Requests',
					manualTrigger(),
					promptItems('a pier'),
					flux2({ waitFor: 'nothing', callbackUrl }),
				),
				account,
			);
			const [execution] = await n8n().finishedExecutions(receiver, 1);
			const [item] = outputOf(execution!, 'Flux 2 Trigger');
			expect(item?.json.taskId).toBe(outputOf(requested)[0]?.json.taskId);
			expect(countFiles(outputOf(execution!, 'Next'))).toBe(1);
			expect(Math.min(...(await n8n().fileSizes([item!])))).toBeGreaterThan(100);
			return `1 execution with 1 image; ${account.spending()}`;
		},
	);

	reportedTest('a callback without the token is refused and starts nothing', async () => {
		const account = await n8n().openAccount('Forged');
		const id = randomUUID();
		const receiver = await n8n().publish(
			chain('Forged', flux2Trigger(id), noOp('Started')),
			account,
		);
		const requested = await n8n().runManually(
			chain('Requests', manualTrigger(), promptItems('a harbor'), flux2()),
			account,
		);
		const { taskId } = outputOf(requested)[0]!.json;
		const body = {
			data: { task_id: taskId, status: 'SUCCESS', response: ['https://a.invalid/x'] },
		};
		const response = await n8n().callWebhook(`${id}/flux2`, { body });
		expect(response.status).toBe(401);
		expect(await n8n().api.executions(receiver.id)).toEqual([]);
		return 'answered with 401, no execution';
	});
}

/**
 * Twenty callbacks at the same time, whose executions end at different times. n8n 1.x deletes the
 * files that triggers have stored before their executions as soon as one of the executions ends.
 */
export function testTwentyCallbacks(n8n: () => N8nInstance, name: string): void {
	reportedTest(name, async () => {
		const account = await n8n().openAccount('Twenty', { seconds: () => 4 });
		const id = randomUUID();
		const receiver = await n8n().publish(
			chain('Twenty', flux2Trigger(id), wait('={{ $json.taskId.charCodeAt(3) % 4 }}'), hashFile()),
			account,
		);
		await n8n().runManually(
			chain(
				'Requests',
				manualTrigger(),
				promptItems(...Array.from({ length: 20 }, (_, number) => `boat ${number}`)),
				flux2({
					waitFor: 'nothing',
					callbackUrl: `${n8n().server.url}/webhook/${id}/flux2`,
				}),
			),
			account,
		);
		const executions = await n8n().finishedExecutions(receiver, 20);
		await account.sandbox.idle();
		expect(executions.map((execution) => errorOf(execution)?.message ?? execution.status)).toEqual(
			executions.map(() => 'success'),
		);
		const triggerItems = executions.flatMap((one) => outputOf(one, 'Flux 2 Trigger'));
		const hashedItems = executions.flatMap((one) => outputOf(one, 'Hash'));
		expect(new Set(hashedItems.map(({ json }) => json.taskId))).toEqual(
			new Set(account.sandbox.tasks.keys()),
		);
		expect(new Set(hashedItems.map(({ json }) => json.sha256)).size).toBe(20);
		expect(countFiles(triggerItems)).toBe(20);
		expect(Math.min(...(await n8n().fileSizes(triggerItems)))).toBeGreaterThan(100);
		return `20 executions, 20 different files read by the next node and shown in the editor; ${account.spending()}`;
	});
}
