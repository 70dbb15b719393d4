import type { ExecutionStatus } from 'n8n-workflow';
import type { SandboxOptions } from '../../sandbox/server.mts';
import type { EngineOptions, RunOptions } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import type { Interceptor } from './interceptingProxy.mts';
import type { Scenario } from './scenario.mts';

/** The outcome of a fault, at the service and for the user. */
export interface Outcome {
	/** Create requests that reached the service. */
	createRequests: number;
	/** Tasks that the service created. */
	tasksCreated: number;
	/** Credits charged, minus those refunded. */
	credits: number;
	/** Each output item in a word, in order: see `describeItem`. */
	items: string[];
	/** Tasks whose ID the user can read: in an item, an error, a hint, or in n8n's log if stopped. */
	tasksNamed: number;
	/** Status of the (last) execution. */
	status: ExecutionStatus;
}

/** A row of the fault matrix: what goes wrong, and the expected outcome. */
export interface Fault {
	/** In words that a user understands. */
	title: string;
	/** The prompt of each item. Tags in brackets ask the sandbox for a fault. */
	prompts: string[];
	run?: RunOptions;
	service?: SandboxOptions;
	/** How n8n is configured. */
	n8n?: Partial<EngineOptions>;
	/** Changes responses of the service before n8n gets them. */
	intercept?: Interceptor;
	/** What the user does; by default, runs the workflow once. Returns all executions. */
	act?: (scenario: Scenario) => Promise<Result[]>;
	outcome: Outcome;
	/** Text that the user must be shown. */
	shows?: RegExp[];
	/** Text that the user must not be shown. */
	neverShows?: RegExp[];
	/** Further assertions. */
	check?: (scenario: Scenario, results: Result[]) => void;
}

/** A group of rows of the fault matrix. */
export interface FaultGroup {
	title: string;
	faults: Fault[];
}

/** Credits for one image by the price list, with the mode and resolution of all rows. */
export const PRICE = 5;

/** Every image arrived, and was created and paid for once. */
export const images = (count: number): Outcome => ({
	createRequests: count,
	tasksCreated: count,
	credits: count * PRICE,
	items: Array.from({ length: count }, () => 'image'),
	tasksNamed: count,
	status: 'success',
});

/** The workflow ended with an error after this many tasks were created, paid for and named. */
export const errorAfter = (count: number): Outcome => ({
	...images(count),
	items: [],
	status: 'error',
});
