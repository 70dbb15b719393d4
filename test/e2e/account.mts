import type { N8nApi, StoredCredential } from '../../host/n8nApi.mts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/server.mts';

/** A key that cannot occur anywhere by chance, so that a search for it finds every leak. */
export const API_KEY = 'aio_e2e_h4Tq9ZsW2mVx7RbK';

/** A sandbox that only one test uses, so that its request counts are exact, and its credential. */
export interface Account {
	sandbox: Sandbox;
	credential: StoredCredential;
	/** Tasks created and credits charged so far, as text for the report. */
	spending(): string;
}

/** Starts a sandbox and stores a credential for it in n8n. The caller stops the sandbox. */
export async function openAccount(
	api: N8nApi,
	name: string,
	options: SandboxOptions,
): Promise<Account> {
	const sandbox = await startSandbox({
		apiKey: API_KEY,
		images: 'plain',
		seconds: (random) => 2 + 2 * random(),
		...options,
	});
	const credential = await api.createCredential(name, { apiKey: API_KEY, baseUrl: sandbox.url });
	const { billing } = sandbox;
	const spending = () =>
		`${billing.creates} created, ${billing.creditsCharged} credits charged${
			billing.creditsRefunded > 0 ? `, ${billing.creditsRefunded} refunded` : ''
		}`;
	return { sandbox, credential, spending };
}
