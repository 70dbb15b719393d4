import { createFixture, type Fixture } from './fixture.mts';

const SLOW = 'A fox [task: takes 30 s]';
const options = (more: object) => ({ options: { timeoutSeconds: 10, ...more } });

describe('On Timeout', () => {
	let fixture: Fixture;
	beforeAll(async () => {
		fixture = await createFixture();
	});
	afterAll(async () => await fixture.close());

	const getTask = async (taskId: unknown, parameters: object) =>
		await fixture.engine.run({
			parameters: { operation: 'getTask', taskId, ...parameters } as never,
		});

	test('Continue outputs the item as pending, and Get Task brings its image later', async () => {
		const result = await fixture.generate([SLOW, 'An owl'], {
			parameters: options({ onTimeout: 'continue' }),
		});
		expect(result.status).toBe('success');
		expect(result.items.map(({ json }) => json)).toMatchObject([
			{
				taskId: expect.stringMatching(/_flux2$/),
				status: 'pending',
				providerStatus: 'IN_PROGRESS',
				imageUrl: null,
				imageUrls: [],
				charged: 'yes',
				prompt: SLOW,
			},
			{ status: 'succeeded' },
		]);
		expect(result.items[0]?.json).not.toHaveProperty('error');
		expect(result.hints).toMatchObject([
			{ message: '1 image, 1 image in progress, estimated cost 10 credits' },
		]);
		const { taskId } = result.items[0]!.json;
		const got = await getTask(taskId, { waitUntilSettled: true });
		expect(got.items[0]?.json).toMatchObject({ taskId, status: 'succeeded' });
	});

	test('a task with a status that this version does not know continues as unknown', async () => {
		const result = await fixture.generate(['A fox [task: unknown word]'], {
			parameters: options({ onTimeout: 'continue' }),
		});
		expect(result.items[0]?.json).toMatchObject({ status: 'unknown', providerStatus: 'REVIEWING' });
	});

	test('Fail, the default, fails the item with its task ID', async () => {
		for (const parameters of [options({}), options({ onTimeout: 'fail' })]) {
			const result = await fixture.generate([SLOW], {
				parameters,
				onError: 'continueRegularOutput',
			});
			expect(result.items[0]?.json).toMatchObject({
				status: 'pending',
				errorCode: 'timeout',
				charged: 'yes',
				taskId: expect.stringMatching(/_flux2$/),
				error: expect.stringMatching(/not ready after 10 seconds/),
			});
		}
	});

	test('Continue is for the time limit only: any other failure stays one', async () => {
		const result = await fixture.generate(['A fox [task: failed]', 'An owl [poll: 401]'], {
			parameters: options({ onTimeout: 'continue' }),
			onError: 'continueRegularOutput',
		});
		expect(result.items.map(({ json }) => [json.status, json.errorCode])).toEqual([
			['failed', 'task-failed'],
			['pending', 'invalid-api-key'],
		]);
	});

	test('Get Task that waits for completion continues, too', async () => {
		const created = await fixture.generate([SLOW], { parameters: { waitFor: 'nothing' } });
		const { taskId } = created.items[0]!.json;
		const result = await getTask(taskId, {
			waitUntilSettled: true,
			...options({ onTimeout: 'continue' }),
		});
		expect(result.items[0]?.json).toMatchObject({ taskId, status: 'pending', charged: 'yes' });
	});

	test('an unknown value is refused before anything is sent', async () => {
		const { length } = fixture.sandbox.requests;
		const result = await fixture.generate(['A fox'], {
			parameters: options({ onTimeout: '={{ "wait" }}' }),
		});
		expect(result.error?.message).toBe('"On Timeout" cannot be "wait"');
		expect(fixture.sandbox.requests).toHaveLength(length);
	});
});
