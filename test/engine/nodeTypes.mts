import type {
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeType,
	INodeTypeDescription,
	INodeTypes,
} from 'n8n-workflow';
import { hostNodes } from './hostNodes.mts';

/** A node under test: made by the harness from its class, or ready. */
export type NodeSource = INodeType | (new () => INodeType);

/**
 * n8n's register of node types, for the types of one engine. It also counts how many nodes are at
 * work: an execution that is under way while its node is not is n8n's own doing (the pause between
 * two tries, for one), and a clock that jumped then would jump too far.
 */
export class NodeTypes implements INodeTypes {
	atWork = 0;
	private readonly types = new Map<string, INodeType>();

	constructor(sources: Record<string, NodeSource>) {
		for (const [type, source] of Object.entries({ ...sources, ...hostNodes })) {
			const node = this.watched(typeof source === 'function' ? new source() : source);
			this.types.set(type, node);
			if (node.description.usableAsTool) this.types.set(`${type}Tool`, asTool(node));
		}
	}

	getByName(type: string): INodeType {
		const found = this.types.get(type);
		if (found === undefined) {
			throw new Error(`The engine was started without the node type "${type}"`);
		}
		return found;
	}

	getByNameAndVersion(type: string): INodeType {
		return this.getByName(type);
	}

	getKnownTypes(): IDataObject {
		return Object.fromEntries([...this.types.keys()].map((type) => [type, { className: type }]));
	}

	private watched(node: INodeType): INodeType {
		const { execute } = node;
		if (execute === undefined) return node;
		const begin = () => (this.atWork += 1);
		const end = () => (this.atWork -= 1);
		return Object.assign(Object.create(node) as INodeType, {
			async execute(this: IExecuteFunctions, ...given: [EngineResponse?]) {
				begin();
				try {
					return await execute.apply(this, given);
				} finally {
					end();
				}
			},
		});
	}
}

/** The twin that n8n makes of a node with `usableAsTool`, for AI agents. */
function asTool(node: INodeType): INodeType {
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
