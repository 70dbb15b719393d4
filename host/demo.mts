import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/server.mts';
import { installPackage } from './communityPackage.mts';
import type { N8nInstall } from './installN8n.mts';
import type { CleanupStack } from './cleanupStack.mts';
import { step } from './progress.mts';
import { N8nApi, type StoredCredential } from './n8nApi.mts';
import { type Server, startServer } from './server.mts';
import type { Owner } from './session.mts';
import { readExample } from './workflow.mts';

/** Its manual trigger alone keeps the editor's large button for it, and it is not published. */
const firstWorkflow = 'first-image.json';

/** What the demo's folder keeps from one start to the next. */
interface DemoState {
	owner: Owner;
	sandboxUrl?: string;
	credentialId?: string;
	workflowId?: string;
}

/** A real n8n with the package, the sandbox as its service, and a first workflow. */
export interface Demo {
	n8n: Server;
	sandbox: { url: string; apiKey: string };
	owner: Owner;
	/** Undefined when the owner has changed the password, which is then not known here. */
	account?: { api: N8nApi; credential: StoredCredential; firstWorkflowUrl: string };
}

export interface DemoOptions {
	n8n: N8nInstall;
	tarball: string;
	/** Holds the demo's n8n with everything its user creates in it. */
	userFolder: string;
	port: number;
	sandboxPort: number;
	/** Settings of n8n. */
	env?: Record<string, string>;
	/** n8n's; by default it is in the user folder. */
	logFile?: string;
}

/** Starts a demo. The cleanup stops what was started, even if the start fails halfway. */
export async function startDemo(options: DemoOptions, cleanup: CleanupStack): Promise<Demo> {
	const { n8n, tarball, userFolder, port, sandboxPort, env, logFile } = options;
	await mkdir(userFolder, { recursive: true });
	await installPackage(tarball, userFolder, n8n);
	const sandbox = await startSandbox({ port: sandboxPort });
	cleanup.defer(() => sandbox.stop());
	const server = await step(`Starting n8n ${n8n.version}`, () =>
		startServer({ n8n, userFolder, port, env, logFile }),
	);
	cleanup.defer(() => server.stop());

	const state = await loadState(userFolder);
	const demo: Demo = { n8n: server, sandbox, owner: state.owner };
	const api = await N8nApi.connect(server);
	if (api.needsOwner) await api.setUpOwner(state.owner);
	else if (!(await api.logIn(state.owner))) return demo;

	const credential = await ensureCredential(api, state, sandbox);
	const workflowId = await ensureFirstWorkflow(api, state, credential);
	await saveState(userFolder, {
		...state,
		sandboxUrl: sandbox.url,
		credentialId: credential.id,
		workflowId,
	});
	const firstWorkflowUrl = `${server.url}/workflow/${workflowId}`;
	return { ...demo, account: { api, credential, firstWorkflowUrl } };
}

async function loadState(userFolder: string): Promise<DemoState> {
	const file = join(userFolder, 'demo.json');
	if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as DemoState;
	// n8n demands a capital and a digit. In hexadecimal no letter looks like a digit.
	const password = `Flux2-${randomUUID().slice(0, 18)}`;
	const state: DemoState = { owner: { email: 'demo@example.com', password } };
	await saveState(userFolder, state);
	return state;
}

async function saveState(userFolder: string, state: DemoState): Promise<void> {
	const file = join(userFolder, 'demo.json');
	await writeFile(file, JSON.stringify(state, null, '\t'), { mode: 0o600 });
}

async function ensureCredential(
	api: N8nApi,
	state: DemoState,
	sandbox: { url: string; apiKey: string },
): Promise<StoredCredential> {
	const name = 'API in One account';
	const data = { apiKey: sandbox.apiKey, baseUrl: sandbox.url };
	const stored = state.credentialId && (await api.credential(state.credentialId));
	if (!stored) return await api.createCredential(name, data);
	// Only the sandbox's old URL is updated: the user may have entered the real service meanwhile.
	if (stored.data?.baseUrl === state.sandboxUrl && state.sandboxUrl !== sandbox.url)
		await api.updateCredential(stored.id, stored.name, data);
	return stored;
}

async function ensureFirstWorkflow(
	api: N8nApi,
	state: DemoState,
	credential: StoredCredential,
): Promise<string> {
	const stored = state.workflowId && (await api.workflow(state.workflowId));
	if (stored && !stored.isArchived && credential.id === state.credentialId) return stored.id;
	return (await api.importWorkflow(await readExample(firstWorkflow), credential)).id;
}
