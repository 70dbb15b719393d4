import type { IDataObject } from 'n8n-workflow';
import { type Engine, startEngine } from './engine.mts';
import { type WebhookHandler, triggerNode } from './fixtureNodes.mts';
import { VirtualClock } from './virtualClock.mts';

describe('a trigger', () => {
	let engine: Engine;
	let handleWebhook: WebhookHandler;

	beforeAll(async () => {
		engine = await startEngine({
			nodes: { 'fixture.trigger': triggerNode(async (node) => await handleWebhook(node)) },
		});
	});

	afterAll(async () => engine.stop());

	const startRun: WebhookHandler = async (node) => ({
		workflowData: [[{ json: { ...(node.getBodyData() as IDataObject) } }]],
	});

	it('starts a run for a request, and n8n responds that it did', async () => {
		handleWebhook = startRun;
		const trigger = engine.trigger({ followedBy: [{ type: 'test.pass' }] });
		const { status, body } = await trigger.sendCallback({ body: { id: 't1' } });
		expect([status, body]).toEqual([200, { message: 'Workflow was started' }]);
		expect(trigger.runs.map(({ items }) => items[0]?.json)).toEqual([{ id: 't1' }]);
		const [result] = await trigger.results();
		expect(result?.mode).toBe('webhook');
		expect(result?.itemsOf('Pass')[0]?.json).toEqual({ id: 't1' });
	});

	it('responds without starting a run', async () => {
		handleWebhook = async () => ({ webhookResponse: { seen: true } });
		const trigger = engine.trigger();
		expect(await trigger.sendCallback()).toMatchObject({ status: 200, body: { seen: true } });
		expect(trigger.runs).toEqual([]);
	});

	it('responds with its own status', async () => {
		handleWebhook = async (node) => {
			node.getResponseObject().status(401).json({ error: 'token' });
			return { noWebhookResponse: true };
		};
		const trigger = engine.trigger();
		expect(await trigger.sendCallback()).toMatchObject({ status: 401, body: { error: 'token' } });
		expect(trigger.runs).toEqual([]);
	});

	it('gets the query, the headers and no body', async () => {
		const received: unknown[] = [];
		handleWebhook = async (node) => {
			received.push(node.getQueryData(), node.getHeaderData()['x-who'], node.getBodyData());
			return {};
		};
		await engine.trigger().sendCallback({ query: { token: 'x' }, headers: { 'x-who': 'me' } });
		expect(received).toEqual([{ token: 'x' }, 'me', undefined]);
	});

	it('keeps static data between calls', async () => {
		handleWebhook = async (node) => {
			const data = node.getWorkflowStaticData('node') as { calls?: number };
			data.calls = (data.calls ?? 0) + 1;
			return {};
		};
		const trigger = engine.trigger();
		trigger.staticData = { 'node:Trigger': { calls: 5 } };
		await trigger.sendCallback();
		await trigger.sendCallback();
		expect(trigger.nodeStaticData).toEqual({ calls: 7 });
	});

	it('loses static data written by concurrent calls', async () => {
		let arrived = 0;
		let release = () => {};
		const all = new Promise<void>((resolve) => (release = resolve));
		handleWebhook = async (node) => {
			const data = node.getWorkflowStaticData('node') as { calls?: number };
			const calls = data.calls ?? 0;
			if ((arrived += 1) === 6) release();
			await all;
			data.calls = calls + 1;
			return {};
		};
		const trigger = engine.trigger();
		await Promise.all(Array.from({ length: 6 }, async () => await trigger.sendCallback()));
		expect(trigger.nodeStaticData).toEqual({ calls: 1 });
	});

	it('fails a run and responds with 500 when webhook() throws', async () => {
		handleWebhook = async () => {
			throw new Error('broken');
		};
		const trigger = engine.trigger();
		expect((await trigger.sendCallback()).status).toBe(500);
		const [result] = await trigger.results();
		expect([result?.status, result?.error?.message]).toEqual(['error', 'broken']);
	});

	it('is not called for broken JSON or another method', async () => {
		let calls = 0;
		handleWebhook = async () => {
			calls += 1;
			return {};
		};
		const trigger = engine.trigger();
		const json = { 'content-type': 'application/json' };
		expect((await trigger.sendCallback({ rawBody: '{', headers: json })).status).toBe(422);
		expect((await trigger.sendCallback({ method: 'GET' })).status).toBe(404);
		expect(calls).toBe(0);
	});

	it('moves a file that webhook() stored to the execution when the run ends', async () => {
		handleWebhook = async (node) => ({
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
		await trigger.sendCallback();
		const [result] = await trigger.results();
		const data = result?.items[0]?.binary?.data;
		expect(data?.id).toContain(`executions/${result?.executionId}/`);
		expect((await engine.readFile(data)).toString()).toContain('describe');
	});

	it('may wait on the clock before it responds', async () => {
		const clock = new VirtualClock({
			start: 0,
			pendingResponses: () => engine.pendingResponses,
			isBusy: engine.isBusy,
		});
		handleWebhook = async (node) => {
			await clock.sleep(8000);
			return await startRun(node);
		};
		const trigger = engine.trigger();
		expect((await trigger.sendCallback({ body: { id: 't1' } })).status).toBe(200);
		expect([clock.now(), engine.pendingResponses, engine.runningWebhooks]).toEqual([8000, 0, 0]);
		clock.stop();
	});

	it('keeps the clock still while the request body is being received', async () => {
		const clock = new VirtualClock({
			start: 0,
			pendingResponses: () => engine.pendingResponses,
			isBusy: engine.isBusy,
		});
		handleWebhook = async () => ({ webhookResponse: { at: clock.now() } });
		void clock.sleep(1000);
		const headers = { 'content-type': 'text/plain' };
		const { body } = await engine
			.trigger()
			.sendCallback({ rawBody: 'x'.repeat(8_000_000), headers });
		expect(body).toEqual({ at: 0 });
		clock.stop();
	});

	it('may respond first and continue afterwards', async () => {
		const clock = new VirtualClock({
			start: 0,
			pendingResponses: () => engine.pendingResponses,
			isBusy: engine.isBusy,
		});
		handleWebhook = async (node) => {
			node.getResponseObject().status(202).json({});
			await clock.sleep(8000);
			return { ...(await startRun(node)), noWebhookResponse: true };
		};
		const trigger = engine.trigger();
		expect((await trigger.sendCallback({ body: { id: 't1' } })).status).toBe(202);
		expect([trigger.runs.length, engine.runningWebhooks]).toEqual([0, 1]);
		await clock.sleep(8000);
		await clock.idle();
		expect([trigger.runs.length, engine.runningWebhooks]).toEqual([1, 0]);
		clock.stop();
	});

	it('has the webhook methods that n8n calls', async () => {
		const trigger = engine.trigger();
		expect(await trigger.callWebhookMethod('checkExists')).toBe(true);
		expect(await trigger.callWebhookMethod('delete')).toBe(true);
	});
});
