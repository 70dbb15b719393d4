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

/** What a test says of one node. Everything may be left out: see `drawWorkflow`. */
export interface NodeSketch {
	type?: string;
	name?: string;
	/** As a stored workflow has them: a string that starts with `=` is an expression. */
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

/** From, to, and which output of the first (0 by default), or the type of another connection. */
export type Wire = [from: string, to: string, output?: number | 'ai_tool'];

/** A workflow in few words. */
export interface WorkflowSketch {
	nodes: NodeSketch[];
	/** Without wires the nodes form a chain, behind "Start". */
	wires?: Wire[];
	settings?: IWorkflowSettings;
	/** `false`: no node "Start" before the others, since the first is a trigger itself. */
	start?: boolean;
}

export const startName = 'Start';

/** The workflow of a sketch, as n8n would have stored it. */
export function drawWorkflow(
	id: string,
	sketch: WorkflowSketch,
	types: INodeTypes,
	credentialTypes: string[],
): IWorkflowBase {
	const first = sketch.start === false ? [] : [{ type: 'test.start', name: startName }];
	const nodes = [...first, ...sketch.nodes].map((node, index) => ({
		...drawNode(node, index, types, credentialTypes),
		webhookId: `${id}-${index}`,
	}));
	const names = nodes.map(({ name }) => name);
	const wires = sketch.wires ?? names.slice(1).map((name, index): Wire => [names[index]!, name]);
	return {
		id,
		name: `Workflow ${id}`,
		active: true,
		isArchived: false,
		activeVersionId: 'published',
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes,
		connections: connect(wires),
		settings: { executionOrder: 'v1', ...sketch.settings },
		staticData: {},
	};
}

/** n8n's own view of a stored workflow. Made anew for each run, since n8n changes the nodes in it. */
export function openWorkflow(stored: IWorkflowBase, nodeTypes: INodeTypes): Workflow {
	return new Workflow({ ...structuredClone(stored), nodeTypes });
}

function drawNode(
	sketch: NodeSketch,
	index: number,
	types: INodeTypes,
	credentialTypes: string[],
): INode {
	const { type, name, parameters, credentials, waitBetweenTries, ...settings } = sketch;
	if (type === undefined) throw new Error('A node of a test workflow needs a type');
	const { description } = types.getByNameAndVersion(type);
	const asked = description.credentials?.map((credential) => credential.name) ?? [];
	const chosen = credentials === false ? [] : asked.filter((one) => credentialTypes.includes(one));
	return {
		id: `node-${index}`,
		type,
		name: name ?? String(description.defaults.name ?? description.displayName),
		typeVersion: description.defaultVersion ?? [description.version].flat().at(-1) ?? 1,
		position: [index * 200, 0],
		parameters: (parameters ?? {}) as INode['parameters'],
		...(settings.retryOnFail && { waitBetweenTries: waitBetweenTries ?? 1 }),
		...(chosen.length > 0 && {
			credentials: Object.fromEntries(chosen.map((one) => [one, { id: one, name: one }])),
		}),
		...settings,
	};
}

function connect(wires: Wire[]): IConnections {
	const connections: IConnections = {};
	for (const [from, to, by = 0] of wires) {
		const [type, output] = typeof by === 'number' ? (['main', by] as const) : ([by, 0] as const);
		const outputs = ((connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type, index: 0 });
	}
	return connections;
}
