import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../sandbox/server.mts';
import { installPackage } from './communityPackage.mts';
import type { N8nInstall } from './install.mts';
import type { Lifetime } from './lifetime.mts';
import { root } from './places.mts';
import { step } from './progress.mts';
import { N8nApi, type StoredCredential } from './rest.mts';
import { type Server, startServer } from './server.mts';
import { N8nRefusal, type Owner } from './session.mts';
import type { Workflow } from './workflow.mts';

const exampleFile = join(root, 'examples', 'first-image.json');

/** What a demo remembers in its folder from one start to the next. */
interface Memory {
	owner: Owner;
	sandboxUrl?: string;
	credentialId?: string;
	workflowId?: string;
}

/** A real n8n with the package, the sandbox behind it, and the example ready to be pressed. */
export interface Demo {
	n8n: Server;
	sandboxUrl: string;
	owner: Owner;
	/** Undefined when the owner has chosen another password, which nobody here knows. */
	example?: { api: N8nApi; workflowId: string; editorUrl: string; webhookUrl: string };
}

export interface DemoOptions {
	n8n: N8nInstall;
	tarball: string;
	/** Keeps the demo's n8n with all that its user makes in it. */
	userFolder: string;
	port: number;
	sandboxPort: number;
	/** Of n8n; by default it is in the user folder. */
	logFile?: string;
}

/** Opens a demo. What it has started ends with the lifetime, also when it fails half-way. */
export async function openDemo(options: DemoOptions, lifetime: Lifetime): Promise<Demo> {
	const { n8n, tarball, userFolder, port, sandboxPort, logFile } = options;
	await mkdir(userFolder, { recursive: true });
	await installPackage(tarball, userFolder, n8n);
	const sandbox = await startSandbox({ port: sandboxPort });
	lifetime.atEnd(() => sandbox.stop());
	const server = await step(`Starting n8n ${n8n.version}`, () =>
		startServer({ n8n, userFolder, port, logFile }),
	);
	lifetime.atEnd(() => server.stop());

	const memory = await recall(userFolder);
	const demo: Demo = { n8n: server, sandboxUrl: sandbox.url, owner: memory.owner };
	const api = await N8nApi.connect(server);
	if (api.needsOwner) await api.setUpOwner(memory.owner);
	else if (!(await api.logIn(memory.owner))) return demo;

	const credential = await ensureCredential(api, memory, sandbox);
	const workflowId = await ensureExample(api, memory, credential);
	await remember(userFolder, {
		...memory,
		sandboxUrl: sandbox.url,
		credentialId: credential.id,
		workflowId,
	});
	return {
		...demo,
		example: {
			api,
			workflowId,
			editorUrl: `${server.url}/workflow/${workflowId}`,
			webhookUrl: `${server.url}/webhook/flux2-first-image`,
		},
	};
}

async function recall(userFolder: string): Promise<Memory> {
	const file = join(userFolder, 'demo.json');
	if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Memory;
	const memory: Memory = { owner: { email: 'demo@example.com', password: newPassword() } };
	await remember(userFolder, memory);
	return memory;
}

async function remember(userFolder: string, memory: Memory): Promise<void> {
	await writeFile(join(userFolder, 'demo.json'), JSON.stringify(memory, null, '\t'), {
		mode: 0o600,
	});
}

function newPassword(): string {
	// Without letters and digits that look alike; n8n asks for a capital and a digit.
	const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
	const block = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
	return `Flux2-${block()}-${block()}-${block()}`;
}

async function ensureCredential(
	api: N8nApi,
	memory: Memory,
	sandbox: { url: string; apiKey: string },
): Promise<StoredCredential> {
	const name = 'API in One account';
	const data = { apiKey: sandbox.apiKey, baseUrl: sandbox.url };
	const stored = memory.credentialId && (await api.credential(memory.credentialId));
	if (!stored) return await api.createCredential(name, data);
	// Only the sandbox's own address is put right: a user may have entered the real service by now.
	if (stored.data?.baseUrl === memory.sandboxUrl && memory.sandboxUrl !== sandbox.url)
		await api.updateCredential(stored.id, stored.name, data);
	return stored;
}

async function ensureExample(
	api: N8nApi,
	memory: Memory,
	credential: StoredCredential,
): Promise<string> {
	const stored = memory.workflowId && (await api.workflow(memory.workflowId));
	if (stored && !stored.isArchived && credential.id === memory.credentialId) return stored.id;
	const example = JSON.parse(await readFile(exampleFile, 'utf8')) as Workflow;
	const created = await api.importWorkflow(example, credential);
	await api.activate(created).catch((error: unknown) => {
		if (!(error instanceof N8nRefusal)) throw error;
		// Another active workflow may have its address. The example can be pressed all the same.
		console.log(`The example is there, but n8n did not open its webhook: ${error.message}`);
	});
	return created.id;
}
