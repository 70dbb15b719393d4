import type { INodeExecutionData, ITaskData } from 'n8n-workflow';
import type { RunningExecution } from '../engine/executions.mts';
import type { Result } from '../engine/result.mts';
import type { LoggedRequest } from '../../sandbox/requestLog.mts';
import { createFixture, type Fixture } from '../nodes/fixture.mts';
import { InterceptingProxy } from './interceptingProxy.mts';
import { OtherHost } from './otherHost.mts';
import type { Fault, Outcome } from './fault.mts';

/** The nodes of the test workflows that are not Flux 2. */
const OTHER_NODES: ReadonlySet<string> = new Set(['Start', 'Loop']);

/** The environment of one fault: a new sandbox, a new n8n, and another host for redirects. */
export class Scenario {
	private constructor(
		private readonly fault: Fault,
		readonly fixture: Fixture,
		readonly otherHost: OtherHost,
		private readonly proxy: InterceptingProxy | undefined,
	) {}

	static async open(fault: Fault): Promise<Scenario> {
		const otherHost = new OtherHost();
		await otherHost.open();
		const fixture = await createFixture(
			{ redirectOrigin: otherHost.url, ...fault.service },
			fault.n8n,
		);
		const proxy = fault.intercept && new InterceptingProxy(fixture.sandbox.url, fault.intercept);
		await proxy?.open();
		if (proxy !== undefined)
			Object.assign(fixture.engine.credentials.apiInOneApi!, { baseUrl: proxy.url });
		return new Scenario(fault, fixture, otherHost, proxy);
	}

	/** Starts the workflow, with an item for each prompt. */
	start(): RunningExecution {
		const { prompts, run: { parameters, ...options } = {} } = this.fault;
		return this.fixture.engine.run({
			items: prompts.map((prompt) => ({ json: { prompt } })),
			parameters: { prompt: '={{ $json.prompt }}', ...parameters },
			...options,
		});
	}

	requests(route: LoggedRequest['route']): LoggedRequest[] {
		return this.fixture.sandbox.requests.filter((request) => request.route === route);
	}

	/** Resolves as soon as the condition holds, which is checked at every turn of the event loop. */
	async waitUntil(condition: () => boolean): Promise<void> {
		while (!condition()) await new Promise((resolve) => setImmediate(resolve));
	}

	/** Runs the workflow and cancels it as soon as the condition holds. */
	async stopWhen(condition: () => boolean, by?: 'user' | 'timeout'): Promise<Result> {
		const running = this.start();
		await this.waitUntil(condition);
		return await running.cancel(by);
	}

	/** The actual outcome. */
	outcome(results: readonly Result[]): Outcome {
		const { billing, tasks } = this.fixture.sandbox;
		const last = results.at(-1)!;
		const text = results.map(visibleText).join('\n');
		return {
			createRequests: this.requests('create').length,
			tasksCreated: billing.creates,
			credits: billing.creditsCharged - billing.creditsRefunded,
			items: allItems(last).map(describeItem),
			tasksNamed: [...tasks.keys()].filter((id) => text.includes(id)).length,
			status: last.status,
		};
	}

	async close(): Promise<void> {
		await this.fixture.close();
		await this.proxy?.close();
		await this.otherHost.close();
	}
}

/** Every run of a Flux 2 node in an execution. */
const runsOf = (result: Result): ITaskData[] =>
	Object.entries(result.data.resultData.runData)
		.filter(([name]) => !OTHER_NODES.has(name))
		.flatMap(([, runs]) => runs);

/** Every item that the Flux 2 nodes output, in all their runs. */
export const allItems = (result: Result): INodeExecutionData[] =>
	runsOf(result).flatMap((run) => (run.data?.main ?? []).flatMap((items) => items ?? []));

/** An item in a word: `image`, `2 images`, `link` (a URL without its file), `pending`, `failed`, `input`. */
export function describeItem({ json, binary }: INodeExecutionData): string {
	if (json.error !== undefined) return 'failed';
	if (json.status === undefined) return 'input';
	if (json.status !== 'succeeded') return String(json.status);
	const files = Object.keys(binary ?? {}).length;
	if (files === 0) return 'link';
	return files === 1 ? 'image' : `${files} images`;
}

/**
 * Everything that a user can read of an execution. n8n stores nothing that the node output or threw
 * in a stopped one, so only n8n's log counts there.
 */
export function visibleText(result: Result): string {
	const { status, error, logs } = result;
	if (status === 'canceled') return logs.map(({ message }) => message).join('\n');
	const items = allItems(result).map(({ json }) => JSON.stringify(json));
	const hints = runsOf(result)
		.flatMap((run) => run.hints ?? [])
		.map(({ message }) => message);
	return [...items, ...hints, error?.message, error?.description].filter(Boolean).join('\n');
}
