import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Customer } from './customer.mts';
import { everyTrouble } from './everyTrouble.mts';
import { until } from './manualClock.mts';

/** What rang, and when, counted from the create. */
interface Ring {
	after: number;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
}

let customer: Customer;
let bell: Server;
let rings: Ring[];
/** What the bell answers, one after the other; 200 when it has run out. */
let answers: number[];
let callbackUrl: string;

beforeEach(async () => {
	customer = await Customer.at();
	const began = customer.clock.now();
	rings = [];
	answers = [];
	bell = createServer(async (request, response) => {
		let text = '';
		for await (const piece of request) text += piece;
		rings.push({ after: customer.clock.now() - began, body: JSON.parse(text) });
		response.writeHead(answers.shift() ?? 200).end();
	});
	await new Promise<void>((resolve) => bell.listen(0, '127.0.0.1', resolve));
	callbackUrl = `http://127.0.0.1:${(bell.address() as AddressInfo).port}/bell?token=1`;
});
afterEach(async () => {
	await customer.sandbox.stop();
	bell.closeAllConnections();
	bell.close();
});

/** Creates a task that tells the bell, and lets time pass, second by second. */
async function order(prompt: string, seconds = 60): Promise<string> {
	const id = await customer.order(prompt, { callback_url: callbackUrl });
	for (let second = 0; second < seconds; second++) {
		await customer.clock.advance(1_000);
		await customer.sandbox.idle();
	}
	return id;
}

const moments = () => rings.map(({ after }) => after);

test('the callback comes once, when the task is settled, and says what a look says', async () => {
	const id = await order('a red fox');
	expect(rings).toEqual([{ after: 5_000, body: (await customer.look(id)).json }]);
	expect(customer.sandbox.tasks.get(id)?.deliveries).toMatchObject([{ status: 200 }]);
});

test('it comes for a failed task too', async () => {
	await order('a red fox [task: failed]');
	expect(rings[0]?.body.data.status).toBe('FAILED');
});

test('it has the shape that the prompt asks for, with the one that differs in callbacks', async () => {
	const id = await order('a red fox [shape: upstream]');
	await order('a red fox [shape: upstream old]');
	expect(rings[0]?.body.data).toMatchObject({ taskId: id, state: 'success' });
	expect(rings[1]?.body.data.info.resultImageUrl).toMatch(/^http/);
});

test('one that is not taken is sent again twice, with growing pauses', async () => {
	answers = [500, 409, 503];
	const id = await order('a red fox');
	expect(moments()).toEqual([5_000, 7_000, 17_000]);
	const { deliveries } = customer.sandbox.tasks.get(id)!;
	expect(deliveries.map(({ status }) => status)).toEqual([500, 409, 503]);
});

test('nobody there is no harm', async () => {
	bell.close();
	const id = await order('a red fox');
	const { deliveries } = customer.sandbox.tasks.get(id)!;
	expect(deliveries.map(({ error }) => error)).toEqual(Array(3).fill(expect.any(String)));
});

test('another machine is never called', async () => {
	const id = await customer.order('a red fox', { callback_url: 'http://192.0.2.1/bell' });
	await customer.clock.advance(60_000);
	await customer.sandbox.idle();
	expect(customer.sandbox.tasks.get(id)?.deliveries).toEqual([]);
});

test('a task that was charged for, though its create was reset, tells the bell', async () => {
	const body = { callback_url: callbackUrl };
	await expect(customer.create('a red fox [create: reset but charged]', body)).rejects.toThrow();
	await customer.clock.advance(5_000);
	await until(() => rings.length === 1);
	expect(rings[0]?.body.data.task_id).toBe([...customer.sandbox.tasks.keys()][0]);
});

everyTrouble('callback', {
	never: async () => {
		await order('fox [callback: never]');
		expect(rings).toEqual([]);
	},
	twice: async () => {
		await order('fox [callback: twice]');
		expect(moments()).toEqual([5_000, 5_000]);
	},
	early: async () => {
		await order('fox [callback: early]');
		expect(moments()).toEqual([1_000, 5_000]);
		expect(rings.map(({ body }) => body.data.status)).toEqual(['IN_PROGRESS', 'SUCCESS']);
	},
	late: async () => {
		await order('fox [callback: late]');
		expect(moments()).toEqual([35_000]);
	},
	array: async () => {
		const id = await order('fox [callback: array]');
		expect(rings[0]?.body).toEqual([(await customer.look(id)).json.data]);
	},
	'without id': async () => {
		const id = await order('fox [callback: without id]');
		expect(rings[0]?.body.data.status).toBe('SUCCESS');
		expect(JSON.stringify(rings[0]?.body)).not.toContain(id);
	},
	'no retry': async () => {
		answers = [500];
		await order('fox [callback: no retry]');
		expect(rings).toHaveLength(1);
	},
	'forged url': async () => {
		const id = await order('fox [callback: forged url] [task: failed]');
		expect(rings[0]?.body.data).toMatchObject({
			task_id: id,
			status: 'SUCCESS',
			response: ['https://attacker.invalid/x.png'],
		});
		expect((await customer.look(id)).json.data.status).toBe('FAILED');
	},
});
