import type { IExecuteFunctions } from 'n8n-workflow';
import type * as RestartGuardModule from '../../nodes/Flux2/transport/restartGuard';
import type { RestartGuard } from '../../nodes/Flux2/transport/restartGuard';
import { ProcessedData } from '../engine/processedData.mts';

type Table = Pick<ProcessedData, 'checkProcessedAndRecord' | 'removeProcessed'>;

interface RunOptions {
	/** The node's context, which n8n keeps in the execution's data. */
	context?: object;
	retryOf?: string;
	nodeName?: string;
}

/** An n8n process with its own copy of the module, and the database that all processes share. */
class Worker {
	/** Calls of n8n's helper to record processed data. */
	calls = 0;
	private readonly module: typeof RestartGuardModule;

	constructor(private readonly table: Table) {
		let module: typeof RestartGuardModule | undefined;
		jest.isolateModules(() => {
			module = jest.requireActual<typeof RestartGuardModule>(
				'../../nodes/Flux2/transport/restartGuard',
			);
		});
		this.module = module!;
	}

	guard(executionId: string, options: RunOptions = {}): RestartGuard {
		const { context = {}, retryOf, nodeName = 'Flux 2' } = options;
		const stored = { workflow: { id: 'w' }, node: { id: 'n', name: nodeName } } as never;
		return new this.module.RestartGuard({
			getExecutionId: () => executionId,
			getContext: () => context,
			getWorkflow: () => ({ id: 'w' }),
			getNode: () => ({ id: 'n', name: nodeName }),
			additionalData: { hooks: { retryOf } },
			helpers: {
				removeProcessed: async (values: string[], scope: 'node') =>
					await this.table.removeProcessed(values, scope, stored),
				checkProcessedAndRecord: async (values: string[], scope: 'node', how: never) => {
					this.calls += 1;
					return await this.table.checkProcessedAndRecord(values, scope, stored, how);
				},
			},
		} as unknown as IExecuteFunctions);
	}

	async check(executionId: string, options: RunOptions = {}): Promise<string> {
		return await this.guard(executionId, options).check();
	}
}

/** The table as used by a busy process: a long time passes between its read and its write. */
function slowTable(table: ProcessedData): ProcessedData {
	const slow = new ProcessedData(async () => {
		for (let turns = 0; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve));
	});
	slow.records = table.records;
	return slow;
}

/** Resolves when n8n has finished every call that nobody waits for. */
async function recorded(): Promise<void> {
	for (let turns = 0; turns < 500; turns++) await new Promise((resolve) => setImmediate(resolve));
}

/** Those executions that another process would not recognize. Changes nothing in the table. */
async function lostOf(table: ProcessedData, executionIds: string[]): Promise<string[]> {
	const copy = new ProcessedData();
	copy.records = new Map(table.records);
	const other = new Worker(copy);
	const lost: string[] = [];
	for (const id of executionIds) if ((await other.check(id)) !== 'restarted') lost.push(id);
	return lost;
}

const ids = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => String(from + index));

