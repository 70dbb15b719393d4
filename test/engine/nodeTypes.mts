import type {
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
} from 'n8n-workflow';
import { builtInNodes } from './builtInNodes.mts';

/** A node under test: its class, or an instance. */
export type NodeSource = INodeType | (new () => INodeType);

/**
 * n8n's registry of node types, for one engine. It also counts the nodes that are executing: while an
 * execution is running but none of its nodes is, n8n itself is at work (such as the pause between two
 * tries), and the clock must not jump.
 */
export class NodeTypes implements INodeTypes {
	executing = 0;
	private readonly types = new Map<string, INodeType>();

	constructor(sources: Record<string, NodeSource>) {
		for (const [type, source] of Object.entries({ ...sources, ...builtInNodes })) {
			const node = this.counted(typeof source === 'function' ? new source() : source);
			this.types.set(type, node);
			if (node.description.usableAsTool) this.types.set(`${type}Tool`, toToolNode(node));
		}
	}

	getByName(type: string): INodeType {
		const nodeType = this.types.get(type);
		if (nodeType === undefined) {
			throw new Error(`The engine was started without the node type "${type}"`);
		}
		return nodeType;
	}

	getByNameAndVersion(type: string): INodeType {
		return this.getByName(type);
	}

	getKnownTypes(): IDataObject {
		return Object.fromEntries([...this.types.keys()].map((type) => [type, { className: type }]));
	}

	private counted(node: INodeType): INodeType {
		const { execute } = node;
		if (execute === undefined) return node;
		const onStart = () => (this.executing += 1);
		const onEnd = () => (this.executing -= 1);
		return Object.assign(Object.create(node) as INodeType, {
			async execute(this: IExecuteFunctions, ...args: [EngineResponse?]) {
				onStart();
				try {
					return await execute.apply(this, args);
				} finally {
					onEnd();
				}
			},
		});
	}
}

/** The tool that n8n derives from a node with `usableAsTool`, for AI agents. */
function toToolNode(node: INodeType): INodeType {
	const { description } = node;
	return Object.assign(Object.create(node) as INodeType, {
		description: {
			...description,
			name: `${description.name}Tool`,
			displayName: `${description.displayName} Tool`,
			inputs: [],
			outputs: ['ai_tool'],
			usableAsTool: undefined,
			properties: [
				{
					displayName: 'Description',
					name: 'toolDescription',
					type: 'string',
					default: description.description,
				},
				...description.properties,
			],
		} satisfies INodeTypeDescription,
	});
}
