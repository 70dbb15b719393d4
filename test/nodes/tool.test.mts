import { openStage, type Stage } from './stage.mts';

/** n8n's agents call a tool themselves (`call`), newer ones let the engine run it (`request`). */
describe.each(['call', 'request'] as const)('as a tool of an AI agent, by %s', (way) => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	const ask = async (input: Record<string, string>, parameters = {}) => {
		const result = await stage.engine.run({
			parameters: { prompt: "={{ $fromAI('prompt') }}", ...parameters },
			asTool: { input, way },
		});
		return { result, answer: JSON.stringify(result.itemsOf('Agent')[0]?.json.answer ?? '') };
	};

	test('the answer is short: the task and the address of the image, no file', async () => {
		const { answer } = await ask({ prompt: 'A red bicycle' });
		expect(answer).toMatch(/taskId.*succeeded.*imageUrl/);
		expect(answer).toContain(stage.sandbox.url);
		expect(answer).not.toMatch(/mimeType|base64|filesystem/);
		expect(answer.length).toBeLessThan(1_000);
	});

	test('a failure comes back as words the model can act upon', async () => {
		const { result, answer } = await ask({ prompt: 'ab' });
		expect(result.status).toBe('success');
		expect(answer).toMatch(/too short/);
	});

	test('a failed image names its task and its reason', async () => {
		const { answer } = await ask({ prompt: 'A cup [task: failed]' });
		expect(answer).toMatch(/could not be made.*_flux2/);
	});

	test('it looks by itself where it was told to wait for a callback', async () => {
		const { answer } = await ask({ prompt: 'A cup' }, { waitFor: 'callback' });
		expect(answer).toMatch(/succeeded/);
	});
});
