import { createFixture, type Fixture } from './fixture.mts';

describe('Task ID', () => {
	let fixture: Fixture;
	let id: string;
	beforeAll(async () => {
		fixture = await createFixture();
		const created = await fixture.generate(['A fox'], { parameters: { waitFor: 'nothing' } });
		id = String(created.items[0]?.json.taskId);
		await fixture.clock.sleep(10_000);
	});
	afterAll(async () => await fixture.close());

	const getTask = async (taskId: unknown) =>
		await fixture.engine.run({
			items: [{ json: { taskId } as never }],
			parameters: { operation: 'getTask', taskId: '={{ $json.taskId }}' },
		});

	test.each<[name: string, value: (id: string) => string]>([
		['an ID', (taskId) => taskId],
		['an ID with spaces around it', (taskId) => `  ${taskId}\n`],
		['the URL of the task', (taskId) => `https://apiin.one/api/v1/tasks/${taskId}`],
		['a URL with a slash at its end', (taskId) => `https://apiin.one/api/v1/tasks/${taskId}/`],
		['a URL with a query', (taskId) => `https://apiin.one/tasks/${taskId}?tab=image#top`],
		['a URL in upper case', (taskId) => `HTTPS://APIIN.ONE/tasks/${taskId}`],
		['an encoded URL', (taskId) => `https://apiin.one/tasks/${taskId.replace('_', '%5F')}`],
	])('may be %s', async (_name, value) => {
		const result = await getTask(value(id));
		expect(result.items[0]?.json).toMatchObject({ taskId: id, status: 'succeeded' });
	});

	test('may be a number', async () => {
		expect((await getTask(4711)).error?.message).toBe('Task not found (task 4711)');
	});

	test.each<[name: string, value: unknown, message: RegExp]>([
		['empty', '   ', /The task ID is empty/],
		['missing', null, /The task ID is empty/],
		['one dot', '.', /"\." is not a task ID/],
		['two dots', '..', /"\.\." is not a task ID/],
		['a URL that ends in two dots', 'https://apiin.one/tasks/%2E%2E', /is not a task ID/],
		['a URL without a path', 'https://apiin.one/', /is not a task ID/],
		['an object', { id: 'x' }, /is not a task ID/],
		[
			'a number with more digits than JavaScript keeps',
			Number('12345678901234567890'),
			/not a task ID/,
		],
		['longer than any ID', 'x'.repeat(201), /is not a task ID/],
	])('cannot be %s: nothing is sent', async (_name, value, message) => {
		const { length } = fixture.sandbox.requests;
		const result = await getTask(value);
		expect(result.error?.message).toMatch(message);
		expect(result.error?.description).toMatch(/Nothing was charged/);
		expect(fixture.sandbox.requests).toHaveLength(length);
	});
});
