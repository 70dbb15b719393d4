import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestBody } from '../nodes/Flux2/api/contract.ts';
import { root } from '../host/paths.mts';

/** What a message belongs to. */
export type Step = 'wrong key' | 'unknown task' | 'create' | 'poll' | 'image' | 'callback';

/** A response of the service, or a callback. */
export interface Message {
	step: Step;
	/** Milliseconds since the create was sent. */
	afterMs: number;
	status?: number;
	headers: { [name: string]: unknown };
	/** JSON where it is JSON, else text. Of the image, what is known of it. */
	body: unknown;
	/** Whether the token in the callback URL came back, and what was added to its query. */
	callback?: { method?: string; tokenKept: boolean; addedQuery: { [name: string]: string } };
}

/** Takes a message of a step that it knows. */
export type Recorder = (message: Omit<Message, 'step' | 'afterMs'>) => void;

/** One exchange with the service, without secrets. `request` is the body of the create. */
export interface Recording {
	format: 2;
	service: string;
	madeAt: string;
	request?: RequestBody;
	taskId?: string;
	/** Of the polls, only those that say something new. */
	messages: Message[];
}

/** The messages of one step. */
export const messagesOf = ({ messages }: Recording, step: Step): Message[] =>
	messages.filter((message) => message.step === step);

/** When a message came, for people. */
export const secondsOf = ({ afterMs }: Message): string => `${(afterMs / 1_000).toFixed(1)} s`;

/** Every `npm test` reads what is here. */
export const RECORDED = join(root, 'test', 'recorded');

/**
 * Writes a recording, never over another one; without an image, to where neither git nor a test looks.
 * Returns its path. @throws Error when `redact` still finds a secret in it.
 */
export async function writeRecording(
	recording: Recording,
	redact: (text: string) => string,
	{ into, name }: { into?: string; name?: string },
): Promise<string> {
	const text = `${JSON.stringify(recording, undefined, '\t')}\n`;
	if (redact(text) !== text) throw new Error('A secret was left in the recording: not written.');
	const incomplete = into ? join(into, 'incomplete') : join(root, '.reports', 'live');
	const folder = messagesOf(recording, 'image').length > 0 ? (into ?? RECORDED) : incomplete;
	await mkdir(folder, { recursive: true });
	const time = recording.madeAt.slice(0, 19).replaceAll(':', '');
	const path = join(folder, `${time}-${name ?? new URL(recording.service).hostname}.json`);
	await writeFile(path, text, { flag: 'wx' });
	return path;
}
