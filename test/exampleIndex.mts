import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../host/places.mts';

/** What examples/examples.json says of one example, and tests hold it to. */
export interface Example {
	file: string;
	does: string;
	/** How it is started from outside. */
	webhook: { method: string; path: string; body?: object };
	/** Status and content type, as `200 image/png`. */
	answers: string;
	executions: number;
	/** Images by the node that makes them. */
	images: Record<string, number>;
	credits: number;
	/** What it cannot run without. */
	needs?: string;
}

export const exampleIndex = JSON.parse(
	readFileSync(join(root, 'examples', 'examples.json'), 'utf8'),
) as Example[];
