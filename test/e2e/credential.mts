import fastify from 'fastify';
import { type Account, API_KEY } from './account.mts';
import { countFiles, errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { chain, flux2, manualTrigger, promptItems } from './workflowBuilder.mts';

const refused = 'Invalid API key. Copy it again from your API in One account.';

/** The messages of the credential test, and of the node when it cannot use a credential. */
export function testCredential(n8n: () => N8nInstance): void {
	let account: Account;
	const runTest = async (data: { apiKey: string; baseUrl: string }) => {
		account ??= await n8n().openAccount('Tested');
		return await n8n().api.testCredential(account.credential, data);
	};

	reportedTest('the credential test passes with a valid key and costs nothing', async () => {
		account = await n8n().openAccount('Tested');
		const { sandbox } = account;
		const result = await runTest({ apiKey: API_KEY, baseUrl: sandbox.url });
		expect(result.status).toBe('OK');
		const withWhitespace = await runTest({ apiKey: ` ${API_KEY}\n`, baseUrl: `${sandbox.url}/` });
		expect(withWhitespace.status).toBe('OK');
		expect(sandbox.billing.creates).toBe(0);
		return `"${result.message}", also with a space and a line break around the key`;
	});

	reportedTest(
		'a key that was pasted with invisible characters works, and stays secret',
		async () => {
			// A zero-width space at the start, one within the key, and a line break at the end.
			const pasted = `\u200b${API_KEY.slice(0, 9)}\u200b${API_KEY.slice(9)}\n`;
			const { sandbox } = account;
			const result = await runTest({ apiKey: pasted, baseUrl: sandbox.url });
			expect(result.status).toBe('OK');
			const stored = await n8n().api.createCredential('Pasted', {
				apiKey: pasted,
				baseUrl: sandbox.url,
			});
			const workflow = chain('Pasted key', manualTrigger(), promptItems('a red fox'), flux2());
			const execution = await n8n().runManually(workflow, { ...account, credential: stored });
			expect(errorOf(execution)).toBeUndefined();
			expect(countFiles(outputOf(execution))).toBe(1);

			const service = fastify();
			service.all('/*', async ({ headers }, reply) => {
				await reply.code(422).send({ error: { message: `Header: ${headers.authorization}` } });
			});
			const baseUrl = await service.listen({ host: '127.0.0.1', port: 0 });
			try {
				const echoing = await n8n().api.createCredential('Echoing', { apiKey: pasted, baseUrl });
				const failed = await n8n().runManually(workflow, { ...account, credential: echoing });
				expect(errorOf(failed)?.message).toContain('Header: ');
				const text = JSON.stringify(failed).replaceAll('\u200b', '');
				expect(text).not.toContain(API_KEY.slice(0, 16));
				expect(text).not.toContain(API_KEY.slice(-14));
				return `"${result.message}", 1 image; echoed by the service, the error says "${errorOf(failed)?.message}"`;
			} finally {
				await service.close();
			}
		},
	);

	reportedTest('the credential test says what to do about an invalid key', async () => {
		const result = await runTest({ apiKey: `${API_KEY}x`, baseUrl: account.sandbox.url });
		expect(result).toEqual({ status: 'Error', message: refused });
		return `"${result.message}"`;
	});

	reportedTest(
		'the credential test recognizes an invalid key in a response with HTTP 200',
		async () => {
			const service = fastify();
			service.all('/*', async () => ({ code: 401, message: 'Invalid API key' }));
			const baseUrl = await service.listen({ host: '127.0.0.1', port: 0 });
			try {
				const result = await runTest({ apiKey: `${API_KEY}x`, baseUrl });
				expect(result).toEqual({ status: 'Error', message: refused });
				return `"${result.message}"`;
			} finally {
				await service.close();
			}
		},
	);

	reportedTest('the key is never sent over plain HTTP to another machine', async () => {
		const { sandbox } = account;
		// On Linux it leads to this machine, but it is not a loopback address, so a request would arrive.
		const baseUrl = `http://0.0.0.0:${sandbox.port}`;
		const before = sandbox.requests.length;
		const stored = await n8n().api.createCredential('Plain http', { apiKey: API_KEY, baseUrl });
		const workflow = chain('Plain http', manualTrigger(), promptItems('a red fox'), flux2());
		const execution = await n8n().runManually(workflow, { ...account, credential: stored });
		expect(errorOf(execution)?.message).toBe(
			'The base URL of the credential must start with https://, to protect your API key',
		);
		const nodeRequests = sandbox.requests
			.slice(before)
			.filter(({ authorization }) => authorization);
		expect(nodeRequests).toEqual([]);
		const result = await n8n().api.testCredential(stored, { apiKey: API_KEY, baseUrl });
		const testRequests = sandbox.requests
			.slice(before)
			.filter(({ authorization }) => authorization);
		expect({ status: result.status, requests: testRequests.length }).toEqual({
			status: 'Error',
			requests: 0,
		});
		return `the node: "${errorOf(execution)?.message}"; the test: "${result.message}"`;
	});
}
