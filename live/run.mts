import { chargedBy } from '../nodes/Flux2/api/failures.ts';
import type { TerminalTask } from '../nodes/Flux2/api/task.ts';
import { isLoopback } from '../nodes/Flux2/transport/reachability.ts';
import { UserFacingError } from '../host/userFacingError.mts';
import { Doorbell } from './doorbell.mts';
import { askForFree, follow } from './exchange.mts';
import { seconds } from './findings.mts';
import { fetchImage } from './image.mts';
import { inShort, whyNotToBuy, wordsOf } from './inWords.mts';
import { readOptions, type Options } from './options.mts';
import { orderOf, PRICE } from './order.mts';
import { purchase } from './purchase.mts';
import { isWhole, RECORDED, writeRecording, type Fragment } from './recording.mts';
import { reportOf, shortPath } from './report.mts';
import { Secrets } from './secrets.mts';
import { Service } from './service.mts';

/** What a live check needs of the process it runs in. */
export interface Surroundings {
	args: string[];
	env: NodeJS.ProcessEnv;
	print: (text: string) => void;
	/** Asks who sits there; absent where nobody does. */
	ask?: (question: string) => Promise<string>;
}

/** Longer than any time between an image and its callback that a user would wait for. */
const FIRST_RING_MS = 60_000;

const MADE_HERE = 'Made from a server on the same machine, not from API in One.';