describe('whether n8n has started an execution before', () => {
	test('it has not the first time, and has the second time, in whatever process', async () => {
		const table = new ProcessedData();
		expect(await new Worker(table).check('7')).toBe('first');
		expect(await new Worker(table).check('7')).toBe('restarted');
		expect(await new Worker(table).check('8')).toBe('first');
	});

	test('a second run of the node, in a loop or by "Retry On Fail", is not a restart', async () => {
		const worker = new Worker(new ProcessedData());
		const context = {};
		expect(await worker.check('7', { context })).toBe('first');
		expect(await worker.check('7', { context })).toBe('first');
	});

	test('another node of the same execution is not a restart, even with the same node ID', async () => {
		const table = new ProcessedData();
		const worker = new Worker(table);
		expect(await worker.check('7', { nodeName: 'Flux 2' })).toBe('first');
		expect(await worker.check('7', { nodeName: 'Flux 2 Again' })).toBe('first');
		for (const nodeName of ['Flux 2', 'Flux 2 Again'])
			expect(await new Worker(table).check('7', { nodeName })).toBe('restarted');
	});

	test('a retry by a person that has the ledger continues with it', async () => {
		const worker = new Worker(new ProcessedData());
		const context = {};
		await worker.check('7', { context });
		expect(await worker.check('8', { context, retryOf: '7' })).toBe('first');
		expect(await worker.check('9', { context, retryOf: '8' })).toBe('first');
	});

	test('a retry by a person without a ledger is reported once, and may then be retried', async () => {
		const worker = new Worker(new ProcessedData());
		await worker.check('7');
		const context = {};
		expect(await worker.check('8', { context, retryOf: '7' })).toBe('retry');
		expect(await worker.check('8', { context, retryOf: '7' })).toBe('retry');
		expect(await worker.check('9', { context, retryOf: '8' })).toBe('first');
	});

	test('an execution that was reported as restarted may be retried', async () => {
		const worker = new Worker(new ProcessedData());
		await worker.check('7');
		const context = {};
		expect(await worker.check('7', { context })).toBe('restarted');
		expect(await worker.check('8', { context, retryOf: '7' })).toBe('first');
	});

	test('a retry of an execution that failed before this node is a first run, however often it is retried', async () => {
		const worker = new Worker(new ProcessedData());
		expect(await worker.check('8', { retryOf: '7' })).toBe('first');
		expect(await worker.check('9', { retryOf: '7' })).toBe('first');
	});

	test('where n8n cannot keep records, every run is a first run', async () => {
		const no = () => Promise.reject(new Error('no workflow'));
		const worker = new Worker({ checkProcessedAndRecord: no, removeProcessed: no });
		expect([await worker.check('7'), await worker.check('7')]).toEqual(['first', 'first']);
	});

	test('a record that was written although the call failed is not a restart', async () => {
		const table = new ProcessedData();
		let isLost = true;
		const worker = new Worker({
			removeProcessed: table.removeProcessed.bind(table),
			async checkProcessedAndRecord(...call) {
				const output = await table.checkProcessedAndRecord(...call);
				if (isLost) {
					isLost = false;
					throw new Error('Connection terminated unexpectedly');
				}
				return output;
			},
		});
		const context = {};
		expect(await worker.check('7', { context })).toBe('first');
		expect(await worker.check('7', { context })).toBe('first');
		expect(await worker.check('7')).toBe('restarted');
	});

	test('a call that failed does not stop the next one', async () => {
		const table = new ProcessedData();
		let isDown = true;
		const worker = new Worker({
			removeProcessed: table.removeProcessed.bind(table),
			async checkProcessedAndRecord(...call) {
				if (isDown) throw new Error('Connection terminated unexpectedly');
				return await table.checkProcessedAndRecord(...call);
			},
		});
		expect(await worker.check('7')).toBe('first');
		isDown = false;
		expect(await worker.check('8')).toBe('first');
		expect(await new Worker(table).check('8')).toBe('restarted');
	});
});

describe('the record of started executions', () => {
	test('is one row for a node, with the last 500 executions', async () => {
		const table = new ProcessedData();
		const worker = new Worker(table);
		for (const id of ids(501, 100)) await worker.check(id);
		expect(table.records.size).toBe(1);
		const other = new Worker(table);
		expect(await other.check('600')).toBe('restarted');
		expect(await other.check('101')).toBe('restarted');
		expect(await other.check('100')).toBe('first');
	});

	test('has every one of forty executions that one process starts at once, after two calls of n8n', async () => {
		const table = new ProcessedData();
		const worker = new Worker(table);
		const starts = await Promise.all(ids(40).map(async (id) => await worker.check(id)));
		expect(starts).toEqual(ids(40).map(() => 'first'));
		expect(worker.calls).toBeLessThanOrEqual(2);
		const other = new Worker(table);
		for (const id of ids(40)) expect([id, await other.check(id)]).toEqual([id, 'restarted']);
	});

	test('costs a first run one call, and none when the node runs again in the same execution', async () => {
		const worker = new Worker(new ProcessedData());
		const context = {};
		await worker.check('7', { context });
		expect(worker.calls).toBe(1);
		await worker.check('7', { context });
		expect(worker.calls).toBe(1);
	});

	test('may lose executions to another process that writes at the same moment, until they are asserted', async () => {
		const table = new ProcessedData();
		for (const id of ids(100, 100)) await new Worker(table).check(id);
		const [busy, idle] = [new Worker(slowTable(table)), new Worker(table)];
		const guards = ids(40, 200).map((id) => [busy, idle][Number(id) % 2]!.guard(id));
		const starts = await Promise.all(guards.map(async (guard) => await guard.check()));
		expect(starts).toEqual(guards.map(() => 'first'));
		expect((await lostOf(table, ids(40, 200))).length).toBeGreaterThan(0);

		// Both processes poll at times of their own.
		for (const process of [0, 1]) {
			for (const guard of guards.filter((_, index) => index % 2 === process))
				guard.assert('polled');
			await recorded();
		}
		expect(await lostOf(table, ids(40, 200))).toEqual([]);
		expect(await lostOf(table, ids(100, 100))).toEqual([]);
		expect(table.records.size).toBe(1);
	});

	test('is asserted once after the first create and once at the first poll, and not for a restarted execution', async () => {
		const table = new ProcessedData();
		const worker = new Worker(table);
		const first = worker.guard('7');
		first.assert('created');
		await recorded();
		expect(worker.calls).toBe(0);
		await first.check();
		for (const moment of ['created', 'created', 'polled', 'polled'] as const) {
			first.assert(moment);
			await recorded();
		}
		expect(worker.calls).toBe(3);
		const restarted = worker.guard('7');
		await restarted.check();
		restarted.assert('polled');
		await recorded();
		expect(worker.calls).toBe(4);
	});
});
