import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SandboxClient } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';
import { until } from './manualClock.mts';

/** A callback received. */
interface ReceivedCallback {
	/** Milliseconds since the task was created. */
	after: number;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
}

let client: SandboxClient;
let receiver: Server;
let received: ReceivedCallback[];
/** The body of the last one. */
let receivedText: string;
/** The statuses that the receiver responds with, one after the other; then 200. */
let statuses: number[];
let callbackUrl: string;

beforeEach(async () => {
	client = await SandboxClient.start();
	const start = client.clock.now();
	received = [];
	statuses = [];
	receiver = createServer(async (request, response) => {
		let text = '';
		for await (const chunk of request) text += chunk;
		receivedText = text;
		received.push({ after: client.clock.now() - start, body: JSON.parse(text) });
		response.writeHead(statuses.shift() ?? 200).end();
	});
	await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
	callbackUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callback?token=1`;
});
afterEach(async () => {
	await client.sandbox.stop();
	receiver.closeAllConnections();
	receiver.close();
});

/** Creates a task with a callback URL, and lets time pass, second by second. */
async function createTask(prompt: string, seconds = 60): Promise<string> {
	const id = await client.createTask(prompt, { callback_url: callbackUrl });
	for (let second = 0; second < seconds; second++) {
		await client.clock.advance(1_000);
		await client.sandbox.idle();
	}
	return id;
}

const times = () => received.map(({ after }) => after);

test('the callback comes once, when the task is done, with the body of a poll response', async () => {
	const id = await createTask('a red fox');
	expect(received).toEqual([{ after: 5_000, body: (await client.poll(id)).json }]);
	expect(client.sandbox.tasks.get(id)?.deliveries).toMatchObject([{ status: 200 }]);
});

test('a failed task sends a callback too', async () => {
	await createTask('a red fox [task: failed]');
	expect(received[0]?.body.data.status).toBe('FAILED');
});

test('it has the shape that the prompt asks for, also the one that differs in callbacks', async () => {
	const id = await createTask('a red fox [shape: upstream]');
	await createTask('a red fox [shape: upstream old]');
	expect(received[0]?.body.data).toMatchObject({ taskId: id, state: 'success' });
	expect(received[1]?.body.data.info.resultImageUrl).toMatch(/^http/);
});

test('a task ID that is a long number keeps all its digits in the callback', async () => {
	const { text } = await client.create('fox [create: long id]', { callback_url: callbackUrl });
	await client.clock.advance(5_000);
	await until(() => received.length === 1);
	const [id] = client.sandbox.tasks.keys();
	expect(text).toContain(`"task_id":${id},`);
	expect(receivedText).toContain(`"task_id":${id},`);
});

test('a callback that is refused is sent again twice, with growing delays', async () => {
	statuses = [500, 409, 503];
	const id = await createTask('a red fox');
	expect(times()).toEqual([5_000, 7_000, 17_000]);
	const { deliveries } = client.sandbox.tasks.get(id)!;
	expect(deliveries.map(({ status }) => status)).toEqual([500, 409, 503]);
});

test('an unreachable callback URL does no harm', async () => {
	receiver.close();
	const id = await createTask('a red fox');
	const { deliveries } = client.sandbox.tasks.get(id)!;
	expect(deliveries.map(({ error }) => error)).toEqual(Array(3).fill(expect.any(String)));
});

test('no callback is sent to another machine', async () => {
	const id = await client.createTask('a red fox', { callback_url: 'http://192.0.2.1/callback' });
	await client.clock.advance(60_000);
	await client.sandbox.idle();
	expect(client.sandbox.tasks.get(id)?.deliveries).toEqual([]);
});

test('a task that was charged although its create was reset sends its callback', async () => {
	const body = { callback_url: callbackUrl };
	await expect(client.create('a red fox [create: reset but charged]', body)).rejects.toThrow();
	await client.clock.advance(5_000);
	await until(() => received.length === 1);
	expect(received[0]?.body.data.task_id).toBe([...client.sandbox.tasks.keys()][0]);
});

testEveryFault('callback', {
	never: async () => {
		await createTask('fox [callback: never]');
		expect(received).toEqual([]);
	},
	twice: async () => {
		await createTask('fox [callback: twice]');
		expect(times()).toEqual([5_000, 5_000]);
	},
	early: async () => {
		await createTask('fox [callback: early]');
		expect(times()).toEqual([1_000, 5_000]);
		expect(received.map(({ body }) => body.data.status)).toEqual(['IN_PROGRESS', 'SUCCESS']);
	},
	late: async () => {
		await createTask('fox [callback: late]');
		expect(times()).toEqual([35_000]);
	},
	array: async () => {
		const id = await createTask('fox [callback: array]');
		expect(received[0]?.body).toEqual([(await client.poll(id)).json.data]);
	},
	'without id': async () => {
		const id = await createTask('fox [callback: without id]');
		expect(received[0]?.body.data.status).toBe('SUCCESS');
		expect(JSON.stringify(received[0]?.body)).not.toContain(id);
	},
	'in a list': async () => {
		const id = await createTask('fox [callback: in a list]');
		expect(received[0]?.body.data).toEqual([{ id: expect.any(Number), workId: id }]);
	},
	'event id': async () => {
		const id = await createTask('fox [callback: event id]');
		expect(received[0]?.body).toEqual({
			id: expect.stringMatching(/^event-/),
			data: { task_id: id },
		});
	},
	'other ids': async () => {
		const id = await createTask('fox [callback: other ids]');
		expect(received[0]?.body).toEqual([{ id: 'song-1', image_url: expect.any(String) }]);
		expect(JSON.stringify(received[0]?.body)).not.toContain(id);
	},
	stages: async () => {
		const id = await createTask('fox [task: takes 6 s] [callback: stages]');
		expect(times()).toEqual([2_000, 4_000, 6_000]);
		expect(received.map(({ body }) => body.data)).toMatchObject([
			{ callbackType: 'text', task_id: id, data: [{ id: 'song-1', image_url: '' }] },
			{ callbackType: 'first', task_id: id },
			{ callbackType: 'complete', task_id: id, data: [{ image_url: expect.any(String) }] },
		]);
	},
	'no retry': async () => {
		statuses = [500];
		await createTask('fox [callback: no retry]');
		expect(received).toHaveLength(1);
	},
	'forged url': async () => {
		const id = await createTask('fox [callback: forged url] [task: failed]');
		expect(received[0]?.body.data).toMatchObject({
			task_id: id,
			status: 'SUCCESS',
			response: ['https://attacker.invalid/x.png'],
		});
		expect((await client.poll(id)).json.data.status).toBe('FAILED');
	},
});
