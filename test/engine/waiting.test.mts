import { type Engine, startEngine } from './engine.mts';
import { sendCallback } from './sendCallback.mts';
import { waitingNode, fixtureNode, type ItemHandler } from './fixtureNodes.mts';

describe('a waiting execution', () => {
	let engine: Engine;

	beforeAll(async () => {
		engine = await startEngine({ nodes: { 'fixture.waiting': waitingNode() } });
	});

	afterAll(async () => engine.stop());

	const startWaiting = async () => {
		const result = await engine.run({
			items: ['a', 'b', 'c'].map((word) => ({ json: { word } })),
			followedBy: [{ type: 'test.pass' }],
		});
		return { result, execution: engine.waiting(result) };
	};

	it('is waiting, and what its node returned is not its output yet', async () => {
		const { result, execution } = await startWaiting();
		expect(result.status).toBe('waiting');
		expect(result.waitTill).toBeInstanceOf(Date);
		expect(result.itemsOf('Pass')).toEqual([]);
		expect(execution.items.map(({ json }) => json.url)).toEqual(Array(3).fill(execution.resumeUrl));
	});

	it('keeps waiting after a callback for which webhook() returns no items', async () => {
		const { execution } = await startWaiting();
		const response = await execution.sendCallback({ body: {} });
		expect(response).toMatchObject({
			status: 200,
			body: { message: 'Webhook call received' },
			resumed: false,
		});
		expect((await execution.sendCallback({ body: { done: true } })).resumed).toBe(true);
	});

	it('resumes with the items that webhook() returns', async () => {
		const { result: waiting, execution } = await startWaiting();
		const { status, resumed, result } = await execution.sendCallback({ body: { done: true } });
		expect([status, resumed, result?.status]).toEqual([200, true, 'success']);
		expect(result?.executionId).toBe(waiting.executionId);
		expect(result?.itemsOf('Pass').map(({ json }) => [json.word, json.status])).toEqual([
			['a', 'done'],
			['b', 'done'],
			['c', 'done'],
		]);
	});

	it('outputs its input when the time to wait is over, with what was written into it', async () => {
		const { execution } = await startWaiting();
		const result = await execution.expire();
		expect(result.status).toBe('success');
		expect(result.itemsOf('Pass').map(({ json }) => [json.word, json.status])).toEqual([
			['a', 'pending'],
			['b', 'pending'],
			['c', 'pending'],
		]);
	});

	it('is resumed by any sender that has its URL', async () => {
		const { execution } = await startWaiting();
		const finished = execution.finished();
		await fetch(execution.resumeUrl, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: '{"done":true}',
		});
		expect((await finished).status).toBe('success');
	});

	it('responds with 401 without the signature, and with 404 to another method', async () => {
		const { execution } = await startWaiting();
		expect(await execution.sendCallback({ query: { signature: '' } })).toMatchObject({
			status: 401,
			body: { error: 'Invalid token' },
		});
		expect((await execution.sendCallback({ method: 'GET' })).status).toBe(404);
	});

	it('has no signature on n8n 1.x', async () => {
		const old = await startEngine({
			nodes: { 'fixture.waiting': waitingNode() },
			signedResumeUrls: false,
		});
		const execution = old.waiting(await old.run({}));
		expect(execution.items[0]?.json.url).toBe(`${old.origin}/webhook-waiting/1`);
		expect((await execution.sendCallback({ body: { done: true } })).resumed).toBe(true);
		await old.stop();
	});

	it('responds with 409 once it has ended, and with 404 if it never existed', async () => {
		const { execution } = await startWaiting();
		await execution.sendCallback({ body: { done: true } });
		expect((await execution.sendCallback({ body: { done: true } })).status).toBe(409);
		expect((await sendCallback(`${engine.origin}/webhook-waiting/9999`)).status).toBe(404);
	});

	it('is resumed once by two concurrent callbacks', async () => {
		const { execution } = await startWaiting();
		const responses = await Promise.all(
			[1, 2].map(
				async () => await sendCallback(execution.resumeUrl, { body: { done: true, slowly: true } }),
			),
		);
		expect(responses.map(({ status }) => status).sort()).toEqual([200, 500]);
		expect((await execution.finished()).itemsOf('Pass')).toHaveLength(3);
	});

	it('responds with 422 to broken JSON, without calling the node', async () => {
		const { execution } = await startWaiting();
		const json = { 'content-type': 'application/json' };
		const response = await execution.sendCallback({ rawBody: '{"done":', headers: json });
		expect([response.status, response.resumed]).toEqual([422, false]);
	});

	it('fails when webhook() throws, and the next nodes get one empty item', async () => {
		const { execution } = await startWaiting();
		const { status, resumed, result } = await execution.sendCallback({ body: { fail: true } });
		expect([status, resumed, result?.status]).toEqual([500, true, 'error']);
		expect(result?.itemsOf('Pass').map(({ json }) => json)).toEqual([{}]);
	});
});

describe('an execution that is still running', () => {
	it('responds with 409 to a callback', async () => {
		let status = 0;
		const handleItem: ItemHandler = async (node) => {
			const url = String(node.evaluateExpression('{{ $execution.resumeUrl }}', 0));
			({ status } = await sendCallback(url, { body: { done: true } }));
			return {};
		};
		const engine = await startEngine({ nodes: { 'fixture.node': fixtureNode(handleItem) } });
		await engine.run({});
		expect(status).toBe(409);
		await engine.stop();
	});

	it('has the public address in its resume URL', async () => {
		let url = '';
		const handleItem: ItemHandler = async (node) => {
			url = String(node.evaluateExpression('{{ $execution.resumeUrl }}', 0));
			return {};
		};
		const engine = await startEngine({
			nodes: { 'fixture.node': fixtureNode(handleItem) },
			webhookUrl: 'https://n8n.example/',
		});
		await engine.run({});
		expect(url).toMatch(/^https:\/\/n8n\.example\/webhook-waiting\/1\?signature=[0-9a-f]+$/);
		await engine.stop();
	});
});
