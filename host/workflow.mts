import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.mts';

/** The fields of a workflow that are used here; all others are kept as they are. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	[key: string]: unknown;
}

export interface WorkflowNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id?: string; name?: string }>;
	[key: string]: unknown;
}

/** The type name of the Flux 2 credential. */
export const credentialType = 'apiInOneApi';

/** A copy of an exported workflow, in which the Flux 2 nodes use this credential. */
export function withCredential(
	workflow: Workflow,
	{ id, name }: { id: string; name: string },
): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.[credentialType] === undefined
			? node
			: { ...node, credentials: { ...node.credentials, [credentialType]: { id, name } } },
	);
	return { ...workflow, nodes };
}

/** Reads a workflow of examples/. */
export async function readExample(file: string): Promise<Workflow> {
	return JSON.parse(await readFile(join(root, 'examples', file), 'utf8')) as Workflow;
}
