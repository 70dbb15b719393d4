import fastify from 'fastify';
import { type Account, KEY, type Line } from './line.mts';
import { errorOf } from './seen.mts';
import { chain, flux2, pressHere, prompts } from './sketch.mts';
import { tried } from './tried.mts';

const refused =
	'API in One refused this key. Copy it again from your API in One account, without spaces.';

/** What the credential's own test says, and what the node says of a credential it cannot use. */
export function credential(line: () => Line): void {
	let account: Account;
	const test = async (data: { apiKey: string; baseUrl: string }) => {
		account ??= await line().openAccount('Tested');
		return await line().api.testCredential(account.credential, data);
	};

	tried('the test of the credential passes with the right key, and costs nothing', async () => {
		account = await line().openAccount('Tested');
		const { sandbox } = account;
		const result = await test({ apiKey: KEY, baseUrl: sandbox.url });
		expect(result.status).toBe('OK');
		const spaced = await test({ apiKey: ` ${KEY}\n`, baseUrl: `${sandbox.url}/` });
		expect(spaced.status).toBe('OK');
		expect(sandbox.books.creates).toBe(0);
		return `"${result.message}", also with a space and a line break around the key`;
	});

	tried('with a wrong key it says what to do', async () => {
		const result = await test({ apiKey: `${KEY}x`, baseUrl: account.sandbox.url });
		expect(result).toEqual({ status: 'Error', message: refused });
		return `"${result.message}"`;
	});

	tried('with a wrong key where the service says so inside HTTP 200, too', async () => {
		const service = fastify();
		service.all('/*', async () => ({ code: 401, message: 'Invalid API key' }));
		const baseUrl = await service.listen({ host: '127.0.0.1', port: 0 });
		try {
			const result = await test({ apiKey: `${KEY}x`, baseUrl });
			expect(result).toEqual({ status: 'Error', message: refused });
			return `"${result.message}"`;
		} finally {
			await service.close();
		}
	});

	tried('over plain http to another machine the key is sent nowhere', async () => {
		const { sandbox } = account;
		// This machine under a name that is not one of loopback, so that the request would arrive.
		const baseUrl = `http://[::ffff:7f00:1]:${sandbox.port}`;
		const before = sandbox.requests.length;
		const stored = await line().api.createCredential('Plain http', { apiKey: KEY, baseUrl });
		const workflow = chain('Plain http', pressHere(), prompts('a red fox'), flux2());
		const execution = await line().press(workflow, { ...account, credential: stored });
		expect(errorOf(execution)?.message).toBe(
			'The base URL of the credential must start with https://, to protect your API key',
		);
		const sentByNode = sandbox.requests.slice(before).filter(({ authorization }) => authorization);
		expect(sentByNode).toEqual([]);
		const result = await line().api.testCredential(stored, { apiKey: KEY, baseUrl });
		const sent = sandbox.requests.slice(before).filter(({ authorization }) => authorization);
		expect({ status: result.status, sentByTheTest: sent.length }).toEqual({
			status: 'Error',
			sentByTheTest: 0,
		});
		return `the node: "${errorOf(execution)?.message}"; the test: "${result.message}"`;
	});
}
