import { createHash } from 'node:crypto';
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

type Value = string | number;

/**
 * n8n's table `processed_data`, in memory: hashes of what a node has recorded. Only the mode
 * "entries". As in n8n a record is read, changed and written back whole, so two calls at the same
 * time may lose one's entry, and the first two collide.
 */
export class ProcessedData {
	/** Hashes by workflow and node. */
	records = new Map<string, string[]>();

	/** @param otherWork what goes on between a read and its write, and after it. */
	constructor(
		private readonly otherWork = async (): Promise<void> =>
			// A database answers later: whoever else is at work goes on meanwhile.
			await new Promise((resolve) => setImmediate(resolve)),
	) {}

	async removeProcessed(
		values: Value[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		const key = keyOf(scope, context);
		const gone = values.map(hashOf);
		const left = (this.records.get(key) ?? []).filter((hash) => !gone.includes(hash));
		await this.otherWork();
		if (this.records.has(key)) this.records.set(key, left);
	}

	async checkProcessedAndRecord(
		values: Value[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		{ maxEntries }: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		const key = keyOf(scope, context);
		const record = this.records.get(key);
		const hashes = [...(record ?? [])];
		await this.otherWork();
		if (record === undefined && this.records.has(key))
			throw new Error(
				'UNIQUE constraint failed: processed_data.workflowId, processed_data.context',
			);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		for (const value of values) {
			const hash = hashOf(value);
			if (hashes.includes(hash)) output.processed.push(value);
			else {
				output.new.push(value);
				hashes.push(hash);
			}
		}
		this.records.set(key, maxEntries === undefined ? hashes : hashes.slice(-maxEntries));
		await this.otherWork();
		return output;
	}
}

const hashOf = (value: Value): string => createHash('md5').update(String(value)).digest('base64');

const keyOf = (scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData): string =>
	`${workflow.id} ${scope === 'node' ? node?.id : ''}`;

let isOpen = false;

/** Opens it for all engines of this process, as n8n does once when it starts. */
export async function openProcessedData(): Promise<void> {
	if (isOpen) return;
	isOpen = true;
	await DataDeduplicationService.init(new ProcessedData() as unknown as IDataDeduplicator);
}
