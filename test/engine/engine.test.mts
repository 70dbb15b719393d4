import { NodeOperationError } from 'n8n-workflow';
import { type Engine, startEngine } from './engine.mts';
import { toy, toyCredential, type ToyWork } from './toyNodes.mts';
import { VirtualClock } from './virtualClock.mts';

describe('the engine', () => {
	let engine: Engine;
	let clock: VirtualClock;
	let work: ToyWork;

	beforeAll(async () => {
		engine = await startEngine({
			nodes: { 'toys.toy': toy(async (...given) => await work(...given)) },
		});
		clock = new VirtualClock({ busy: engine.busy });
	});

	afterAll(async () => {
		clock.stop();
		await engine.stop();
	});

	const says: ToyWork = async (_node, _item, text) => ({ text });

	const failsOn =
		(bad: string): ToyWork =>
		async (node, item, text) => {
			if (text !== bad) return { text };
			throw new NodeOperationError(node.getNode(), `${bad} is bad`, {
				itemIndex: item,
				description: 'Do something else',
			});
		};

	const words = (...all: string[]) => ({
		parameters: { text: '={{ $json.word }}' },
		items: all.map((word) => ({ json: { word } })),
	});

	it('gives every item to the node, with its expressions', async () => {
		work = says;
		const { status, items } = await engine.run(words('one', 'two', 'three'));
		expect(status).toBe('success');
		expect(items.map(({ json }) => json)).toEqual([
			{ text: 'one' },
			{ text: 'two' },
			{ text: 'three' },
		]);
	});

	it('shows an error as the user sees it', async () => {
		work = failsOn('two');
		const { status, error, stored } = await engine.run(words('one', 'two'));
		expect(status).toBe('error');
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'two is bad',
			description: 'Do something else',
			context: { itemIndex: 1 },
		});
		expect(stored).toContain('two is bad');
	});

	it('passes errors on as items, with "continue"', async () => {
		work = failsOn('two');
		const { status, items } = await engine.run({
			...words('one', 'two', 'three'),
			onError: 'continueRegularOutput',
		});
		expect(status).toBe('success');
		expect(items.map(({ json }) => json)).toEqual([
			{ text: 'one' },
			{ error: 'two is bad' },
			{ text: 'three' },
		]);
	});

	it('gives errors their own output, with "continue (using error output)"', async () => {
		work = failsOn('two');
		const { outputs } = await engine.run({
			...words('one', 'two', 'three'),
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((output) => output.length)).toEqual([2, 1]);
		// n8n adds the input item's own fields.
		expect(outputs[1]?.[0]?.json).toEqual({ word: 'two', error: 'two is bad' });
	});

	it('takes an item for an error only if it has no keys but error, message and details', async () => {
		work = async (_node, _item, text) => ({ error: text, ...(text === 'b' && { taskId: 't1' }) });
		const { outputs } = await engine.run({ ...words('a', 'b'), onError: 'continueErrorOutput' });
		expect(outputs.map((output) => output.map(({ json }) => json.error))).toEqual([['b'], ['a']]);
	});

	it('feeds the nodes behind', async () => {
		work = says;
		const result = await engine.run({ ...words('one'), then: [{ type: 'test.pass' }] });
		expect(result.itemsOf('Pass')[0]?.json).toEqual({ text: 'one' });
	});

	it('tries again with "Retry On Fail", and the context survives', async () => {
		work = async (node) => {
			const seen = node.getContext('node') as { tries?: number };
			seen.tries = (seen.tries ?? 0) + 1;
			if (seen.tries < 3) throw new NodeOperationError(node.getNode(), 'not yet');
			return { tries: seen.tries };
		};
		const { items, context } = await engine.run({ retryOnFail: true, maxTries: 3 });
		expect(items[0]?.json).toEqual({ tries: 3 });
		expect(context).toEqual({ tries: 3 });
	});

	it('retries a failed execution as a new one, with the context of the old', async () => {
		work = async (node) => {
			const seen = node.getContext('node') as { in?: string[] };
			(seen.in ??= []).push(`${node.getExecutionId()} ${node.getMode()}`);
			if (seen.in.length < 2) throw new NodeOperationError(node.getNode(), 'not yet');
			return { in: seen.in };
		};
		const failed = await engine.run({});
		const again = await engine.retry(failed);
		expect(again.status).toBe('success');
		expect(again.items[0]?.json).toEqual({
			in: [`${failed.executionId} trigger`, `${again.executionId} retry`],
		});
	});

	it('counts the run index in a loop', async () => {
		work = async (node, _item, text) => ({
			text,
			run: node.getWorkflowDataProxy(0).$runIndex,
		});
		const { runs, itemsOf } = await engine.run({ ...words('one', 'two', 'three'), loop: 1 });
		expect(runs).toHaveLength(3);
		expect(itemsOf('Loop').map(({ json }) => json)).toEqual([
			{ text: 'one', run: 0 },
			{ text: 'two', run: 1 },
			{ text: 'three', run: 2 },
		]);
	});

	it('cancels at the moment the test chooses', async () => {
		work = async (node) => {
			const signal = node.getExecutionCancelSignal();
			for (let slept = 0; slept < 600; slept += 1) {
				await clock.sleep(500);
				if (signal?.aborted) throw new NodeOperationError(node.getNode(), 'stopped by the user');
			}
			return {};
		};
		const run = engine.run({});
		await clock.sleep(2600);
		const asked = clock.now();
		const result = await run.cancel();
		expect(clock.now() - asked).toBe(400);
		expect(result.status).toBe('canceled');
		expect(result.error?.message).toBe('stopped by the user');
		// n8n keeps only that it was cancelled.
		expect(result.stored).not.toContain('stopped by the user');
	});

	it('keeps of a time-out what the node had written down, unlike of a stop', async () => {
		work = async (node) => {
			Object.assign(node.getContext('node'), { bought: 'task-1' });
			await clock.sleep(1000);
			return {};
		};
		const stop = async (by: 'user' | 'timeout') => {
			const run = engine.run({});
			await clock.sleep(500);
			return await run.cancel(by);
		};
		expect((await stop('timeout')).stored).toContain('task-1');
		expect((await stop('user')).stored).not.toContain('task-1');
	});

	it('stands still for the clock between two tries', async () => {
		const tries: number[] = [];
		work = async (node) => {
			tries.push(clock.now());
			await clock.sleep(100);
			if (tries.length < 3) throw new NodeOperationError(node.getNode(), 'not yet');
			return {};
		};
		void clock.sleep(10_000);
		await engine.run({ retryOnFail: true, maxTries: 3, waitBetweenTries: 20 });
		expect(tries.map((at) => at - tries[0]!)).toEqual([0, 100, 200]);
	});

	it('shows hints and what was logged', async () => {
		work = async (node) => {
			node.addExecutionHints({ message: 'Look here', location: 'outputPane' });
			node.logger.warn('mind this');
			return {};
		};
		const { hints, logs } = await engine.run({});
		expect(hints).toEqual([{ message: 'Look here', location: 'outputPane' }]);
		expect(logs).toContainEqual(expect.objectContaining({ level: 'warn', message: 'mind this' }));
	});
});