const REAL_TIME = {
	now: () => Date.now(),
	pause: async (ms: number) => await new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/**
 * Buys one image and tells what can be learned from it.
 *
 * @returns the exit code: 0 when an image came and the node can read all of it.
 * @throws PlainFailure
 */
export async function runLive(surroundings: Surroundings): Promise<number> {
	const options = readOptions(surroundings.args, surroundings.env);
	const mayAsk = surroundings.ask !== undefined;
	if (!options.yes && !mayAsk)
		throw new UserFacingError(
			`This would buy one image for ${PRICE}, and here is no terminal to ask in. Add --yes to buy it. Nothing was sent.`,
		);
	const bell = options.listen === undefined ? undefined : await Doorbell.at(options.listen);
	try {
		return await new LiveCheck(options, surroundings, bell).run();
	} finally {
		await bell?.stop();
	}
}

class LiveCheck {
	readonly #secrets: Secrets;
	readonly #service: Service;
	readonly #recording: Fragment;
	readonly #print: (text: string) => void;

	constructor(
		private readonly options: Options,
		private readonly surroundings: Surroundings,
		private readonly bell: Doorbell | undefined,
	) {
		const { apiKey, baseUrl, callbackUrl } = options;
		this.#secrets = new Secrets(apiKey, callbackUrl);
		this.#service = new Service(baseUrl, apiKey, this.#secrets);
		this.#print = (text) => surroundings.print(this.#secrets.hide(text));
		if (callbackUrl) bell?.expect(callbackUrl, this.#secrets);
		this.#recording = {
			format: 1,
			...(isLoopback(baseUrl) ? { note: MADE_HERE } : {}),
			service: baseUrl,
			madeAt: new Date().toISOString(),
		};
	}

	async run(): Promise<number> {
		this.#print(`The live check, against ${this.options.baseUrl}\n`);
		await this.#askForFree();
		if (!(await this.#mayBuy())) return 1;
		const orderedAt = Date.now();
		const taskId = await this.#order();
		if (taskId === undefined) return await this.#endEarly();
		const settled = await this.#follow(taskId, orderedAt);
		if (settled === undefined || !(await this.#fetchImage(settled))) return await this.#endEarly();
		await this.#listen(orderedAt);
		return await this.#conclude();
	}

	/** What costs nothing comes first: a wrong key or address is found out before anything is bought. */
	async #askForFree(): Promise<void> {
		const { wrongKey, unknownTask } = await askForFree(this.#service);
		this.#recording.wrongKey = wrongKey.answer;
		this.#recording.unknownTask = unknownTask.answer;
		this.#print(`A wrong key gets ${inShort(wrongKey)}`);
		this.#print(`An unknown task gets ${inShort(unknownTask)}`);
		const problem =
			whyNotToBuy(unknownTask) ?? (wrongKey.answer ? undefined : whyNotToBuy(wrongKey));
		if (problem !== undefined) throw new UserFacingError(`${problem} Nothing was bought.`);
	}

	async #mayBuy(): Promise<boolean> {
		this.#print(`\nOne image, the cheapest there is: ${PRICE}. Nothing else is bought.`);
		if (this.options.yes) return true;
		const answer = await this.surroundings.ask?.('Buy it? Type yes: ');
		if (/^y(es)?$/i.test(answer?.trim() ?? '')) return true;
		this.#print('Nothing was bought.');
		return false;
	}

	/** The one request that costs something. It is not sent again, whatever comes. */
	async #order(): Promise<string | undefined> {
		const body = orderOf(this.#secrets.callbackUrl);
		this.#recording.asked = orderOf(body.callback_url && this.#secrets.hide(body.callback_url));
		purchase.ordering();
		const { outcome, answer } = await this.#service.create(body);
		this.#recording.create = answer;
		if ('failure' in outcome) {
			const charged = chargedBy(outcome.failure.failure);
			if (charged === 'no') purchase.refused();
			this.#print(wordsOf(outcome.failure));
			this.#print(
				charged === 'no'
					? 'Nothing was charged.'
					: 'It may have been charged, and is not ordered again. Look it up in your API in One account before you try once more.',
			);
			return undefined;
		}
		purchase.bought(outcome.value);
		this.#recording.taskId = outcome.value;
		this.#print(`Ordered: task ${outcome.value}`);
		return outcome.value;
	}

	async #follow(
		taskId: string,
		orderedAt: number,
	): Promise<Extract<TerminalTask, { state: 'succeeded' }> | undefined> {
		const { looks, outcome } = await follow(
			this.#service,
			taskId,
			orderedAt,
			REAL_TIME,
			(asked, afterMs) => this.#print(`  after ${seconds(afterMs)}: ${inShort(asked)}`),
		);
		this.#recording.looks = looks;
		if ('failure' in outcome) {
			this.#print(`${wordsOf(outcome.failure)}\n${purchase.inWords()}`);
			return undefined;
		}
		if (outcome.value.state === 'succeeded') return outcome.value;
		this.#print(
			`Task ${taskId} failed: ${outcome.value.reason}. The service says it bills only successful images.`,
		);
		return undefined;
	}

	async #fetchImage({
		imageUrls,
	}: Extract<TerminalTask, { state: 'succeeded' }>): Promise<boolean> {
		const [url = ''] = imageUrls;
		this.#print(`The image: ${url}`);
		try {
			this.#recording.image = await fetchImage(url, this.#secrets.hide);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			this.#print(`It could not be fetched: ${why}. ${purchase.inWords()}`);
			return false;
		}
		return true;
	}

	async #listen(orderedAt: number): Promise<void> {
		if (this.bell === undefined) return;
		this.#print('Waiting for callbacks …');
		await this.bell.untilQuiet(FIRST_RING_MS, this.options.quietMs);
		this.#recording.callbacks = this.bell.ringsSince(orderedAt);
		this.#print(`Callbacks: ${this.#recording.callbacks.length}`);
	}

	async #conclude(): Promise<number> {
		const recording = this.#recording;
		if (!isWhole(recording)) return await this.#endEarly();
		const path = await writeRecording(recording, this.#secrets, this.options);
		// Only now: it takes a second to load, and nobody should wait for that before the price is said.
		const { recordSandbox } = await import('./sandboxRecording.mts');
		const sandbox = await recordSandbox(recording.callbacks !== undefined);
		this.#print(`\n${await reportOf(recording, sandbox)}`);
		this.#print(
			`\nRecorded in ${shortPath(path)}, without the key. Read it before you share it: it holds what the service answered.`,
		);
		if ((this.options.into ?? RECORDED) === RECORDED)
			this.#print('Every `npm test` reads it from now on.');
		return 0;
	}

	/** What was heard until then is kept where `npm test` does not read it. */
	async #endEarly(): Promise<number> {
		const path = await writeRecording(this.#recording, this.#secrets, this.options);
		this.#print(`What was heard, without the key: ${shortPath(path)}`);
		return 1;
	}
}
