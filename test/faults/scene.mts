import type { INodeExecutionData, ITaskData } from 'n8n-workflow';
import type { Running } from '../engine/executions.mts';
import type { Result } from '../engine/result.mts';
import type { LoggedRequest } from '../../sandbox/requestLog.mts';
import { openStage, type Stage } from '../nodes/stage.mts';
import { Between } from './between.mts';
import { Elsewhere } from './elsewhere.mts';
import type { Fault, Outcome } from './fault.mts';

/** The nodes of a workflow that are not Flux 2. */
const AROUND: ReadonlySet<string> = new Set(['Start', 'Loop']);

/** Where one fault plays: a fresh service, a fresh n8n, and another host that listens. */
export class Scene {
	private constructor(
		private readonly fault: Fault,
		readonly stage: Stage,
		readonly elsewhere: Elsewhere,
		private readonly between: Between | undefined,
	) {}

	static async open(fault: Fault): Promise<Scene> {
		const elsewhere = new Elsewhere();
		await elsewhere.open();
		const stage = await openStage({ elsewhere: elsewhere.url, ...fault.service }, fault.n8n);
		const between = fault.between && new Between(stage.sandbox.url, fault.between);
		await between?.open();
		if (between !== undefined)
			Object.assign(stage.engine.credentials.apiInOneApi!, { baseUrl: between.url });
		return new Scene(fault, stage, elsewhere, between);
	}

	/** Starts the workflow: the prompts are the items. */
	start(): Running {
		const { prompts, sketch: { parameters, ...sketch } = {} } = this.fault;
		return this.stage.engine.run({
			items: prompts.map((prompt) => ({ json: { prompt } })),
			parameters: { prompt: '={{ $json.prompt }}', ...parameters },
			...sketch,
		});
	}

	requests(route: LoggedRequest['route']): LoggedRequest[] {
		return this.stage.sandbox.requests.filter((request) => request.route === route);
	}

	/** Resolves as soon as something is so. Nobody sleeps meanwhile: it looks at every turn of the loop. */
	async until(isSo: () => boolean): Promise<void> {
		while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
	}

	/** Runs the workflow and stops it once something is so. */
	async stopOnce(isSo: () => boolean, by?: 'user' | 'timeout'): Promise<Result> {
		const running = this.start();
		await this.until(isSo);
		return await running.cancel(by);
	}

	/** What came of it all. */
	outcome(results: readonly Result[]): Outcome {
		const { books, tasks } = this.stage.sandbox;
		const last = results.at(-1)!;
		const text = results.map(told).join('\n');
		return {
			sent: this.requests('create').length,
			creates: books.creates,
			credits: books.creditsCharged - books.creditsRefunded,
			out: allItems(last).map(wordFor),
			named: [...tasks.keys()].filter((id) => text.includes(id)).length,
			status: last.status,
		};
	}

	async close(): Promise<void> {
		await this.stage.close();
		await this.between?.close();
		await this.elsewhere.close();
	}
}

/** Every run of a Flux 2 node in an execution. */
const runsOf = (result: Result): ITaskData[] =>
	Object.entries(result.data.resultData.runData)
		.filter(([name]) => !AROUND.has(name))
		.flatMap(([, runs]) => runs);

/** Every item that the Flux 2 nodes gave out, of all their runs and outputs. */
export const allItems = (result: Result): INodeExecutionData[] =>
	runsOf(result).flatMap((run) => (run.data?.main ?? []).flatMap((items) => items ?? []));

/** An item in a word: `image`, `2 images`, `link` (a URL without its file), `pending`, `failed`, `input`. */
export function wordFor({ json, binary }: INodeExecutionData): string {
	if (json.error !== undefined) return 'failed';
	if (json.status === undefined) return 'input';
	if (json.status !== 'succeeded') return String(json.status);
	const files = Object.keys(binary ?? {}).length;
	if (files === 0) return 'link';
	return files === 1 ? 'image' : `${files} images`;
}

/**
 * Everything that a user can read of an execution. Of a stopped one n8n keeps nothing that the node
 * said, so only n8n's log counts.
 */
export function told(result: Result): string {
	const { status, error, logs } = result;
	if (status === 'canceled') return logs.map(({ message }) => message).join('\n');
	const items = allItems(result).map(({ json }) => JSON.stringify(json));
	const hints = runsOf(result)
		.flatMap((run) => run.hints ?? [])
		.map(({ message }) => message);
	return [...items, ...hints, error?.message, error?.description].filter(Boolean).join('\n');
}