describe('a tool of an AI agent', () => {
	const told = async (way: 'request' | 'call') => {
		const work: ToyWork = async (node, _item, text) => ({
			text,
			isTool: (node as { isToolExecution?: () => boolean }).isToolExecution?.(),
			rewired: node.getNode().rewireOutputLogTo,
		});
		const engine = await startEngine({ nodes: { 'toys.toy': toy(work, { usableAsTool: true }) } });
		const result = await engine.run({
			parameters: { text: "={{ $fromAI('words', 'What to say', 'string') }}" },
			asTool: { input: { words: 'hello' }, way },
		});
		await engine.stop();
		expect(result.status).toBe('success');
		return result.itemsOf('Agent')[0]?.json.answer;
	};

	it('knows that it is one when the agent calls it', async () => {
		expect(await told('call')).toEqual([{ text: 'hello', isTool: true }]);
	});

	it('knows it only from its rewired output when the agent asks the engine to run it', async () => {
		expect(await told('request')).toEqual([{ text: 'hello', isTool: false, rewired: 'ai_tool' }]);
	});
});

describe('binary data', () => {
	const bytes = Buffer.from('a picture');

	const copies: ToyWork = async (node, item) => {
		const copy = await node.helpers.prepareBinaryData(
			await node.helpers.getBinaryDataBuffer(item, 'data'),
			'copy.png',
			'image/png',
		);
		return { link: node.helpers.createBinarySignedUrl(copy, '2 hours'), copy };
	};

	it('is in files, and has links that anyone can follow', async () => {
		const engine = await startEngine({ nodes: { 'toys.toy': toy(copies) } });
		const data = await engine.file(bytes, 'cat.png', 'image/png');
		const { items } = await engine.run({ items: [{ binary: { data } }] });
		expect(data.id).toMatch(/^filesystem-v2:/);

		const link = String(items[0]?.json.link);
		expect(link.startsWith(`${engine.origin}/rest/binary-data/signed?token=`)).toBe(true);
		const answer = await fetch(link);
		expect(answer.headers.get('content-type')).toBe('image/png');
		expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
		expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
		expect((await fetch(`${link}x`)).status).toBe(400);
		await engine.stop();
	});

	it('is in memory where n8n is set so, and has no links', async () => {
		const engine = await startEngine({ nodes: { 'toys.toy': toy(copies) }, binaryMode: 'default' });
		const data = await engine.file(bytes, 'cat.png', 'image/png');
		const { error } = await engine.run({ items: [{ binary: { data } }] });
		expect(data.data).toBe(bytes.toString('base64'));
		expect(error?.message).toBe('URL signing is not available in memory mode');
		await engine.stop();
	});
});

describe('credentials', () => {
	it('reach the node, and are put into its requests', async () => {
		const seen: unknown[] = [];
		const work: ToyWork = async (node) => {
			const { host } = await node.getCredentials('toyApi');
			const request = { url: `${String(host)}/x` };
			await node.helpers.httpRequestWithAuthentication.call(node, 'toyApi', request);
			seen.push(host, (request as { headers?: object }).headers);
			return {};
		};
		const engine = await startEngine({
			nodes: { 'toys.toy': toy(work, { credentials: [{ name: 'toyApi', required: true }] }) },
			credentialTypes: [toyCredential],
			credentials: { toyApi: { key: 'secret' } },
		});
		engine.credentials.toyApi!.host = engine.origin;
		const answered = await engine.run({});
		expect(answered.error?.httpCode).toBe('404');
		const unset = await engine.run({ credentials: false });
		expect(unset.error?.message).toBe('Node does not have any credentials set');
		await engine.stop();
	});
});
