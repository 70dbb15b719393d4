import { createServer, type AddressInfo } from 'node:net';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { ErrorCode } from '../../../nodes/Flux2/api/errorCodes';
import type { Fixture } from '../../nodes/fixture.mts';
import { refused, type OutcomeRow } from '../outcome.mts';

const sent = (title: string, tags: string, errorCode: ErrorCode): OutcomeRow => ({
	title,
	prompt: `A red fox ${tags}`.trim(),
	expected: refused(errorCode),
	creates: 1,
});

/** A port that was just released, so nothing listens on it. */
export async function unusedUrl(): Promise<string> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return `http://127.0.0.1:${port}`;
}

/** Runs something with another credential. */
export async function withCredential<T>(
	{ engine: { credentials } }: Fixture,
	changes: ICredentialDataDecryptedObject,
	run: () => Promise<T>,
): Promise<T> {
	const { apiInOneApi } = credentials;
	credentials.apiInOneApi = { ...apiInOneApi, ...changes };
	try {
		return await run();
	} finally {
		credentials.apiInOneApi = apiInOneApi!;
	}
}

/** Items of Generate Image and Edit Image that cost nothing. */
export const refusedRows: OutcomeRow[] = [
	{
		title: 'the prompt is too short',
		prompt: 'ox',
		expected: refused('invalid-input'),
		creates: 0,
	},
	{
		title: 'the credential has no key',
		prompt: 'A red fox',
		act: async (fixture, run) => await withCredential(fixture, { apiKey: '' }, run),
		expected: refused('invalid-input'),
		creates: 0,
	},
	{
		title: 'the run would cost more than Max Credits',
		prompt: 'A red fox',
		run: { parameters: { options: { maxCredits: 4 } } },
		expected: refused('credit-limit'),
		creates: 0,
	},
	{
		title: 'the day would cost more than the credential allows',
		prompt: 'A red fox',
		act: async (fixture, run) => await withCredential(fixture, { dailyCreditLimit: 4 }, run),
		expected: refused('daily-credit-limit'),
		creates: 0,
	},
	{
		title: 'the service cannot be reached',
		prompt: 'A red fox',
		act: async (fixture, run) => await withCredential(fixture, { baseUrl: await unusedUrl() }, run),
		expected: refused('unreachable'),
		creates: 0,
	},
	sent('the key is wrong (401)', '[create: 401]', 'invalid-api-key'),
	sent('the key may not be used (403)', '[create: 403]', 'invalid-api-key'),
	sent('there are too few credits (402)', '[create: 402]', 'insufficient-credits'),
	sent('too few credits, in a body', '[create: code 402]', 'insufficient-credits'),
	sent('the request is rejected (400)', '[create: 400]', 'request-rejected'),
	sent('the request is rejected (422)', '[create: 422]', 'request-rejected'),
	sent('the address is wrong (404)', '[create: 404]', 'request-rejected'),
	sent('the content is refused (400)', '[create: moderated]', 'content-moderated'),
	sent('maintenance (455)', '[create: 455]', 'maintenance'),
	sent('the firewall sends a text', '[create: firewall 1010]', 'blocked-by-firewall'),
	sent('the firewall sends a page', '[create: firewall page]', 'blocked-by-firewall'),
	sent('the firewall sends JSON', '[create: firewall json]', 'blocked-by-firewall'),
	sent('the create request is redirected (307)', '[create: redirect]', 'redirected'),
	{
		...sent(
			'rate limit until after the time limit',
			'[create: 429 retry after 999]',
			'rate-limited',
		),
		run: { parameters: { options: { timeoutSeconds: 60 } } },
	},
];
