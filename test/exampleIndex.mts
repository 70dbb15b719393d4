import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../host/paths.mts';

/** The entry of one example in examples/examples.json, which the tests verify. */
export interface Example {
	file: string;
	description: string;
	/** What starts it: the button in the editor, or a request to a webhook once it is published. */
	start: 'Execute workflow' | WebhookStart;
	/** All executions that follow from one start. */
	executions: number;
	/** The number of images by the name of the node that outputs them. */
	images: Record<string, number>;
	/** What the sandbox charges and does not refund. */
	credits: number;
	/** What is entered into the form that an execution waits for, by the label of the field. */
	form?: Record<string, string>;
	/** The workflow that belongs to it and has to be published before it is started. */
	publishFirst?: string;
	/** The data table that it fills, and the rows in the end. */
	dataTable?: { name: string; columns: string[]; rows: number };
	/** What it needs besides an API in One account. */
	requires?: string;
}

export interface WebhookStart {
	method: string;
	path: string;
	body?: object;
	/** What the webhook responds with, e.g. "the image". */
	response: string;
}

export const exampleIndex = JSON.parse(
	readFileSync(join(root, 'examples', 'examples.json'), 'utf8'),
) as Example[];
