import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosResponse } from 'axios';

const activationLagMs = 20_000;

export interface Called {
	response: AxiosResponse<Buffer>;
	/** From the request that was answered to its answer. */
	seconds: number;
}

/**
 * Calls a production webhook, as another program would. A workflow that was activated just now is not
 * known to n8n's webhook route yet, so a 404 is asked again for a while; every other answer counts.
 *
 * @throws AxiosError when no answer comes within two minutes.
 */
export async function callWebhook(
	url: string,
	{ method = 'POST', body }: { method?: string; body?: object } = {},
): Promise<Called> {
	const deadline = Date.now() + activationLagMs;
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
