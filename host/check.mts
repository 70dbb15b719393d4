import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import { callWebhook } from './callWebhook.mts';
import type { Demo } from './demo.mts';
import { demoFolder, root } from './paths.mts';
import { UserFacingError } from './userFacingError.mts';
import { readExample } from './workflow.mts';

/** What `npm start -- --check` prints as its last line. */
export interface CheckReport {
	taskId: string;
	/** The path of the image file, relative to the repository. */
	image: string;
	bytes: number;
	width: number;
	height: number;
	n8n: string;
	/** From the webhook request to the image. */
	seconds: number;
}

/** Responds to a webhook with an image, which the first workflow of `npm start` does not. */
const example = 'stock-image-webhook.json';
const path = 'flux2-stock-image?topic=a+red+bicycle&ratio=16:9';

/** Publishes an example, calls its production webhook, as another program would, and saves the image. */
export async function checkExample({ n8n, account }: Demo): Promise<CheckReport> {
	if (account === undefined) throw new Error('A new demo always has its account');
	const { api, credential } = account;
	const workflow = await api.importWorkflow(await readExample(example), credential);
	await api.activate(workflow);
	const url = `${n8n.url}/webhook/${path}`;
	const { response, seconds } = await callWebhook(url, { method: 'GET' }).catch((error: Error) => {
		throw new UserFacingError(
			`The example's webhook did not respond: ${error.message} (n8n's log: ${n8n.logFile})`,
		);
	});
	const taskId: unknown = response.headers['x-flux2-task-id'];
	if (response.status !== 200 || typeof taskId !== 'string' || taskId === '')
		throw new UserFacingError(
			`The example's webhook returned ${response.status} instead of an image: ${response.data.toString('utf8').slice(0, 1000)} (n8n's log: ${n8n.logFile})`,
		);
	const { width, height } = await loadImage(response.data);
	const file = join(demoFolder, 'flux2.png');
	await mkdir(dirname(file), { recursive: true });
	await writeFile(file, response.data);
	return {
		taskId,
		image: relative(root, file),
		bytes: response.data.length,
		width,
		height,
		n8n: n8n.version,
		seconds: Number(seconds.toFixed(1)),
	};
}
