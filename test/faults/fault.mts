import type { ExecutionStatus } from 'n8n-workflow';
import type { SandboxOptions } from '../../sandbox/server.mts';
import type { EngineOptions, RunSketch } from '../engine/engine.mts';
import type { Result } from '../engine/result.mts';
import type { Meddling } from './between.mts';
import type { Scene } from './scene.mts';

/** What came of a fault: at the service, and at the user's. */
export interface Outcome {
	/** Requests to order that reached the service. */
	sent: number;
	/** Orders that the service took. */
	creates: number;
	/** Credits charged, less those refunded. */
	credits: number;
	/** What became of each item, in order: see `wordFor`. */
	out: string[];
	/** Tasks whose ID the user can read, in an item, an error, a hint or, when stopped, in n8n's log. */
	named: number;
	/** How the (last) execution ended. */
	status: ExecutionStatus;
}

/** One row of the matrix: what goes wrong, and what has to come of it. */
export interface Fault {
	/** In words that a user would understand. */
	fault: string;
	/** The prompt of each item. Words in brackets ask the sandbox for trouble. */
	prompts: string[];
	sketch?: RunSketch;
	service?: SandboxOptions;
	/** How n8n is set up. */
	n8n?: Partial<EngineOptions>;
	/** Changes answers of the service on their way. */
	between?: Meddling;
	/** What the user does; by default they run the workflow once. All executions are given back. */
	act?: (scene: Scene) => Promise<Result[]>;
	outcome: Outcome;
	/** What the user must be able to read. */
	says?: RegExp[];
	/** What the user must not be told. */
	neverSays?: RegExp[];
	/** Whatever else has to hold. */
	also?: (scene: Scene, results: Result[]) => void;
}

/** A part of the matrix. */
export interface Chapter {
	title: string;
	faults: Fault[];
}

/** Credits of the price list for one image, as the rows order it. */
export const PRICE = 5;

/** Images that came, each ordered and paid for once. */
export const images = (count: number): Outcome => ({
	sent: count,
	creates: count,
	credits: count * PRICE,
	out: Array.from({ length: count }, () => 'image'),
	named: count,
	status: 'success',
});

/** So many tasks were ordered and paid for, all are named, and the workflow stopped. */
export const stoppedWith = (count: number): Outcome => ({
	...images(count),
	out: [],
	status: 'error',
});
