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
 * n8n's table `processed_data`, in memory: hashes of the values that a node has recorded, in the mode
 * "entries" only. As in n8n a record is read and written back as a whole, so of two concurrent calls
 * one may lose its entry, and two concurrent first calls collide.
 */
export class ProcessedData {
	/** Hashes by workflow and node. */
	records = new Map<string, string[]>();

	/** @param databaseDelay time between a read and its write, and after it. */
	constructor(
		private readonly databaseDelay = async (): Promise<void> =>
			// A database call is asynchronous: other code runs in between.
			await new Promise((resolve) => setImmediate(resolve)),
	) {}

	async removeProcessed(
		values: Value[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		const key = keyOf(scope, context);
		const removed = values.map(hashOf);
		const remaining = (this.records.get(key) ?? []).filter((hash) => !removed.includes(hash));
		await this.databaseDelay();
		if (this.records.has(key)) this.records.set(key, remaining);
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
		await this.databaseDelay();
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
		await this.databaseDelay();
		return output;
	}
}

const hashOf = (value: Value): string => createHash('md5').update(String(value)).digest('base64');

const keyOf = (scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData): string =>
	`${workflow.id} ${scope === 'node' ? node?.id : ''}`;

let isOpen = false;

/** Installs the table for all engines of this process, as n8n does once at start. */
export async function openProcessedData(): Promise<void> {
	if (isOpen) return;
	isOpen = true;
	await DataDeduplicationService.init(new ProcessedData() as unknown as IDataDeduplicator);
}
