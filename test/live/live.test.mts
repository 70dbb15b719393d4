import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PRICE_LIST } from '../../nodes/Flux2/api/contract.ts';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';
import { CREDITS } from '../../live/options.mts';
import { messagesOf } from '../../live/recording.mts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';
import { runAsProcess, runHere, type Ended } from './command.mts';
import { SECOND_KEY, SecondService, type Fault } from './secondService.mts';

const KEY = 'aio_live_8c21d0f94b7e';
const PATH = '/hooks/2f6e-of-mine';

const ends: Array<() => Promise<void>> = [];
afterAll(async () => {
	await Promise.all(ends.map(async (end) => await end()));
});

async function sandboxOf(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({
		apiKey: KEY,
		images: 'plain',
		// Longer than the first poll may take on a busy machine, shorter than until the next one.
		seconds: () => 2,
		...options,
	});
	ends.push(sandbox.stop);
	return sandbox;
}

async function secondOf(fault?: Fault): Promise<SecondService> {
	const second = await SecondService.start(fault);
	ends.push(async () => await second.stop());
	return second;
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** A callback that is listened for, and no longer than one callback may take. */
async function callbackArgs(): Promise<string[]> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}${PATH}`;
	return ['--callback', url, '--listen', String(port), '--quiet', '1.5'];
}

const createsAt = ({ requests }: Sandbox): number =>
	requests.filter(({ method }) => method === 'POST').length;

describe('the command generates one image', () => {
	let sandbox: Sandbox;
	let second: SecondService;
	let atSandbox: Ended;
	let atSecond: Ended;
	let untouched: Sandbox;
	let refused: Ended;

	beforeAll(async () => {
		sandbox = await sandboxOf();
		second = await secondOf();
		untouched = await sandboxOf();
		const full = async (url: string, key: string) =>
			await runAsProcess({ url, key, args: ['--yes', ...(await callbackArgs())] });
		[atSandbox, atSecond, refused] = await Promise.all([
			full(sandbox.url, KEY),
			full(second.url, SECOND_KEY),
			runAsProcess({ url: untouched.url, key: KEY }),
		]);
	});

	test('with exactly one create, at the price it said', () => {
		expect([atSandbox.code, atSandbox.output]).toEqual([0, expect.stringContaining('5 credits')]);
		expect(createsAt(sandbox)).toBe(1);
		expect(sandbox.billing.creditsCharged).toBe(CREDITS);
		expect(atSecond.code).toBe(0);
		expect(second.creates).toHaveLength(1);
	});

	test('and names the task before anything is known of its image', () => {
		const id = [...sandbox.tasks.keys()][0] ?? '';
		expect(atSandbox.output).toMatch(new RegExp(`Created: task ${id}\n  [\\d.]+ s, poll: `));
	});

	test.each([
		['the sandbox', () => atSandbox, KEY],
		['the second service', () => atSecond, SECOND_KEY],
	])('and shows nobody the key, the token or the callback address: %s', (_, ended, key) => {
		const { recordings, output } = ended();
		const [recorded] = recordings;
		expect(recorded?.file).toMatch(/^\d{4}-\d\d-\d\dT\d{6}-127\.0\.0\.1\.json$/);
		expect(recorded?.recording.request?.callback_url).toBe('https://callback.example/flux2');
		for (const text of [recorded?.text, output])
			for (const secret of [key, callbackToken(key), PATH, 'Bearer'])
				expect(text).not.toContain(secret);
	});

	test('and says what the answers settle', () => {
		for (const line of [
			'Wrapped in "data": create no, poll no.',
			'Task ID: create `taskId` "second-1"; poll `taskId` "second-1".',
			'Status: `state` "waiting", then "success". New to the node, which waits: none.',
			`Image URLs: \`resultJson(JSON).resultUrls[]\` "${second.url}/files/second-1". Addresses that the node leaves alone: \`param(JSON).callback_url\` "https://callback.example/flux2".`,
			'Wrong key: HTTP 401, read as 401; its text `msg` "You do not have access permissions".',
			'Unknown task: HTTP 200, read as 404; its text `msg` "recordInfo is null".',
			'Credits: none read by the node, 5 by the price list; `creditsUsed` 6.',
			'image/jpeg, image/jpeg by its first bytes; 2014 bytes',
			'a poll right after the create got the task.',
			'callback_url: the create was accepted with it.',
			'Number of callbacks: 2',
			'Task ID in a callback: nowhere. In 2 of 2 the node finds none',
			'Shape of a callback: all (empty array); then [].image (string).',
			'Token in the callback URL: comes back.',
			'headers that may sign it: x-signature.',
			'Retry-After: nothing was refused for coming too often. Headers on limits: `x-ratelimit-limit` "20".',
			'A task that fails: this one did not',
			'by a server on this machine, not API in One',
		])
			expect(atSecond.output).toContain(line);
	});

	test('and finds no difference between the sandbox and the sandbox', () => {
		const [, compared = ''] = atSandbox.output.split('Compared with the sandbox, field by field');
		expect(compared).not.toContain('only');
		expect(compared.match(/: the same$/gm)?.length).toBe(5);
	});

	test('and names every difference of the second service', () => {
		const [, compared = ''] = atSecond.output.split('Compared with the sandbox, field by field');
		for (const words of [
			'only here: taskId (string), state = "waiting", createTime (number)',
			'only in the sandbox: code = 200, message (string), data.task_id (string), data.status = "IN_PROGRESS"',
			'only in the sandbox: error.code = 401, error.message (string), error.type (string)',
			'unknown task\n    only here: HTTP 200, code = 404, msg (string)\n    only in the sandbox: HTTP 404',
			'resultJson(JSON).resultUrls[] (string)',
			'data.response[] (string)',
			'only here: all (empty array), [].image (string)',
		])
			expect(compared).toContain(words);
	});

	test('but sends nothing where nobody can be asked and --yes is missing', () => {
		expect([refused.code, refused.output]).toEqual([
			1,
			'This costs 5 credits by the price list (about $0.05). Without a terminal, add --yes.\nNothing was charged.\n',
		]);
		expect(untouched.requests).toEqual([]);
	});

	test('and records every poll that says something new, and every callback', () => {
		const recording = atSecond.recordings[0]?.recording;
		if (recording === undefined) throw new Error('Nothing was recorded.');
		const bodiesOf = (step: 'poll' | 'callback') =>
			messagesOf(recording, step).map(({ body }) => body);
		expect(bodiesOf('poll').map((body) => (body as { state: string }).state)).toEqual([
			'waiting',
			'success',
		]);
		expect(bodiesOf('callback')).toEqual([[], [{ image: expect.any(String) }]]);
	});
});

