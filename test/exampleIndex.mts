import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../host/paths.mts';

/** The entry of one example in examples/examples.json, which the tests verify. */
export interface Example {
	file: string;
	description: string;
	/** The webhook that starts it. */
	webhook: { method: string; path: string; body?: object };
	/** What the webhook responds with, e.g. "the image". */
	response: string;
	executions: number;
	/** The number of images by the name of the node that generates them. */
	images: Record<string, number>;
	credits: number;
	/** What it needs besides an API in One account. */
	requires?: string;
}

export const exampleIndex = JSON.parse(
	readFileSync(join(root, 'examples', 'examples.json'), 'utf8'),
) as Example[];
