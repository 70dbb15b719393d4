import type {
	IBinaryData,
	IDataObject,
	INodeTypes,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { type NodeSketch, startName, type Wire, type WorkflowSketch } from './workflow.mts';

/** One run: the flat fields describe the node under test, in a workflow Start → node. */
export interface RunSketch extends NodeSketch {
	items?: Array<{ json?: IDataObject; binary?: Record<string, IBinaryData> }>;
	/** Nodes behind the node under test. */
	then?: NodeSketch[];
	/** Runs the node inside a loop, so many items at a time: its run index goes 0, 1, 2. */
	loop?: number;
	/**
	 * Runs the node as the tool of an AI agent, with what a model would fill in: parameters take it by
	 * `={{ $fromAI('prompt') }}`. The agent's answer is in `itemsOf('Agent')[0].json.answer`. By
	 * "request" the engine runs it (agents from version 3 on), by "call" the agent does.
	 */
	asTool?: { input: IDataObject; way: 'request' | 'call' };
	/** A whole workflow in place of all that. The first of `nodes` is the node under test. */
	workflow?: { nodes: NodeSketch[]; wires?: Wire[] };
	settings?: IWorkflowSettings;
	mode?: WorkflowExecuteMode;
}

/** The workflow that a run's sketch means. Its first node is the node under test. */
export function shapeOf(sketch: RunSketch, defaultType: string, types: INodeTypes): WorkflowSketch {
	const { items, then = [], loop, asTool, workflow, settings, mode, ...node } = sketch;
	void items;
	void mode;
	if (workflow !== undefined) return { ...workflow, settings };
	const type = node.type ?? (asTool === undefined ? defaultType : `${defaultType}Tool`);
	const { defaults, displayName } = types.getByNameAndVersion(type).description;
	const first = { name: String(defaults.name ?? displayName), ...node, type };
	if (loop !== undefined) return { ...around(first, loop), settings };
	if (asTool !== undefined) return { ...below(first, asTool), settings };
	return { nodes: [first, ...then], settings };
}

type Named = NodeSketch & { name: string };

function around(node: Named, batchSize: number): WorkflowSketch {
	return {
		nodes: [node, { type: 'test.loop', name: 'Loop', parameters: { batchSize } }],
		wires: [
			[startName, 'Loop'],
			['Loop', node.name, 1],
			[node.name, 'Loop'],
		],
	};
}

function below(node: Named, { way, input }: { way: string; input: IDataObject }): WorkflowSketch {
	const parameters = { way, input: JSON.stringify(input) };
	return {
		nodes: [node, { type: 'test.agent', name: 'Agent', parameters }],
		wires: [
			[startName, 'Agent'],
			[node.name, 'Agent', 'ai_tool'],
		],
	};
}