describe('the command sends nothing', () => {
	test.each([
		['without a key', { url: 'http://127.0.0.1:9' }, /^Set APIINONE_API_KEY .*\.$/m],
		['with a key that is none', { key: 'aio' }, /too short to be a key/],
		['unprotected', { key: KEY, url: 'http://apiin.example' }, /must start with https/],
		['to no address', { key: KEY, url: 'apiin' }, /is not a web address/],
		['with a mistyped option', { key: KEY, args: ['--yse'] }, /'--yse'[^]*Usage:/],
		[
			'when the callback would never arrive',
			{ key: KEY, args: ['--yes', '--callback', 'http://localhost:8080/'] },
			/The service cannot reach --callback/,
		],
		[
			'when asked to listen for nothing',
			{ key: KEY, args: ['--listen', '8080'] },
			/needs --callback/,
		],
		[
			'when told to wait for no time that can be',
			{ key: KEY, args: ['--yes', '--quiet', 'long'] },
			/--quiet takes seconds, not "long"/,
		],
		['with a name that is a path', { key: KEY, args: ['--name', '../x'] }, /--name takes letters/],
		[
			'when asked to call back nowhere',
			{ key: KEY, args: ['--callback', 'tunnel'] },
			/callback URL is not a web address/,
		],
		[
			'when asked to listen nowhere',
			{ key: KEY, args: ['--callback', 'https://a.example', '--listen', '0'] },
			/--listen takes a number from 1 to 65535, not "0"/,
		],
	])('%s', async (_, call, words) => {
		const { code, output, incomplete } = await runHere({ url: undefined, ...call });
		expect(code).toBe(1);
		expect(output).toMatch(words);
		expect(incomplete).toEqual([]);
	});

	test('when its port is taken', async () => {
		const sandbox = await sandboxOf();
		const port = await freePort();
		const other = createServer().listen(port, '127.0.0.1');
		await once(other, 'listening');
		ends.push(async () => void other.close());
		const callback = `http://127.0.0.1:${port}/`;
		const { code, output } = await runHere({
			url: sandbox.url,
			key: KEY,
			args: ['--yes', '--callback', callback, '--listen', String(port)],
		});
		expect([code, output]).toEqual([1, expect.stringMatching(`EADDRINUSE.*:${port}`)]);
		expect(sandbox.requests).toEqual([]);
	});
});

