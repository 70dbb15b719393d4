import type {
	IConnections,
	IDataObject,
	INode,
	INodeTypes,
	IWorkflowBase,
	IWorkflowSettings,
	OnError,
} from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';

/** A node of a test workflow. Every field has a default: see `buildWorkflow`. */
export interface NodeOptions {
	type?: string;
	name?: string;
	/** As in a stored workflow: a string that starts with `=` is an expression. */
	parameters?: IDataObject;
	onError?: OnError;
	retryOnFail?: boolean;
	maxTries?: number;
	/** Real milliseconds, 1 by default here. n8n reads 0 as its own default of 1000. */
	waitBetweenTries?: number;
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
	/** `false`: the user has chosen no credential. */
	credentials?: false;
	typeVersion?: number;
}

/** From, to, and the output index of the first (0 by default) or another connection type. */
export type Connection = [from: string, to: string, output?: number | 'ai_tool'];

/** A test workflow, with only what matters to the test. */
export interface WorkflowOptions {
	nodes: NodeOptions[];
	/** By default the nodes form a chain after "Start". */
	connections?: Connection[];
	settings?: IWorkflowSettings;
	/** `false`: no node "Start" before the others, because the first is a trigger itself. */
	start?: boolean;
}

export const startName = 'Start';

/** The workflow as n8n would have stored it. */
export function buildWorkflow(
	id: string,
	options: WorkflowOptions,
	types: INodeTypes,
	credentialTypes: string[],
): IWorkflowBase {
	const startNode = options.start === false ? [] : [{ type: 'test.start', name: startName }];
	const nodes = [...startNode, ...options.nodes].map((node, index) => ({
		...buildNode(node, index, types, credentialTypes),
		webhookId: `${id}-${index}`,
	}));
	const names = nodes.map(({ name }) => name);
	const connections =
		options.connections ?? names.slice(1).map((name, index): Connection => [names[index]!, name]);
	return {
		id,
		name: `Workflow ${id}`,
		active: true,
		isArchived: false,
		activeVersionId: 'published',
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes,
		connections: toN8nConnections(connections),
		settings: { executionOrder: 'v1', ...options.settings },
		staticData: {},
	};
}

/** n8n's `Workflow` of a stored workflow. A new one for each run, because n8n modifies its nodes. */
export function openWorkflow(stored: IWorkflowBase, nodeTypes: INodeTypes): Workflow {
	return new Workflow({ ...structuredClone(stored), nodeTypes });
}

function buildNode(
	options: NodeOptions,
	index: number,
	types: INodeTypes,
	credentialTypes: string[],
): INode {
	const { type, name, parameters, credentials, waitBetweenTries, ...settings } = options;
	if (type === undefined) throw new Error('A node of a test workflow needs a type');
	const { description } = types.getByNameAndVersion(type);
	const declared = description.credentials?.map((credential) => credential.name) ?? [];
	const selected =
		credentials === false ? [] : declared.filter((one) => credentialTypes.includes(one));
	return {
		id: `node-${index}`,
		type,
		name: name ?? String(description.defaults.name ?? description.displayName),
		typeVersion: description.defaultVersion ?? [description.version].flat().at(-1) ?? 1,
		position: [index * 200, 0],
		parameters: (parameters ?? {}) as INode['parameters'],
		...(settings.retryOnFail && { waitBetweenTries: waitBetweenTries ?? 1 }),
		...(selected.length > 0 && {
			credentials: Object.fromEntries(selected.map((one) => [one, { id: one, name: one }])),
		}),
		...settings,
	};
}

function toN8nConnections(connections: Connection[]): IConnections {
	const result: IConnections = {};
	for (const [from, to, outputOrType = 0] of connections) {
		const [type, output] =
			typeof outputOrType === 'number'
				? (['main', outputOrType] as const)
				: ([outputOrType, 0] as const);
		const outputs = ((result[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type, index: 0 });
	}
	return result;
}
