import { randomUUID } from 'node:crypto';
import type { Workflow } from '../../host/workflow.mts';
import { startChatModel } from './chatModel.mts';
import { errorOf, outputOf } from './executionData.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';
import { flux2, manualTrigger, manualTriggerName } from './workflowBuilder.mts';

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
			manualTrigger(),
			node('AI Agent', 'agent', 2, { promptType: 'define', text, options: {} }),
			node('Chat model', 'lmChatOpenAi', 1.2, {
				model: { __rl: true, mode: 'id', value: 'scripted' },
				options: {},
			}),
			{ ...tool, type: 'n8n-nodes-flux2.flux2Tool' },
		],
		connections: {
			[manualTriggerName]: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			'Chat model': {
				ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
			},
			'Flux 2': { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}

/** Flux 2 as the tool of an AI agent, with a scripted local chat model. */
export function testAgent(n8n: () => N8nInstance): void {
	const runAgent = async (toolArguments: object) => {
		const model = await startChatModel(toolArguments);
		n8n().onClose(() => model.stop());
		const account = await n8n().openAccount(`Agent: ${JSON.stringify(toolArguments)}`);
		const workflow = await model.useIn(n8n(), agentWorkflow(JSON.stringify(toolArguments)));
		const execution = await n8n().runManually(workflow, account);
		expect(errorOf(execution)).toBeUndefined();
		const [reply] = outputOf(execution, 'AI Agent');
		return {
			model,
			account,
			reply: String(reply?.json.output),
			toolResult: model.toolResults().at(-1),
		};
	};

	reportedTest(
		'an AI agent uses the node as a tool and receives short JSON with the image URL',
		async () => {
			const { model, account, reply, toolResult } = await runAgent({
				prompt: 'a lemon cake on a stand',
			});
			const [task] = account.sandbox.tasks.values();
			expect(account.sandbox.billing.creates).toBe(1);
			expect(task?.prompt).toBe('a lemon cake on a stand');
			expect(toolResult).toContain(task?.id);
			expect(toolResult).toContain(task?.imageUrls[0]);
			expect(toolResult?.length).toBeLessThan(1500);
			expect(reply).toContain(task?.id);
			expect(model.requests.length).toBe(2);
			return `${account.spending()}; the agent received ${toolResult?.length} characters of JSON, no file`;
		},
	);

	reportedTest(
		'an AI agent receives an error message that names the cause and the task',
		async () => {
			const { account, toolResult } = await runAgent({ prompt: 'a cake [task: failed]' });
			const [task] = account.sandbox.tasks.values();
			expect(account.sandbox.billing.creates).toBe(1);
			expect(toolResult).toMatch(/Image generation failed/);
			expect(toolResult).toContain(task?.id);
			return `${account.spending()}; the agent was told: ${toolResult?.slice(0, 160)} …`;
		},
	);
}
