/** The parts of a workflow that a client has to know; everything else is passed on as it is. */
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

/** The type name of the credential. */
export const credentialType = 'apiInOneApi';

/** An exported workflow, its Flux 2 nodes using the given credential of the n8n it is imported into. */
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
