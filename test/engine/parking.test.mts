import { type Engine, startEngine } from './engine.mts';
import { ring } from './ring.mts';
import { parkingToy, toy, type ToyWork } from './toyNodes.mts';

describe('a parked execution', () => {
	let engine: Engine;

	beforeAll(async () => {
		engine = await startEngine({ nodes: { 'toys.parking': parkingToy() } });
	});

	afterAll(async () => engine.stop());

	const park = async () => {
		const waiting = await engine.run({
			items: ['a', 'b', 'c'].map((word) => ({ json: { word } })),
			then: [{ type: 'test.pass' }],
		});
		return { waiting, parked: engine.parked(waiting) };
	};

	it('waits, and what its node returned is not yet its output', async () => {
		const { waiting, parked } = await park();
		expect(waiting.status).toBe('waiting');
		expect(waiting.waitTill).toBeInstanceOf(Date);
		expect(waiting.itemsOf('Pass')).toEqual([]);
		expect(parked.items.map(({ json }) => json.url)).toEqual(Array(3).fill(parked.resumeUrl));
	});

	it('goes on waiting after a ring that returns no items', async () => {
		const { parked } = await park();
		const rung = await parked.ring({ body: {} });
		expect(rung).toMatchObject({
			status: 200,
			body: { message: 'Webhook call received' },
			woke: false,
		});
		expect((await parked.ring({ body: { done: true } })).woke).toBe(true);
	});

	it('wakes with the items that webhook() returns', async () => {
		const { waiting, parked } = await park();
		const { status, woke, result } = await parked.ring({ body: { done: true } });
		expect([status, woke, result?.status]).toEqual([200, true, 'success']);
		expect(result?.executionId).toBe(waiting.executionId);
		expect(result?.itemsOf('Pass').map(({ json }) => [json.word, json.status])).toEqual([
			['a', 'done'],
			['b', 'done'],
			['c', 'done'],
		]);
	});

	it('passes on its input at the deadline, with what was written into it', async () => {
		const { parked } = await park();
		const result = await parked.deadline();
		expect(result.status).toBe('success');
		expect(result.itemsOf('Pass').map(({ json }) => [json.word, json.status])).toEqual([
			['a', 'pending'],
			['b', 'pending'],
			['c', 'pending'],
		]);
	});

	it('is woken by any sender that has its URL', async () => {
		const { parked } = await park();
		const ended = parked.ended();
		await fetch(parked.resumeUrl, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: '{"done":true}',
		});
		expect((await ended).status).toBe('success');
	});

	it('answers 401 without the signature, and 404 to another method', async () => {
		const { parked } = await park();
		expect(await parked.ring({ query: { signature: '' } })).toMatchObject({
			status: 401,
			body: { error: 'Invalid token' },
		});
		expect((await parked.ring({ method: 'GET' })).status).toBe(404);
	});

	it('has no signature on n8n 1.x', async () => {
		const old = await startEngine({
			nodes: { 'toys.parking': parkingToy() },
			signedResumeUrls: false,
		});
		const parked = old.parked(await old.run({}));
		expect(parked.items[0]?.json.url).toBe(`${old.origin}/webhook-waiting/1`);
		expect((await parked.ring({ body: { done: true } })).woke).toBe(true);
		await old.stop();
	});

	it('answers 409 when it has ended, and 404 when it never was', async () => {
		const { parked } = await park();
		await parked.ring({ body: { done: true } });
		expect((await parked.ring({ body: { done: true } })).status).toBe(409);
		expect((await ring(`${engine.origin}/webhook-waiting/9999`)).status).toBe(404);
	});

	it('is woken once by two rings at once', async () => {
		const { parked } = await park();
		const rings = await Promise.all(
			[1, 2].map(async () => await ring(parked.resumeUrl, { body: { done: true, slowly: true } })),
		);
		expect(rings.map(({ status }) => status).sort()).toEqual([200, 500]);
		expect((await parked.ended()).itemsOf('Pass')).toHaveLength(3);
	});

	it('answers 422 to broken JSON, without asking the node', async () => {
		const { parked } = await park();
		const json = { 'content-type': 'application/json' };
		const rung = await parked.ring({ rawBody: '{"done":', headers: json });
		expect([rung.status, rung.woke]).toEqual([422, false]);
	});

	it('loses everything when webhook() throws: it goes on with one empty item, and fails', async () => {
		const { parked } = await park();
		const { status, woke, result } = await parked.ring({ body: { fail: true } });
		expect([status, woke, result?.status]).toEqual([500, true, 'error']);
		expect(result?.itemsOf('Pass').map(({ json }) => json)).toEqual([{}]);
	});
});

describe('an execution that still runs', () => {
	it('answers 409 to a ring', async () => {
		let status = 0;
		const work: ToyWork = async (node) => {
			const url = String(node.evaluateExpression('{{ $execution.resumeUrl }}', 0));
			({ status } = await ring(url, { body: { done: true } }));
			return {};
		};
		const engine = await startEngine({ nodes: { 'toys.toy': toy(work) } });
		await engine.run({});
		expect(status).toBe(409);
		await engine.stop();
	});

	it('has the public address in its resume URL', async () => {
		let url = '';
		const work: ToyWork = async (node) => {
			url = String(node.evaluateExpression('{{ $execution.resumeUrl }}', 0));
			return {};
		};
		const engine = await startEngine({
			nodes: { 'toys.toy': toy(work) },
			webhookUrl: 'https://n8n.example/',
		});
		await engine.run({});
		expect(url).toMatch(/^https:\/\/n8n\.example\/webhook-waiting\/1\?signature=[0-9a-f]+$/);
		await engine.stop();
	});
});
