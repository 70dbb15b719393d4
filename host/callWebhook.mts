import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosResponse } from 'axios';

const activationTimeoutMs = 20_000;

export interface TimedResponse {
	response: AxiosResponse<Buffer>;
	/** Of the request that got this response, without the earlier ones that got 404. */
	seconds: number;
}

/**
 * Calls a production webhook, as another program would. n8n's webhook route learns of a newly
 * activated workflow with a delay, so a 404 is retried for up to 20 seconds; any other status is the result.
 *
 * @throws AxiosError when there is no response within two minutes.
 */
export async function callWebhook(
	url: string,
	{ method = 'POST', body }: { method?: string; body?: object } = {},
): Promise<TimedResponse> {
	const deadline = Date.now() + activationTimeoutMs;
	for (;;) {
		const started = Date.now();
		const response = await axios.request<Buffer>({
			url,
			method,
			data: body,
			responseType: 'arraybuffer',
			proxy: false,
			validateStatus: () => true,
			timeout: 120_000,
		});
		if (response.status !== 404 || Date.now() > deadline)
			return { response, seconds: (Date.now() - started) / 1000 };
		await sleep(250);
	}
}
