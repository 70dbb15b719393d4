import { setTimeout as sleep } from 'node:timers/promises';
import { shorten } from '../nodes/Flux2/api/excerpt.ts';
import { Flux2Failure } from '../nodes/Flux2/api/failures.ts';
import { urlsIn } from '../nodes/Flux2/api/imageUrls.ts';
import { isTerminal, type Task, type TerminalTask } from '../nodes/Flux2/api/task.ts';
import { errorMessage } from '../nodes/Flux2/transport/errorMessages.ts';
import { pollUntilDone } from '../nodes/Flux2/transport/polling.ts';
import { listen, waitUntilQuiet } from './callbackListener.mts';
import { clientOf, downloadImage, isFlux2Failure, recordingSend, wordsOf } from './client.mts';
import { PRICE, requestBody, type readOptions } from './options.mts';
import { messagesOf, secondsOf, writeRecording } from './recording.mts';
import type { Message, Recorder, Recording, Step } from './recording.mts';
import { keptHeaders, redactionOf } from './redaction.mts';
import { reportOf } from './report.mts';

/** No account has this key, or this task: the node's credential test asks for it too. */
const [WRONG_KEY, UNKNOWN_TASK] = ['aio_wrong_key_of_the_live_check', 'n8n-credential-test'];
const contentOf = ({ status, body }: Message): string => JSON.stringify([status, body]);

/** The command `npm run live`: generates one image, and says what can be learned from it. */
export class LiveCheck {
	/** What it has cost so far, and how the image can still be had. */
	cost = 'Nothing was charged.';
	readonly #recording: Recording;
	readonly #redaction: ReturnType<typeof redactionOf>;
	#createdAt = Date.now();

	constructor(
		private readonly options: ReturnType<typeof readOptions>,
		private readonly write: (line: string) => void,
		private readonly confirm: (question: string) => Promise<boolean>,
	) {
		const { baseUrl: service, apiKey, callback } = options;
		this.#redaction = redactionOf(apiKey, callback);
		this.#recording = { format: 2, service, madeAt: new Date().toISOString(), messages: [] };
	}

	/** Returns the exit code, 0 when an image came. @throws Error where none was requested. */
	async run(): Promise<number> {
		const { baseUrl, yes, port, quietMs } = this.options;
		const { callbackUrl = '', redact } = this.#redaction;
		const server = port ? await listen(port, callbackUrl, this.#recorder('callback')) : undefined;
		try {
			this.#print(`The live check, against ${baseUrl}`);
			await this.#sendFreeRequests();
			this.#print(`One image, the cheapest there is: ${PRICE}. Nothing else is charged.`);
			if (!yes && !(await this.confirm('Generate it?'))) throw new Error('Not generated.');
			const hasImage = await this.#generate();
			if (hasImage && server) {
				this.#print('Waiting for callbacks …');
				const isFirst = messagesOf(this.#recording, 'callback').length === 0;
				await waitUntilQuiet(server, isFirst ? 60_000 : quietMs, quietMs);
			}
			const path = await writeRecording(this.#recording, redact, this.options);
			this.#print(`Recorded, without the key, in ${path}. Read it before you share it.`);
			if (hasImage) this.#print(await reportOf(this.#recording));
			return hasImage ? 0 : 1;
		} finally {
			server?.close().closeAllConnections();
		}
	}

	/** Asks for a task that does not exist: a wrong key or address shows before anything is charged. */
	async #sendFreeRequests(): Promise<void> {
		for (const step of ['wrong key', 'unknown task'] as const)
			try {
				await this.#client(step).getTask(UNKNOWN_TASK);
			} catch (error) {
				if (!isFlux2Failure(error)) throw error;
				const code = error.failure.kind === 'api-error' ? error.failure.code : 0;
				const refusesAll = code < 400 || code >= 500 || [401, 403, 429, 455].includes(code);
				if (code > 0 && (step === 'wrong key' || !refusesAll)) continue;
				throw new Error(`${wordsOf(error)}. Check APIINONE_API_KEY and APIINONE_BASE_URL.`);
			}
	}

	/** The one create, and what follows. What ends it early is printed. Says whether an image came. */
	async #generate(): Promise<boolean> {
		const body = requestBody(this.#redaction.callbackUrl);
		this.#recording.request = this.#redaction.copy(body);
		this.#createdAt = Date.now();
		this.cost = 'The image may have been charged: check your account before you try again.';
		try {
			const created = await this.#client('create').createTask(body, Number.POSITIVE_INFINITY);
			this.#recording.taskId = created.id;
			this.cost = `The image is not lost: the Get Task operation gets task ${created.id}.`;
			this.#print(`Created: task ${created.id}`);
			const task = isTerminal(created) ? created : await this.#poll(created.id, urlsIn(body));
			if (task.state === 'failed')
				throw new Flux2Failure({ ...task, kind: 'task-failed' }, created.id);
			await downloadImage(task.imageUrls[0] ?? '', this.#recorder('image'));
			return true;
		} catch (error) {
			const request = { prompt: body.prompt, sentAt: new Date(this.#createdAt).toISOString() };
			if (isFlux2Failure(error))
				this.cost = errorMessage(Object.assign(error, { request })).description;
			this.#print(`${wordsOf(error)}. ${this.cost}`);
			return false;
		}
	}

	/** Polls as the node does, and before that once at once, to see what a new task shows. */
	async #poll(taskId: string, sent: string[]): Promise<TerminalTask> {
		const client = this.#client('poll');
		const getTask = async (): Promise<Task> => await client.getTask(taskId, { sent });
		await getTask().catch(() => undefined);
		const pause = async (ms: number) => await sleep(ms, true);
		const createdAt = this.#createdAt;
		const time = { createdAt, timeoutSeconds: 300, deadline: createdAt + 300_000, now: Date.now };
		return await pollUntilDone({ taskId, getTask, pause, ...time, random: Math.random });
	}

	#client(step: Step) {
		const { apiKey, baseUrl } = this.options;
		const send = recordingSend(step === 'wrong key' ? WRONG_KEY : apiKey, this.#recorder(step));
		return clientOf(baseUrl, send, this.#redaction.redact);
	}

	#recorder =
		(step: Step): Recorder =>
		(message) => {
			const afterMs = Date.now() - this.#createdAt;
			const headers = keptHeaders(message.headers);
			const added: Message = this.#redaction.copy({ step, afterMs, ...message, headers });
			const known = messagesOf(this.#recording, step).map(contentOf);
			if (step === 'poll' && known.includes(contentOf(added))) return;
			this.#recording.messages.push(added);
			const type = added.callback?.method ?? `HTTP ${added.status}`;
			this.#print(`  ${secondsOf(added)}, ${step}: ${type} ${shorten(added.body)}`);
		};

	#print = (line: string): void => this.write(this.#redaction.redact(line));
}
