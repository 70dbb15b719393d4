import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { loadImage } from '@napi-rs/canvas';
import type { AxiosResponse } from 'axios';
import { callWebhook } from './callWebhook.mts';
import type { Demo } from './demo.mts';
import { demoFolder, root } from './paths.mts';
import { UserFacingError } from './userFacingError.mts';

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

/** Gets an image from the example's production webhook, as another program would, and saves it. */
export async function checkExample({ n8n, example }: Demo): Promise<CheckReport> {
	if (example === undefined) throw new Error('A fresh demo always has its example');
	const { response, seconds } = await callWebhook(example.webhookUrl).catch((error: Error) => {
		throw new UserFacingError(
			`The example's webhook did not respond: ${error.message} (n8n's log: ${n8n.logFile})`,
		);
	});
	const taskId: unknown = response.headers['x-flux2-task-id'];
	if (response.status !== 200 || typeof taskId !== 'string' || taskId === '')
		throw new UserFacingError(
			`The example's webhook returned ${response.status} instead of an image: ${await failureReason(example, response)} (n8n's log: ${n8n.logFile})`,
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

/** The webhook only says that something failed; the execution says what. */
async function failureReason(
	{ api, workflowId }: NonNullable<Demo['example']>,
	response: AxiosResponse<Buffer>,
): Promise<string> {
	const [newest] = await api.executions(workflowId);
	const error = newest && (await api.execution(newest.id)).data.resultData.error;
	return error?.message ?? response.data.toString('utf8').slice(0, 500);
}
