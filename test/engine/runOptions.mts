import type {
	IBinaryData,
	IDataObject,
	INodeTypes,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { type NodeOptions, startName, type Connection, type WorkflowOptions } from './workflow.mts';

/** One run: the fields of `NodeOptions` describe the node under test, in a workflow Start → node. */
export interface RunOptions extends NodeOptions {
	items?: Array<{ json?: IDataObject; binary?: Record<string, IBinaryData> }>;
	/** Nodes after the node under test. */
	followedBy?: NodeOptions[];
	/** Runs the node in a loop with this batch size: its run index counts 0, 1, 2. */
	loop?: number;
	/**
	 * Runs the node as the tool of an AI agent, with the input that a model would fill in: parameters
	 * read it by `={{ $fromAI('prompt') }}`. The agent's answer is in
	 * `itemsOf('Agent')[0].json.answer`. The tool is invoked by the engine (agents from version 3 on)
	 * or by the agent itself.
	 */
	asTool?: { input: IDataObject; invokedBy: 'engine' | 'agent' };
	/** A whole workflow instead. The first of `nodes` is the node under test. */
	workflow?: { nodes: NodeOptions[]; connections?: Connection[] };
	settings?: IWorkflowSettings;
	mode?: WorkflowExecuteMode;
}

/** The workflow that a run's options describe. Its first node is the node under test. */
export function toWorkflowOptions(
	options: RunOptions,
	defaultType: string,
	types: INodeTypes,
): WorkflowOptions {
	const { items, followedBy = [], loop, asTool, workflow, settings, mode, ...node } = options;
	void items;
	void mode;
	if (workflow !== undefined) return { ...workflow, settings };
	const type = node.type ?? (asTool === undefined ? defaultType : `${defaultType}Tool`);
	const { defaults, displayName } = types.getByNameAndVersion(type).description;
	const first = { name: String(defaults.name ?? displayName), ...node, type };
	if (loop !== undefined) return { ...insideLoop(first, loop), settings };
	if (asTool !== undefined) return { ...belowAgent(first, asTool), settings };
	return { nodes: [first, ...followedBy], settings };
}

type NamedNode = NodeOptions & { name: string };

function insideLoop(node: NamedNode, batchSize: number): WorkflowOptions {
	return {
		nodes: [node, { type: 'test.loop', name: 'Loop', parameters: { batchSize } }],
		connections: [
			[startName, 'Loop'],
			['Loop', node.name, 1],
			[node.name, 'Loop'],
		],
	};
}

function belowAgent(
	node: NamedNode,
	{ invokedBy, input }: { invokedBy: string; input: IDataObject },
): WorkflowOptions {
	const parameters = { invokedBy, input: JSON.stringify(input) };
	return {
		nodes: [node, { type: 'test.agent', name: 'Agent', parameters }],
		connections: [
			[startName, 'Agent'],
			[node.name, 'Agent', 'ai_tool'],
		],
	};
}
