import fastify from 'fastify';
import type { StoredCredential } from '../../host/n8nApi.mts';
import type { Workflow } from '../../host/workflow.mts';
import type { N8nInstance } from './n8nInstance.mts';

interface Message {
	role: string;
	content?: unknown;
	tool_calls?: unknown;
}

/** The body of a request from n8n's agent to the model. */
interface ChatRequest {
	stream?: boolean;
	messages: Message[];
	tools?: Array<{ function: { name: string; description?: string; parameters: unknown } }>;
}

/** A local server with OpenAI's chat API and scripted responses. */
export interface ChatModel {
	requests: ChatRequest[];
	/** The results of the tool as text, oldest first. */
	toolResults(): string[];
	/** Returns the workflow with this model's credential, stored in `n8n`, in its chat model nodes. */
	useIn(n8n: N8nInstance, workflow: Workflow): Promise<Workflow>;
	stop(): Promise<void>;
}

/** A model that calls the first tool it is offered with `toolArguments`, then repeats the result. */
export async function startChatModel(toolArguments: object): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const app = fastify({ bodyLimit: 10e6, forceCloseConnections: true });
	app.post('/v1/chat/completions', async (request) => {
		const chat = request.body as ChatRequest;
		requests.push(chat);
		const toolMessage = chat.messages.filter(({ role }) => role === 'tool').at(-1);
		const [tool] = chat.tools ?? [];
		const message =
			toolMessage === undefined && tool !== undefined
				? {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: 'call_1',
								type: 'function',
								function: { name: tool.function.name, arguments: JSON.stringify(toolArguments) },
							},
						],
					}
				: { role: 'assistant', content: `The tool said: ${textOf(toolMessage)}` };
		return {
			id: 'chatcmpl-1',
			object: 'chat.completion',
			created: 1,
			model: 'scripted',
			choices: [
				{ index: 0, message, finish_reason: 'tool_calls' in message ? 'tool_calls' : 'stop' },
			],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	});
	const url = await app.listen({ host: '127.0.0.1', port: 0 });
	const credentials = new Map<N8nInstance, StoredCredential>();
	const credentialIn = async (n8n: N8nInstance): Promise<StoredCredential> => {
		const stored = credentials.get(n8n);
		if (stored) return stored;
		const created = await n8n.api.session.post<StoredCredential>('/credentials', {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'sk-scripted', url: `${url}/v1`, header: false },
		});
		credentials.set(n8n, created);
		return created;
	};
	return {
		requests,
		toolResults: () =>
			requests.flatMap(({ messages }) => {
				const last = messages.at(-1);
				return last?.role === 'tool' ? [textOf(last)] : [];
			}),
		async useIn(n8n, workflow) {
			const { id, name } = await credentialIn(n8n);
			const nodes = workflow.nodes.map((node) =>
				node.type === '@n8n/n8n-nodes-langchain.lmChatOpenAi'
					? { ...node, credentials: { openAiApi: { id, name } } }
					: node,
			);
			return { ...workflow, nodes };
		},
		stop: async () => await app.close(),
	};
}

function textOf(message: Message | undefined): string {
	const { content } = message ?? {};
	return typeof content === 'string' ? content : JSON.stringify(content ?? '');
}
