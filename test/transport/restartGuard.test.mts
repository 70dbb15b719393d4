import type { IExecuteFunctions } from 'n8n-workflow';
import type * as RestartGuard from '../../nodes/Flux2/transport/restartGuard';
import type * as Clock from '../../nodes/Flux2/transport/clock';
import { ProcessedData } from '../engine/processedData.mts';

type Ask = (executionId: string, context?: object, retryOf?: string) => Promise<string>;

/** The module as loaded by one n8n process, with the database that all processes share. */
function startWorker(
	table: Pick<ProcessedData, 'checkProcessedAndRecord' | 'removeProcessed'>,
	random = 0.5,
): Ask {
	let worker: typeof RestartGuard | undefined;
	jest.isolateModules(() => {
		worker = jest.requireActual<typeof RestartGuard>('../../nodes/Flux2/transport/restartGuard');
		const { clock } = jest.requireActual<typeof Clock>('../../nodes/Flux2/transport/clock');
		let now = 0;
		clock.now = () => now;
		clock.random = () => random;
		clock.sleep = async (ms) => {
			for (let left = ms; left > 0; left -= 5)
				await new Promise((resolve) => setImmediate(resolve));
			now += ms;
		};
	});
	return async (executionId, context = {}, retryOf) => {
		// As in n8n, its helpers and the node's context share one object.
		const node = { id: 'n' };
		const stored = { workflow: { id: 'w' }, node } as never;
		return await worker!.checkForRestart({
			node,
			getExecutionId: () => executionId,
			getContext: () => context,
			getWorkflow: () => ({ id: 'w' }),
			getNode: () => ({ id: 'n' }),
			additionalData: { hooks: { retryOf } },
			helpers: {
				removeProcessed: async (values: string[], scope: 'node') =>
					await table.removeProcessed(values, scope, stored),
				checkProcessedAndRecord: async (values: string[], scope: 'node', options: never) =>
					await table.checkProcessedAndRecord(values, scope, stored, options),
			},
		} as unknown as IExecuteFunctions);
	};
}

/** The table as used by a busy process: a long time passes between its read and its write. */
function slowTable(table: ProcessedData): ProcessedData {
	const slow = new ProcessedData(async () => {
		for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve));
	});
	slow.records = table.records;
	return slow;
}

const ids = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => String(from + index));

describe('whether n8n has started an execution before', () => {
	test('it has not the first time, and has the second time, in whatever process', async () => {
		const table = new ProcessedData();
		expect(await startWorker(table)('7')).toBe('first');
		expect(await startWorker(table)('7')).toBe('second');
		expect(await startWorker(table)('8')).toBe('first');
	});

	test('a second run of the node, in a loop or by "Retry On Fail", is not a restart', async () => {
		const ask = startWorker(new ProcessedData());
		const context = {};
		expect([await ask('7', context), await ask('7', context)]).toEqual(['first', 'first']);
	});

	test('a retry by a person that has the ledger continues with it', async () => {
		const ask = startWorker(new ProcessedData());
		const context = {};
		await ask('7', context);
		expect(await ask('8', context, '7')).toBe('first');
		expect(await ask('9', context, '8')).toBe('first');
	});

	test('a retry by a person without a ledger is reported once, and may then be retried', async () => {
		const ask = startWorker(new ProcessedData());
		await ask('7');
		const context = {};
		expect(await ask('8', context, '7')).toBe('retry');
		expect(await ask('8', context, '7')).toBe('retry');
		expect(await ask('9', context, '8')).toBe('first');
	});

	test('an execution that was reported as restarted may be retried', async () => {
		const ask = startWorker(new ProcessedData());
		await ask('7');
		const context = {};
		expect(await ask('7', context)).toBe('second');
		expect(await ask('8', context, '7')).toBe('first');
	});

	test('a retry of an execution that failed before this node is a first run, however often it is retried', async () => {
		const ask = startWorker(new ProcessedData());
		expect(await ask('8', {}, '7')).toBe('first');
		expect(await ask('9', {}, '7')).toBe('first');
	});

	test('two workers that start forty executions concurrently recognize every one of them', async () => {
		const table = new ProcessedData();
		const workers = [startWorker(table, 0.2), startWorker(table, 0.7)];
		const ask = async (id: string) => await workers[Number(id) % 2]!(id);
		expect(await Promise.all(ids(40).map(ask))).toEqual(ids(40).map(() => 'first'));
		const other = startWorker(table);
		for (const id of ids(40)) expect([id, await other(id)]).toEqual([id, 'second']);
	});

	test('a busy worker does not overwrite what another one has recorded meanwhile', async () => {
		const table = new ProcessedData();
		const [busy, idle] = [startWorker(slowTable(table), 0.2), startWorker(table, 0.7)];
		for (const id of ids(100, 100)) await idle(id);
		const ask = async (id: string) => await [busy, idle][Number(id) % 2]!(id);
		expect(await Promise.all(ids(40, 200).map(ask))).toEqual(ids(40).map(() => 'first'));
		const other = startWorker(table);
		for (const id of ids(40, 200)) expect([id, await other(id)]).toEqual([id, 'second']);
	});

	test('only the last 500 executions are recorded', async () => {
		const table = new ProcessedData();
		const ask = startWorker(table);
		for (const id of ids(501, 100)) await ask(id);
		expect(await ask('600')).toBe('second');
		expect(await ask('101')).toBe('second');
		expect(await ask('100')).toBe('first');
		expect(table.records.size).toBe(100);
	});

	test('a record that was written although the call failed is not a restart', async () => {
		const table = new ProcessedData();
		let isLost = true;
		const ask = startWorker({
			removeProcessed: table.removeProcessed.bind(table),
			async checkProcessedAndRecord(...call) {
				const answer = await table.checkProcessedAndRecord(...call);
				if (isLost) {
					isLost = false;
					throw new Error('Connection terminated unexpectedly');
				}
				return answer;
			},
		});
		expect(await ask('7')).toBe('first');
		expect(await ask('7')).toBe('second');
	});

	test('where n8n cannot keep records, every run is a first run', async () => {
		const no = () => Promise.reject(new Error('no workflow'));
		const broken = { checkProcessedAndRecord: no, removeProcessed: no };
		const ask = startWorker(broken);
		expect([await ask('7'), await ask('7')]).toEqual(['first', 'first']);
	});
});
