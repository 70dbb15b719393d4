import { createFixture, type Fixture } from './fixture.mts';

/** n8n's agents call a tool themselves; newer ones let the engine run it. */
describe.each(['agent', 'engine'] as const)(
	'as a tool of an AI agent, invoked by the %s',
	(invokedBy) => {
		let fixture: Fixture;
		beforeAll(async () => {
			fixture = await createFixture();
		});
		afterAll(async () => await fixture.close());

		const callTool = async (input: Record<string, string>, parameters = {}) => {
			const result = await fixture.engine.run({
				parameters: { prompt: "={{ $fromAI('prompt') }}", ...parameters },
				asTool: { input, invokedBy },
			});
			return { result, answer: JSON.stringify(result.itemsOf('Agent')[0]?.json.answer ?? '') };
		};

		test('the answer is short: the task ID and the image URL, no file', async () => {
			const { answer } = await callTool({ prompt: 'A red bicycle' });
			expect(answer).toMatch(/taskId.*succeeded.*imageUrl/);
			expect(answer).toContain(fixture.sandbox.url);
			expect(answer).not.toMatch(/mimeType|base64|filesystem/);
			expect(answer.length).toBeLessThan(1_000);
		});

		test('a failure is a message that the model can act on', async () => {
			const { result, answer } = await callTool({ prompt: 'ab' });
			expect(result.status).toBe('success');
			expect(answer).toMatch(/too short/);
		});

		test('a failed image comes with its task ID and its reason', async () => {
			const { answer } = await callTool({ prompt: 'A cup [task: failed]' });
			expect(answer).toMatch(/Image generation failed.*_flux2/);
		});

		test('with Wait For: Callback it polls instead', async () => {
			const { answer } = await callTool({ prompt: 'A cup' }, { waitFor: 'callback' });
			expect(answer).toMatch(/succeeded/);
		});
	},
);
