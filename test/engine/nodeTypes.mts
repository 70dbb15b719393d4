import type { IDataObject, IExecuteFunctions, INodeType, INodeTypes } from 'n8n-workflow';
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
			this.types.set(type, this.watched(typeof source === 'function' ? new source() : source));
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
			async execute(this: IExecuteFunctions) {
				begin();
				try {
					return await execute.call(this);
				} finally {
					end();
				}
			},
		});
	}
}
