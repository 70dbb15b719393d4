import fastify from 'fastify';
import type { StoredCredential } from '../../host/rest.mts';
import type { Workflow } from '../../host/workflow.mts';
import type { Line } from './line.mts';

interface Message {
	role: string;
	content?: unknown;
	tool_calls?: unknown;
}

/** What an agent sent to the model. */
interface ChatRequest {
	stream?: boolean;
	messages: Message[];
	tools?: Array<{ function: { name: string; description?: string; parameters: unknown } }>;
}

/** A chat model on this machine, spoken to as OpenAI is, which always does the same. */
export interface ChatModel {
	requests: ChatRequest[];
	/** What the tool has answered, as text, in order. */
	toolAnswers(): string[];
	/** The workflow with its chat models set to this one, in the given n8n. */
	chosenIn(line: Line, workflow: Workflow): Promise<Workflow>;
	stop(): Promise<void>;
}

/** A model that calls the first tool it is offered with `wish`, then says what the tool answered. */
export async function startChatModel(wish: object): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const app = fastify({ bodyLimit: 10e6, forceCloseConnections: true });
	app.post('/v1/chat/completions', async (request) => {
		const chat = request.body as ChatRequest;
		requests.push(chat);
		const answer = chat.messages.filter(({ role }) => role === 'tool').at(-1);
		const [tool] = chat.tools ?? [];
		const message =
			answer === undefined && tool !== undefined
				? {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: 'call_1',
								type: 'function',
								function: { name: tool.function.name, arguments: JSON.stringify(wish) },
							},
						],
					}
				: { role: 'assistant', content: `The tool said: ${textOf(answer)}` };
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
	const credentials = new Map<Line, StoredCredential>();
	const credentialIn = async (line: Line): Promise<StoredCredential> => {
		const known = credentials.get(line);
		if (known) return known;
		const created = await line.api.session.post<StoredCredential>('/credentials', {
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'sk-scripted', url: `${url}/v1`, header: false },
		});
		credentials.set(line, created);
		return created;
	};
	return {
		requests,
		toolAnswers: () =>
			requests.flatMap(({ messages }) => {
				const last = messages.at(-1);
				return last?.role === 'tool' ? [textOf(last)] : [];
			}),
		async chosenIn(line, workflow) {
			const { id, name } = await credentialIn(line);
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
