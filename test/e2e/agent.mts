import { randomUUID } from 'node:crypto';
import type { Workflow } from '../../host/workflow.mts';
import { startChatModel } from './chatModel.mts';
import type { Line } from './line.mts';
import { errorOf, outputOf } from './seen.mts';
import { flux2, pressHere } from './sketch.mts';
import { tried } from './tried.mts';

/** A manual trigger, an agent, a chat model, and Flux 2 as its tool. */
function agentWorkflow(text: string): Workflow {
	const node = (name: string, type: string, typeVersion: number, parameters: object) => ({
		id: randomUUID(),
		name,
		type: `@n8n/n8n-nodes-langchain.${type}`,
		typeVersion,
		position: [0, 0],
		parameters: { ...parameters },
	});
	const tool = flux2({
		prompt: "={{ $fromAI('prompt', 'What the picture shows', 'string') }}",
		options: { timeoutSeconds: 60 },
	});
	return {
		name: `Agent: ${text}`,
		nodes: [
			pressHere(),
			node('AI Agent', 'agent', 2, { promptType: 'define', text, options: {} }),
			node('Chat model', 'lmChatOpenAi', 1.2, {
				model: { __rl: true, mode: 'id', value: 'scripted' },
				options: {},
			}),
			{ ...tool, type: 'n8n-nodes-flux2.flux2Tool' },
		],
		connections: {
			'Press here': { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			'Chat model': {
				ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
			},
			'Flux 2': { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

/** Flux 2 as the tool of an AI agent, with a scripted chat model on this machine. */
export function agent(line: () => Line): void {
	const ask = async (wish: object) => {
		const model = await startChatModel(wish);
		line().atEnd(() => model.stop());
		const account = await line().openAccount(`Agent: ${JSON.stringify(wish)}`);
		const workflow = await model.chosenIn(line(), agentWorkflow(JSON.stringify(wish)));
		const execution = await line().press(workflow, account);
		expect(errorOf(execution)).toBeUndefined();
		const [said] = outputOf(execution, 'AI Agent');
		return { model, account, said: String(said?.json.output), answer: model.toolAnswers().at(-1) };
	};

	tried('an AI agent calls the node as its tool and gets short JSON with the address', async () => {
		const { model, account, said, answer } = await ask({ prompt: 'a lemon cake on a stand' });
		const [task] = account.sandbox.tasks.values();
		expect(account.sandbox.books.creates).toBe(1);
		expect(task?.prompt).toBe('a lemon cake on a stand');
		expect(answer).toContain(task?.id);
		expect(answer).toContain(task?.imageUrls[0]);
		expect(answer?.length).toBeLessThan(1500);
		expect(said).toContain(task?.id);
		expect(model.requests.length).toBe(2);
		return `${account.spent()}; the agent got ${answer?.length} characters of JSON, no file`;
	});

	tried('an agent is told of a failure in words it can act upon', async () => {
		const { account, answer } = await ask({ prompt: 'a cake [task: failed]' });
		const [task] = account.sandbox.tasks.values();
		expect(account.sandbox.books.creates).toBe(1);
		expect(answer).toMatch(/The image could not be made/);
		expect(answer).toContain(task?.id);
		return `${account.spent()}; the agent was told: ${answer?.slice(0, 160)} …`;
	});
}
