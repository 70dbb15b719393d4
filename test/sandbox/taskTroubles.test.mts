import { Customer } from './customer.mts';
import { everyTrouble } from './everyTrouble.mts';

let customer: Customer;
beforeEach(async () => (customer = await Customer.at({ elsewhere: 'http://other.invalid' })));
afterEach(async () => await customer.sandbox.stop());

const charged = () => customer.sandbox.books.creditsCharged;
const data = async (id: string) => (await customer.look(id)).json.data;

everyTrouble('task', {
	failed: async () => {
		const { json } = await customer.settled('fox [task: failed]');
		expect(json.data).toMatchObject({ status: 'FAILED', response: [] });
		expect(json.data.error_message).toContain('could not make this image');
		expect(json.data).not.toHaveProperty('consumed_credits');
	},
	'failed once': async () => {
		const first = await customer.settled('fox [task: failed once]');
		const second = await customer.settled('fox [task: failed once]');
		expect([first.json.data.status, second.json.data.status]).toEqual(['FAILED', 'SUCCESS']);
	},
	'failed without reason': async () => {
		const { json } = await customer.settled('fox [task: failed without reason]');
		expect(json.data).toMatchObject({ status: 'FAILED', error_message: '' });
	},
	slow: async () => {
		const id = await customer.order('fox [task: slow]');
		await customer.clock.advance(44_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await customer.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	'takes <n> s': async () => {
		const id = await customer.order('fox [task: takes 20 s]');
		await customer.clock.advance(19_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await customer.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	never: async () => {
		const id = await customer.order('fox [task: never]');
		await customer.clock.advance(86_400_000);
		expect((await data(id)).status).toBe('IN_PROGRESS');
	},
	'<n> images': async () => {
		const { json } = await customer.settled('fox [task: two images]');
		expect(new Set(json.data.response).size).toBe(2);
		expect(charged()).toBe(5);
		expect((await customer.settled('[task: 7 images]')).json.data.response).toHaveLength(7);
	},
	'done without image': async () => {
		const { json } = await customer.settled('fox [task: done without image]');
		expect(json.data).toMatchObject({ status: 'SUCCESS', response: [] });
	},
	'unknown word': async () => {
		const id = await customer.order('fox [task: unknown word]');
		await customer.clock.advance(86_400_000);
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
	},
	'unknown word with image': async () => {
		const id = await customer.order('fox [task: unknown word with image]');
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).toMatchObject({ status: 'REVIEWING', response: [expect.any(String)] });
		expect((await fetch(seen.response[0])).status).toBe(200);
	},
	'unknown word then done': async () => {
		const id = await customer.order('fox [task: unknown word then done]');
		expect((await data(id)).status).toBe('REVIEWING');
		await customer.clock.advance(5_000);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	backwards: async () => {
		const id = await customer.order('fox [task: backwards]');
		await customer.clock.advance(5_000);
		const words = [await data(id), await data(id), await data(id)].map(({ status }) => status);
		expect(words).toEqual(['GENERATING', 'WAITING', 'SUCCESS']);
	},
	'no word': async () => {
		const id = await customer.order('fox [task: no word]');
		expect(await data(id)).toEqual({ task_id: id, response: [], request: expect.anything() });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).not.toHaveProperty('status');
		expect(seen.response).toHaveLength(1);
	},
	'numeric status': async () => {
		const id = await customer.order('fox [task: numeric status]');
		expect(await data(id)).toMatchObject({ task_status: 1, response: [] });
		await customer.clock.advance(5_000);
		const seen = await data(id);
		expect(seen).toMatchObject({ task_status: 3, response: [expect.any(String)] });
		expect(seen).not.toHaveProperty('status');
		const failed = await customer.settled('[task: numeric status] [task: failed]');
		expect(failed.json.data.task_status).toBe(5);
	},
});
