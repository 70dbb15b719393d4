import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLoopback } from '../nodes/Flux2/transport/reachability.ts';
import { shapeOf } from './fields.mts';
import { findingsOf } from './findings.mts';
import { messagesOf, RECORDED, type Recording, type Step } from './recording.mts';

const STEPS: readonly Step[] = ['wrong key', 'unknown task', 'create', 'poll', 'callback'];

function only(where: string, these: string[], those: string[]): string[] {
	// The callback URL is echoed, and not every request had one.
	const isNew = (part: string) => !those.includes(part) && !part.includes('callback_url');
	const missing = [...new Set(these)].filter(isNew);
	return missing.length === 0 ? [] : [`  only ${where}: ${missing.join(', ')}`];
}

const shapesIn = (recording: Recording, step: Step): string[] =>
	messagesOf(recording, step).flatMap(({ status, body }) => [`HTTP ${status}`, ...shapeOf(body)]);

/** How the messages of each step differ from those of the sandbox, in lines. */
export const compare = (recording: Recording, sandbox: Recording): string[] =>
	STEPS.flatMap((step) => {
		const [here, there] = [shapesIn(recording, step), shapesIn(sandbox, step)];
		if (here.length === 0 || there.length === 0) return [];
		const lines = [...only('here', here, there), ...only('in the sandbox', there, here)];
		return [`${step}${lines.length === 0 ? ': the same' : ''}`, ...lines];
	});

/** What a recording settles, what not, and how it differs from that of the sandbox. */
export async function reportOf(recording: Recording): Promise<string> {
	const sandbox = await readFile(join(RECORDED, 'sandbox.json'), 'utf8');
	const indented = (lines: string[]): string[] => lines.map((line) => `  ${line}`);
	const { answered, open } = findingsOf(recording);
	const by = isLoopback(recording.service) ? ' (by a server on this machine, not API in One)' : '';
	return [
		`\nWhat is settled now${by}`,
		...indented(answered),
		'\nWhat is still open',
		...indented(open),
		'\nCompared with the sandbox, field by field',
		...indented(compare(recording, JSON.parse(sandbox) as Recording)),
	].join('\n');
}
