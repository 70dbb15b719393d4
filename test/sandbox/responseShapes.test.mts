import type { ResponseShape } from '../../sandbox/responseShapes.mts';
import { RESPONSE_SHAPES } from '../../sandbox/responseShapes.mts';
import { FAULTS } from '../../sandbox/faults.mts';
import { SandboxClient } from './client.mts';
import { SENT, type Responses } from './shapes/expected.mts';
import { family } from './shapes/family.mts';
import { plausible } from './shapes/plausible.mts';
import { published } from './shapes/published.mts';
import { upstream } from './shapes/upstream.mts';

let client: SandboxClient;
beforeAll(async () => (client = await SandboxClient.start()));
afterAll(async () => await client.sandbox.stop());

const fields = { input_urls: [SENT] };

/** The responses in each shape: while the task is in progress, when it is done, when it has failed. */
const RESPONSES: Record<ResponseShape, Responses> = {
	...published,
	...family,
	...upstream,
	...plausible,
};

describe.each(Object.entries(RESPONSES))('[shape: %s]', (shape, [pending, done, failed]) => {
	test('in progress, and done', async () => {
		const task = await client.createTask(`fox [shape: ${shape}]`, fields);
		expect((await client.poll(task)).json).toEqual(pending);
		await client.clock.advance(5_000);
		expect((await client.poll(task)).json).toEqual(done);
	});

	test('failed', async () => {
		const { json } = await client.createAndPoll(`fox [shape: ${shape}] [task: failed]`, fields);
		expect(json).toEqual(failed);
	});
});

test('every shape of the list can be asked for', () => {
	const kinds = FAULTS.filter(({ target }) => target === 'shape').map(({ kind }) => kind);
	expect([...kinds].sort()).toEqual(Object.keys(RESPONSE_SHAPES).sort());
});

test('the echo is what was sent, word for word', async () => {
	const sent = { prompt: 'a red fox', resolution: '2K', type: 'flex', seed: 7, ...fields };
	const { json } = await client.createAndPoll('a red fox', sent);
	expect(json.data.request).toEqual({ model: 'flux-2', ...sent });
});