describe('the command spends nothing', () => {
	test('with a wrong key', async () => {
		const sandbox = await sandboxOf();
		const { code, output } = await runHere({
			url: sandbox.url,
			key: 'aio_mistyped',
			args: ['--yes'],
		});
		expect(code).toBe(1);
		expect(output).toMatch(/Invalid API key.* Check APIINONE_API_KEY[^]*Nothing was charged\./);
		expect(createsAt(sandbox)).toBe(0);
	});

	test('where nothing answers', async () => {
		const url = `http://127.0.0.1:${await freePort()}`;
		const { code, output } = await runHere({ url, key: KEY, args: ['--yes'] });
		expect(code).toBe(1);
		expect(output).toMatch(/cannot be reached[^]*Nothing was charged\./);
	});

	test('unless the answer is yes', async () => {
		const sandbox = await sandboxOf();
		const { code, output } = await runHere({ url: sandbox.url, key: KEY, says: false });
		expect([code, output]).toEqual([1, expect.stringContaining('Nothing was charged.')]);
		expect(createsAt(sandbox)).toBe(0);
	});

	test('and nothing is charged, when there are not enough credits', async () => {
		const sandbox = await sandboxOf({ credits: 4 });
		const { code, output, recordings, incomplete } = await runHere({
			url: sandbox.url,
			key: KEY,
			says: true,
		});
		expect(code).toBe(1);
		expect(output).toMatch(/enough credits[^]*Nothing was charged\./);
		expect([createsAt(sandbox), sandbox.billing.creditsCharged]).toEqual([1, 0]);
		expect(recordings).toEqual([]);
		expect(incomplete.join()).toContain('"status": 402');
	});
});

describe('a create that may have been charged', () => {
	test.each(['create reset', 'create without id'] as const)(
		'is never sent again, and is reported: %s',
		async (fault) => {
			const second = await secondOf(fault);
			const { code, output, recordings } = await runHere({
				url: second.url,
				key: SECOND_KEY,
				says: true,
			});
			expect(code).toBe(1);
			expect(output).toMatch(/may have been charged, so it was not requested again/);
			expect(second.creates).toHaveLength(1);
			expect(recordings).toEqual([]);
		},
	);

	test('keeps the answer in which no task ID was found', async () => {
		const second = await secondOf('create without id');
		const { incomplete } = await runHere({ url: second.url, key: SECOND_KEY, args: ['--yes'] });
		const [kept] = incomplete.map((text) => JSON.parse(text));
		const create = messagesOf(kept, 'create')[0];
		expect(create?.body).toEqual({ state: 'waiting' });
	});

	test('names its task when that cannot be polled any more', async () => {
		const second = await secondOf('polls refused');
		const { code, output, recordings } = await runHere({
			url: second.url,
			key: SECOND_KEY,
			args: ['--yes'],
		});
		expect([code, recordings]).toEqual([1, []]);
		expect(output).toMatch(/The image is still in progress\..*Get Task.*second-1/);
	});

	test('says why its task failed', async () => {
		const second = await secondOf('task fails');
		const { code, output, incomplete } = await runHere({
			url: second.url,
			key: SECOND_KEY,
			args: ['--yes'],
		});
		expect([code, output]).toEqual([1, expect.stringContaining('failed: Content policy')]);
		expect(incomplete.join()).toContain('Content policy');
	});
});

test('a task that is done at once is not polled', async () => {
	const second = await secondOf('image at once');
	const { code, output, recordings } = await runHere({
		url: second.url,
		key: SECOND_KEY,
		args: ['--yes'],
	});
	expect([code, second.creates.length, recordings.length]).toEqual([0, 1, 1]);
	expect(output).toContain(`Image URLs: \`resultJson(JSON).resultUrls[]\``);
	expect(output).not.toContain('poll:');
});

test('the image that is generated is the cheapest of the price list', () => {
	const prices = Object.values(PRICE_LIST).flatMap((prices) => Object.values(prices));
	expect(CREDITS).toBe(Math.min(...prices));
});
