import type { IDataObject } from 'n8n-workflow';
import { type Engine, startEngine } from './engine.mts';
import { type ToyAnswer, triggerToy } from './toyNodes.mts';
import { VirtualClock } from './virtualClock.mts';

describe('a trigger', () => {
	let engine: Engine;
	let answer: ToyAnswer;

	beforeAll(async () => {
		engine = await startEngine({
			nodes: { 'toys.trigger': triggerToy(async (node) => await answer(node)) },
		});
	});

	afterAll(async () => engine.stop());

	const starts: ToyAnswer = async (node) => ({
		workflowData: [[{ json: { ...(node.getBodyData() as IDataObject) } }]],
	});

	it('starts a run for a request, and n8n says so', async () => {
		answer = starts;
		const trigger = engine.trigger({ then: [{ type: 'test.pass' }] });
		const { status, body } = await trigger.ring({ body: { id: 't1' } });
		expect([status, body]).toEqual([200, { message: 'Workflow was started' }]);
		expect(trigger.runs.map(({ items }) => items[0]?.json)).toEqual([{ id: 't1' }]);
		const [result] = await trigger.results();
		expect(result?.mode).toBe('webhook');
		expect(result?.itemsOf('Pass')[0]?.json).toEqual({ id: 't1' });
	});

	it('answers without a run', async () => {
		answer = async () => ({ webhookResponse: { seen: true } });
		const trigger = engine.trigger();
		expect(await trigger.ring()).toMatchObject({ status: 200, body: { seen: true } });
		expect(trigger.runs).toEqual([]);
	});

	it('answers with a status of its own', async () => {
		answer = async (node) => {
			node.getResponseObject().status(401).json({ error: 'token' });
			return { noWebhookResponse: true };
		};
		const trigger = engine.trigger();
		expect(await trigger.ring()).toMatchObject({ status: 401, body: { error: 'token' } });
		expect(trigger.runs).toEqual([]);
	});

	it('sees the query, the headers and no body', async () => {
		const seen: unknown[] = [];
		answer = async (node) => {
			seen.push(node.getQueryData(), node.getHeaderData()['x-who'], node.getBodyData());
			return {};
		};
		await engine.trigger().ring({ query: { token: 'x' }, headers: { 'x-who': 'me' } });
		expect(seen).toEqual([{ token: 'x' }, 'me', undefined]);
	});

	it('keeps static data from call to call', async () => {
		answer = async (node) => {
			const data = node.getWorkflowStaticData('node') as { calls?: number };
			data.calls = (data.calls ?? 0) + 1;
			return {};
		};
		const trigger = engine.trigger();
		trigger.staticData = { 'node:Trigger': { calls: 5 } };
		await trigger.ring();
		await trigger.ring();
		expect(trigger.nodeData).toEqual({ calls: 7 });
	});

	it('loses static data of calls in parallel', async () => {
		let arrived = 0;
		let goOn = () => {};
		const all = new Promise<void>((resolve) => (goOn = resolve));
		answer = async (node) => {
			const data = node.getWorkflowStaticData('node') as { calls?: number };
			const calls = data.calls ?? 0;
			if ((arrived += 1) === 6) goOn();
			await all;
			data.calls = calls + 1;
			return {};
		};
		const trigger = engine.trigger();
		await Promise.all(Array.from({ length: 6 }, async () => await trigger.ring()));
		expect(trigger.nodeData).toEqual({ calls: 1 });
	});

	it('fails a run, and answers 500, when webhook() throws', async () => {
		answer = async () => {
			throw new Error('broken');
		};
		const trigger = engine.trigger();
		expect((await trigger.ring()).status).toBe(500);
		const [result] = await trigger.results();
		expect([result?.status, result?.error?.message]).toEqual(['error', 'broken']);
	});

	it('is not asked about broken JSON or another method', async () => {
		let asked = 0;
		answer = async () => {
			asked += 1;
			return {};
		};
		const trigger = engine.trigger();
		const json = { 'content-type': 'application/json' };
		expect((await trigger.ring({ rawBody: '{', headers: json })).status).toBe(422);
		expect((await trigger.ring({ method: 'GET' })).status).toBe(404);
		expect(asked).toBe(0);
	});

	it('gives a file that webhook() stored to the execution when the run ends', async () => {
		answer = async (node) => ({
			workflowData: [
				[
					{
						json: {},
						binary: {
							data: await node.nodeHelpers.copyBinaryFile(__filename, 'me.txt', 'text/plain'),
						},
					},
				],
			],
		});
		const trigger = engine.trigger();
		await trigger.ring();
		const [result] = await trigger.results();
		const data = result?.items[0]?.binary?.data;
		expect(data?.id).toContain(`executions/${result?.executionId}/`);
		expect((await engine.read(data)).toString()).toContain('describe');
	});

	it('may wait on the clock before it answers', async () => {
		const clock = new VirtualClock({ start: 0, held: () => engine.held, busy: engine.busy });
		answer = async (node) => {
			await clock.sleep(8000);
			return await starts(node);
		};
		const trigger = engine.trigger();
		expect((await trigger.ring({ body: { id: 't1' } })).status).toBe(200);
		expect([clock.now(), engine.held, engine.answering]).toEqual([8000, 0, 0]);
		clock.stop();
	});

	it('holds nobody while its body is still on the way', async () => {
		const clock = new VirtualClock({ start: 0, held: () => engine.held, busy: engine.busy });
		answer = async () => ({ webhookResponse: { at: clock.now() } });
		void clock.sleep(1000);
		const headers = { 'content-type': 'text/plain' };
		const { body } = await engine.trigger().ring({ rawBody: 'x'.repeat(8_000_000), headers });
		expect(body).toEqual({ at: 0 });
		clock.stop();
	});

	it('may answer first and work on', async () => {
		const clock = new VirtualClock({ start: 0, held: () => engine.held, busy: engine.busy });
		answer = async (node) => {
			node.getResponseObject().status(202).json({});
			await clock.sleep(8000);
			return { ...(await starts(node)), noWebhookResponse: true };
		};
		const trigger = engine.trigger();
		expect((await trigger.ring({ body: { id: 't1' } })).status).toBe(202);
		expect([trigger.runs.length, engine.answering]).toEqual([0, 1]);
		await clock.sleep(8000);
		await clock.idle();
		expect([trigger.runs.length, engine.answering]).toEqual([1, 0]);
		clock.stop();
	});

	it('has the life-cycle methods that n8n calls', async () => {
		const trigger = engine.trigger();
		expect(await trigger.hook('checkExists')).toBe(true);
		expect(await trigger.hook('delete')).toBe(true);
	});
});
