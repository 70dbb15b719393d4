import { NodeOperationError } from 'n8n-workflow';
import { type Engine, startEngine } from './engine.mts';
import { fixtureNode, fixtureCredential, type ItemHandler } from './fixtureNodes.mts';
import { VirtualClock } from './virtualClock.mts';

describe('the engine', () => {
	let engine: Engine;
	let clock: VirtualClock;
	let handleItem: ItemHandler;

	beforeAll(async () => {
		engine = await startEngine({
			nodes: { 'fixture.node': fixtureNode(async (...args) => await handleItem(...args)) },
		});
		clock = new VirtualClock({ isBusy: engine.isBusy });
	});

	afterAll(async () => {
		clock.stop();
		await engine.stop();
	});

	const returnText: ItemHandler = async (_node, _item, text) => ({ text });

	const failOn =
		(bad: string): ItemHandler =>
		async (node, itemIndex, text) => {
			if (text !== bad) return { text };
			throw new NodeOperationError(node.getNode(), `${bad} is bad`, {
				itemIndex,
				description: 'Do something else',
			});
		};

	const textItems = (...words: string[]) => ({
		parameters: { text: '={{ $json.word }}' },
		items: words.map((word) => ({ json: { word } })),
	});

	it('runs the node on every item and resolves its expressions', async () => {
		handleItem = returnText;
		const { status, items } = await engine.run(textItems('one', 'two', 'three'));
		expect(status).toBe('success');
		expect(items.map(({ json }) => json)).toEqual([
			{ text: 'one' },
			{ text: 'two' },
			{ text: 'three' },
		]);
	});

	it('stores an error as the user sees it', async () => {
		handleItem = failOn('two');
		const { status, error, stored } = await engine.run(textItems('one', 'two'));
		expect(status).toBe('error');
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: 'two is bad',
			description: 'Do something else',
			context: { itemIndex: 1 },
		});
		expect(stored).toContain('two is bad');
	});

	it('outputs errors as items, with "continue"', async () => {
		handleItem = failOn('two');
		const { status, items } = await engine.run({
			...textItems('one', 'two', 'three'),
			onError: 'continueRegularOutput',
		});
		expect(status).toBe('success');
		expect(items.map(({ json }) => json)).toEqual([
			{ text: 'one' },
			{ error: 'two is bad' },
			{ text: 'three' },
		]);
	});

	it('sends errors to the error output, with "continue (using error output)"', async () => {
		handleItem = failOn('two');
		const { outputs } = await engine.run({
			...textItems('one', 'two', 'three'),
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((output) => output.length)).toEqual([2, 1]);
		// n8n adds the input item's own fields.
		expect(outputs[1]?.[0]?.json).toEqual({ word: 'two', error: 'two is bad' });
	});

	it('treats an item as an error only if it has no keys but error, message and details', async () => {
		handleItem = async (_node, _item, text) => ({
			error: text,
			...(text === 'b' && { taskId: 't1' }),
		});
		const { outputs } = await engine.run({
			...textItems('a', 'b'),
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((output) => output.map(({ json }) => json.error))).toEqual([['b'], ['a']]);
	});

	it('passes the output to the next nodes', async () => {
		handleItem = returnText;
		const result = await engine.run({ ...textItems('one'), followedBy: [{ type: 'test.pass' }] });
		expect(result.itemsOf('Pass')[0]?.json).toEqual({ text: 'one' });
	});

	it('tries again with "Retry On Fail", and keeps the context', async () => {
		handleItem = async (node) => {
			const context = node.getContext('node') as { tries?: number };
			context.tries = (context.tries ?? 0) + 1;
			if (context.tries < 3) throw new NodeOperationError(node.getNode(), 'not yet');
			return { tries: context.tries };
		};
		const { items, context } = await engine.run({ retryOnFail: true, maxTries: 3 });
		expect(items[0]?.json).toEqual({ tries: 3 });
		expect(context).toEqual({ tries: 3 });
	});

	it('retries a failed execution as a new one, with the context of the old one', async () => {
		handleItem = async (node) => {
			const context = node.getContext('node') as { in?: string[] };
			(context.in ??= []).push(`${node.getExecutionId()} ${node.getMode()}`);
			if (context.in.length < 2) throw new NodeOperationError(node.getNode(), 'not yet');
			return { in: context.in };
		};
		const failed = await engine.run({});
		const retried = await engine.retry(failed);
		expect(retried.status).toBe('success');
		expect(retried.items[0]?.json).toEqual({
			in: [`${failed.executionId} trigger`, `${retried.executionId} retry`],
		});
	});

	it('increments the run index in a loop', async () => {
		handleItem = async (node, _item, text) => ({
			text,
			run: node.getWorkflowDataProxy(0).$runIndex,
		});
		const { runs, itemsOf } = await engine.run({ ...textItems('one', 'two', 'three'), loop: 1 });
		expect(runs).toHaveLength(3);
		expect(itemsOf('Loop').map(({ json }) => json)).toEqual([
			{ text: 'one', run: 0 },
			{ text: 'two', run: 1 },
			{ text: 'three', run: 2 },
		]);
	});

	it('can be cancelled at a given time', async () => {
		handleItem = async (node) => {
			const signal = node.getExecutionCancelSignal();
			for (let slept = 0; slept < 600; slept += 1) {
				await clock.sleep(500);
				if (signal?.aborted) throw new NodeOperationError(node.getNode(), 'stopped by the user');
			}
			return {};
		};
		const run = engine.run({});
		await clock.sleep(2600);
		const cancelledAt = clock.now();
		const result = await run.cancel();
		expect(clock.now() - cancelledAt).toBe(400);
		expect(result.status).toBe('canceled');
		expect(result.error?.message).toBe('stopped by the user');
		// n8n keeps only that it was cancelled.
		expect(result.stored).not.toContain('stopped by the user');
	});

	it('stores the context of an execution that timed out, but not of a cancelled one', async () => {
		handleItem = async (node) => {
			Object.assign(node.getContext('node'), { taskId: 'task-1' });
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

	it('stops the clock between two tries', async () => {
		const tries: number[] = [];
		handleItem = async (node) => {
			tries.push(clock.now());
			await clock.sleep(100);
			if (tries.length < 3) throw new NodeOperationError(node.getNode(), 'not yet');
			return {};
		};
		void clock.sleep(10_000);
		await engine.run({ retryOnFail: true, maxTries: 3, waitBetweenTries: 20 });
		expect(tries.map((at) => at - tries[0]!)).toEqual([0, 100, 200]);
	});

	it('returns hints and log lines', async () => {
		handleItem = async (node) => {
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
	const toolAnswer = async (invokedBy: 'engine' | 'agent') => {
		const handleItem: ItemHandler = async (node, _item, text) => ({
			text,
			isTool: (node as { isToolExecution?: () => boolean }).isToolExecution?.(),
			rewired: node.getNode().rewireOutputLogTo,
		});
		const engine = await startEngine({
			nodes: { 'fixture.node': fixtureNode(handleItem, { usableAsTool: true }) },
		});
		const result = await engine.run({
			parameters: { text: "={{ $fromAI('words', 'What to say', 'string') }}" },
			asTool: { input: { words: 'hello' }, invokedBy },
		});
		await engine.stop();
		expect(result.status).toBe('success');
		return result.itemsOf('Agent')[0]?.json.answer;
	};

	it('can tell that it is a tool when the agent calls it', async () => {
		expect(await toolAnswer('agent')).toEqual([{ text: 'hello', isTool: true }]);
	});

	it('can tell it only by its rewired output when the engine runs it', async () => {
		expect(await toolAnswer('engine')).toEqual([
			{ text: 'hello', isTool: false, rewired: 'ai_tool' },
		]);
	});
});

describe('binary data', () => {
	const bytes = Buffer.from('a picture');

	const copyFile: ItemHandler = async (node, itemIndex) => {
		const copy = await node.helpers.prepareBinaryData(
			await node.helpers.getBinaryDataBuffer(itemIndex, 'data'),
			'copy.png',
			'image/png',
		);
		return { link: node.helpers.createBinarySignedUrl(copy, '2 hours'), copy };
	};

	it('is stored in files, with links that anyone can open', async () => {
		const engine = await startEngine({ nodes: { 'fixture.node': fixtureNode(copyFile) } });
		const data = await engine.storeFile(bytes, 'cat.png', 'image/png');
		const { items } = await engine.run({ items: [{ binary: { data } }] });
		expect(data.id).toMatch(/^filesystem-v2:/);

		const link = String(items[0]?.json.link);
		expect(link.startsWith(`${engine.origin}/rest/binary-data/signed?token=`)).toBe(true);
		const response = await fetch(link);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
		expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
		expect((await fetch(`${link}x`)).status).toBe(400);
		await engine.stop();
	});

	it('is stored in memory where n8n is configured so, without links', async () => {
		const engine = await startEngine({
			nodes: { 'fixture.node': fixtureNode(copyFile) },
			binaryMode: 'default',
		});
		const data = await engine.storeFile(bytes, 'cat.png', 'image/png');
		const { error } = await engine.run({ items: [{ binary: { data } }] });
		expect(data.data).toBe(bytes.toString('base64'));
		expect(error?.message).toBe('URL signing is not available in memory mode');
		await engine.stop();
	});
});

describe('credentials', () => {
	it('are available to the node and applied to its requests', async () => {
		const received: unknown[] = [];
		const handleItem: ItemHandler = async (node) => {
			const { host } = await node.getCredentials('fixtureApi');
			const request = { url: `${String(host)}/x` };
			await node.helpers.httpRequestWithAuthentication.call(node, 'fixtureApi', request);
			received.push(host, (request as { headers?: object }).headers);
			return {};
		};
		const engine = await startEngine({
			nodes: {
				'fixture.node': fixtureNode(handleItem, {
					credentials: [{ name: 'fixtureApi', required: true }],
				}),
			},
			credentialTypes: [fixtureCredential],
			credentials: { fixtureApi: { key: 'secret' } },
		});
		engine.credentials.fixtureApi!.host = engine.origin;
		const notFound = await engine.run({});
		expect(notFound.error?.httpCode).toBe('404');
		const unset = await engine.run({ credentials: false });
		expect(unset.error?.message).toBe('Node does not have any credentials set');
		await engine.stop();
	});
});
