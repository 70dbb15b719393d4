import { SandboxClient } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';

let client: SandboxClient;
beforeEach(
	async () => (client = await SandboxClient.start({ redirectOrigin: 'http://other.invalid' })),
);
afterEach(async () => await client.sandbox.stop());

const charged = () => client.sandbox.billing.creditsCharged;
const data = async (id: string) => (await client.poll(id)).json.data;

testEveryFault('task', {
	failed: async () => {
		const { json } = await client.createAndPoll('fox [task: failed]');
		expect(json.data).toMatchObject({ status: 'FAILED', response: [] });
		expect(json.data.error_message).toContain('could not make this image');
		expect(json.data).not.toHaveProperty('consumed_credits');
	},
	'failed once': async () => {
		const first = await client.createAndPoll('fox [task: failed once]');
		const second = await client.createAndPoll('fox [task: failed once]');
		expect([first.json.data.status, second.json.data.status]).toEqual(['FAILED', 'SUCCESS']);
	},
	'failed without reason': async () => {
		const { json } = await client.createAndPoll('fox [task: failed without reason]');
		expect(json.data).toMatchObject({ status: 'FAILED', error_message: '' });
	},
	'create task failed': async () => await expectFailure('create task failed', 'CREATE_TASK_FAILED'),
	'content moderated': async () => await expectFailure('content moderated', 'Content Moderated'),
	'request moderated': async () => await expectFailure('request moderated', 'Request Moderated'),
	nsfw: async () => await expectFailure('nsfw', 'FAILED', /NSFW/),
	sensitive: async () => await expectFailure('sensitive', 'FAILED', /sensitive words/),
	slow: async () => {
		const id = await client.createTask('fox [task: slow]');
		await client.clock.advance(44_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await client.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	'takes <n> s': async () => {
		const id = await client.createTask('fox [task: takes 20 s]');
		await client.clock.advance(19_999);
		expect((await data(id)).status).toBe('IN_PROGRESS');
		await client.clock.advance(1);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	never: async () => {
		const id = await client.createTask('fox [task: never]');
		await client.clock.advance(86_400_000);
		expect((await data(id)).status).toBe('IN_PROGRESS');
	},
	'<n> images': async () => {
		const { json } = await client.createAndPoll('fox [task: two images]');
		expect(new Set(json.data.response).size).toBe(2);
		expect(charged()).toBe(5);
		expect((await client.createAndPoll('[task: 7 images]')).json.data.response).toHaveLength(7);
	},
	'done without image': async () => {
		const { json } = await client.createAndPoll('fox [task: done without image]');
		expect(json.data).toMatchObject({ status: 'SUCCESS', response: [] });
	},
	'image late': async () => {
		const id = await client.createTask('fox [task: image late]');
		await client.clock.advance(5_000);
		expect(await data(id)).toMatchObject({ status: 'SUCCESS', response: [] });
		await client.clock.advance(3_999);
		expect((await data(id)).response).toEqual([]);
		await client.clock.advance(1);
		expect((await data(id)).response).toEqual([expect.any(String)]);
	},
	'not found': async () => {
		const id = await client.createTask('fox [task: not found]');
		await client.clock.advance(86_400_000);
		expect(await data(id)).toMatchObject({ status: 'Task not found', response: [] });
	},
	'unknown word': async () => {
		const id = await client.createTask('fox [task: unknown word]');
		await client.clock.advance(86_400_000);
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
	},
	'unknown word with image': async () => {
		const id = await client.createTask('fox [task: unknown word with image]');
		expect(await data(id)).toMatchObject({ status: 'REVIEWING', response: [] });
		await client.clock.advance(5_000);
		const task = await data(id);
		expect(task).toMatchObject({ status: 'REVIEWING', response: [expect.any(String)] });
		expect((await fetch(task.response[0])).status).toBe(200);
	},
	'unknown word then done': async () => {
		const id = await client.createTask('fox [task: unknown word then done]');
		expect((await data(id)).status).toBe('REVIEWING');
		await client.clock.advance(5_000);
		expect((await data(id)).status).toBe('SUCCESS');
	},
	backwards: async () => {
		const id = await client.createTask('fox [task: backwards]');
		await client.clock.advance(5_000);
		const statuses = [await data(id), await data(id), await data(id)].map(({ status }) => status);
		expect(statuses).toEqual(['GENERATING', 'WAITING', 'SUCCESS']);
	},
	'no word': async () => {
		const id = await client.createTask('fox [task: no word]');
		expect(await data(id)).toEqual({ task_id: id, response: [], request: expect.anything() });
		await client.clock.advance(5_000);
		const task = await data(id);
		expect(task).not.toHaveProperty('status');
		expect(task.response).toHaveLength(1);
	},
	'numeric status': async () => {
		const id = await client.createTask('fox [task: numeric status]');
		expect(await data(id)).toMatchObject({ task_status: 1, response: [] });
		await client.clock.advance(5_000);
		const task = await data(id);
		expect(task).toMatchObject({ task_status: 3, response: [expect.any(String)] });
		expect(task).not.toHaveProperty('status');
		const failed = await client.createAndPoll('[task: numeric status] [task: failed]');
		expect(failed.json.data.task_status).toBe(5);
	},
});

async function expectFailure(kind: string, status: string, reason = /^$/): Promise<void> {
	const { json } = await client.createAndPoll(`fox [task: ${kind}]`);
	expect(json.data).toMatchObject({ status, response: [] });
	expect(json.data.error_message).toMatch(reason);
	expect(client.sandbox.billing.creditsRefunded).toBe(5);
}
