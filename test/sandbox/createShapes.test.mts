import { CREATE_SHAPE_FAULTS } from '../../sandbox/faults/createShape.mts';
import { SandboxClient } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';

let client: SandboxClient;
beforeEach(async () => (client = await SandboxClient.start()));
afterEach(async () => await client.sandbox.stop());

const data = async (id: string) => (await client.poll(id)).json.data;

/** Creates a task, and reads its response and the task as the sandbox knows it. */
const create = async (kind: string) => {
	const response = await client.create(`fox [create: ${kind}]`);
	const [task] = client.sandbox.tasks.values();
	expect(task?.charged).toBe(5);
	return { ...response, task: task!, id: task!.id };
};

const url = expect.stringMatching(/^http:.*\.png$/);
const STATUS = 'IN_PROGRESS';

testEveryFault(
	'create',
	{
		'numeric id': async () => {
			const { json } = await client.create('fox [create: numeric id]');
			expect(json.data.task_id).toEqual(expect.any(Number));
			expect((await data(String(json.data.task_id))).task_id).toBe(json.data.task_id);
		},
		'camel id': async () => {
			const { json } = await client.create('fox [create: camel id]');
			expect(json.data).toEqual({ taskId: expect.any(String), status: 'IN_PROGRESS' });
		},
		'old shape': async () => {
			const { json } = await client.create('fox [create: old shape]');
			expect(json).toEqual({
				id: [...client.sandbox.tasks.keys()][0],
				status: 'pending',
				model: 'flux-2',
				created_at: '2026-01-01T00:00:00.000Z',
			});
		},
		'long id': async () => {
			const { text, id } = await create('long id');
			expect(id).toMatch(/^\d{19}$/);
			expect(text).toContain(`"task_id":${id},`);
			expect(String(Number(id))).not.toBe(id);
			expect((await client.poll(id)).text).toContain(`"task_id":${id},`);
		},
		'no status': async () => {
			const { json, id } = await create('no status');
			expect(json).toEqual({ code: 200, msg: 'success', data: { taskId: id } });
		},
		'root id': async () => {
			const { json, id } = await create('root id');
			expect(json).toEqual({ task_id: id, status: 'pending', model: 'flux-2' });
		},
		'root id only': async () => {
			const { json, id } = await create('root id only');
			expect(json).toEqual({ code: 200, message: 'success', task_id: id });
		},
		'row id': async () => {
			const { json, id } = await create('row id');
			expect(json.data).toEqual({ id: expect.any(Number), workId: id, status: STATUS });
		},
		'bare id': async () => {
			const { json, id } = await create('bare id');
			expect(json.data).toBe(id);
		},
		'id in a string': async () => {
			const { json, id } = await create('id in a string');
			expect(json.data).toBe(`{"taskId":"${id}"}`);
		},
		accepted: async () => {
			const { status, json, id } = await create('accepted');
			expect([status, json.data]).toEqual([202, { task_id: id, status: STATUS }]);
		},
		'code <n> with id': async () => {
			const { status, json, id } = await create('code 201 with id');
			expect([status, json.code, json.data.task_id]).toEqual([200, 201, id]);
			const other = await client.create('owl [create: code 1 with id]');
			expect(other.json).toMatchObject({ code: 1, data: { task_id: expect.any(String) } });
		},
		'error object': async () => {
			const { json, id } = await create('error object');
			expect(json).toMatchObject({ error: { code: 0 }, data: { task_id: id } });
		},
		'immediate images': async () => {
			const { json, id } = await create('immediate images');
			expect(json.data).toEqual({ status: 'SUCCESS', images: [url], consumed_credits: 5 });
			expect((await fetch(json.data.images[0])).status).toBe(200);
			expect((await data(id)).status).toBe('SUCCESS');
		},
		'immediate list': async () => {
			const { json } = await create('immediate list');
			expect(json).toEqual({ created: expect.any(Number), data: [{ url }] });
		},
		'immediate images with id': async () => {
			const { json, id } = await create('immediate images with id');
			expect(json.data).toMatchObject({ task_id: id, status: 'SUCCESS', images: [url] });
		},
		'immediate failure': async () => {
			const { json, task, id } = await create('immediate failure');
			expect(json.data).toMatchObject({ task_id: id, status: 'FAILED', images: null });
			expect(await data(id)).toMatchObject({ status: 'FAILED', error_message: json.data.error });
			expect(task.refunded).toBe(5);
		},
	},
	CREATE_SHAPE_FAULTS,
);
