import { Customer } from './customer.mts';
import { everyTrouble } from './everyTrouble.mts';
import { until } from './manualClock.mts';

let customer: Customer;
beforeEach(async () => (customer = await Customer.at({ elsewhere: 'http://other.invalid' })));
afterEach(async () => await customer.sandbox.stop());

const data = async (id: string) => (await customer.look(id)).json.data;

everyTrouble('poll', {
	'<status>': async () => {
		const id = await customer.order('fox [poll: 500 x2] [poll: 404 once] [poll: 429 once]');
		const statuses = [];
		for (let look = 0; look < 5; look++) statuses.push((await customer.look(id)).status);
		expect(statuses).toEqual([500, 500, 404, 429, 200]);
		expect(customer.sandbox.tasks.get(id)?.looks).toBe(5);
	},
	'429 x2 retry after 3': async () => {
		const id = await customer.order('fox [poll: 429 x2 retry after 3]');
		expect((await customer.look(id)).headers.get('retry-after')).toBe('3');
	},
	'code <status>': async () => {
		const id = await customer.order('fox [poll: code 500 once]');
		expect((await customer.look(id)).json).toEqual({ code: 500, message: expect.any(String) });
		expect((await customer.look(id)).json.code).toBe(200);
	},
	reset: async () => {
		const id = await customer.order('fox [poll: reset x2]');
		await expect(customer.look(id)).rejects.toThrow();
		await expect(customer.look(id)).rejects.toThrow();
		expect((await customer.look(id)).status).toBe(200);
	},
	silence: async () => {
		const id = await customer.order('fox [poll: silence once]');
		const leave = new AbortController();
		const look = customer.look(id, leave.signal);
		await until(() => customer.sandbox.held === 1);
		leave.abort();
		await expect(look).rejects.toThrow();
		await until(() => customer.sandbox.held === 0);
		expect((await customer.look(id)).status).toBe(200);
	},
	'half a body': async () => {
		const id = await customer.order('fox [poll: half a body once]');
		await expect(customer.look(id)).rejects.toThrow();
		expect((await customer.look(id)).status).toBe(200);
	},
	'slow body': async () => {
		const id = await customer.order('fox [poll: slow body]');
		const look = customer.look(id);
		await until(() => customer.sandbox.held === 1);
		await customer.clock.advance(20_000);
		expect((await look).json.data.task_id).toBe(id);
	},
	html: async () => {
		const id = await customer.order('fox [poll: html x2]');
		const { status, headers } = await customer.look(id);
		expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	},
	'html <status>': async () => {
		const id = await customer.order('fox [poll: html 503]');
		expect((await customer.look(id)).status).toBe(503);
	},
	'broken json': async () => {
		const id = await customer.order('fox [poll: broken json]');
		expect((await customer.look(id)).json).toBeUndefined();
	},
	empty: async () => {
		const id = await customer.order('fox [poll: empty]');
		const { status, text } = await customer.look(id);
		expect([status, text]).toEqual([200, '']);
	},
	'wrong id': async () => {
		const id = await customer.order('fox [poll: wrong id once]');
		expect((await data(id)).task_id).toBe('n41somebodyelse_flux2');
		expect((await data(id)).task_id).toBe(id);
	},
	redirect: async () => {
		const id = await customer.order('fox [poll: redirect]');
		const { status, headers } = await customer.look(id);
		expect(status).toBe(302);
		expect(headers.get('location')).toBe(`http://other.invalid/api/v1/tasks/${id}`);
	},
});
