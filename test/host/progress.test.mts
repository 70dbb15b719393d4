import { setTimeout as sleep } from 'node:timers/promises';
import { step } from '../../host/progress.mts';

let output: string;
const { isTTY } = process.stdout;

beforeEach(() => {
	output = '';
	jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
		output += String(text);
		return true;
	});
});
afterEach(() => {
	jest.restoreAllMocks();
	process.stdout.isTTY = isTTY;
});

test('in a log, each of several steps says when it begins and when it is done', async () => {
	process.stdout.isTTY = false;
	const slow = step('Installing n8n', async () => await sleep(40, 'n8n'));
	const fast = step('Installing Node', async () => await sleep(10, 'Node'));
	expect(await Promise.all([slow, fast])).toEqual(['n8n', 'Node']);
	expect(output.trim().split('\n')).toEqual([
		'Installing n8n …',
		'Installing Node …',
		'Installing Node: done, 0 s',
		'Installing n8n: done, 0 s',
	]);
});

test('a step that fails says so, and its error is passed on', async () => {
	process.stdout.isTTY = false;
	const failing = step('Installing n8n', () => Promise.reject(new Error('no network')));
	await expect(failing).rejects.toThrow('no network');
	expect(output).toContain('Installing n8n: stopped after 0 s');
});

test('in a terminal, running steps share the last lines and finished ones stay above them', async () => {
	process.stdout.isTTY = true;
	const slow = step('Installing n8n', async () => await sleep(40));
	await step('Installing Node', async () => await sleep(10));
	expect(screen(output)).toEqual(['Installing Node: done, 0 s', 'Installing n8n … 0 s']);
	await slow;
	expect(screen(output)).toEqual(['Installing Node: done, 0 s', 'Installing n8n: done, 0 s']);
});

/** What a terminal shows: `ESC[<n>A ESC[0J` moves up n lines and erases what is below. */
function screen(written: string): string[] {
	const lines: string[] = [];
	// eslint-disable-next-line no-control-regex
	for (const part of written.split(/(\x1b\[\d+A\x1b\[0J)/)) {
		// eslint-disable-next-line no-control-regex
		const erased = /^\x1b\[(\d+)A/.exec(part);
		if (erased) lines.splice(-Number(erased[1]));
		else lines.push(...part.split('\n').slice(0, -1));
	}
	return lines;
}
