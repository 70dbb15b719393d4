import { PRICE_LIST } from '../../nodes/Flux2/api/contract.ts';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';
import { Doorbell } from '../../live/doorbell.mts';
import { CREDITS } from '../../live/order.mts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.mts';
import { runAsProcess, runHere, type Ended } from './command.mts';
import { SECOND_KEY, SecondService, type Mishap } from './secondService.mts';

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
		seconds: () => 0.2,
		...options,
	});
	ends.push(sandbox.stop);
	return sandbox;
}

async function secondOf(mishap?: Mishap): Promise<SecondService> {
	const second = await SecondService.start(mishap);
	ends.push(async () => await second.stop());
	return second;
}

async function freePort(): Promise<number> {
	const bell = await Doorbell.at(0);
	const { port } = new URL(bell.url);
	await bell.stop();
	return Number(port);
}

/** A callback that is listened for, and no longer than one ring may take. */
async function callbackArgs(): Promise<string[]> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}${PATH}`;
	return ['--callback', url, '--listen', String(port), '--quiet', '1.5'];
}

const ordersAt = ({ requests }: Sandbox): number =>
	requests.filter(({ method }) => method === 'POST').length;

describe('the command buys one image', () => {
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

	test('with exactly one order, at the price it said', () => {
		expect([atSandbox.code, atSandbox.output]).toEqual([0, expect.stringContaining('5 credits')]);
		expect(ordersAt(sandbox)).toBe(1);
		expect(sandbox.billing.creditsCharged).toBe(CREDITS);
		expect(atSecond.code).toBe(0);
		expect(second.orders).toHaveLength(1);
	});

	test('and names the task before anything is known of its image', () => {
		const id = [...sandbox.tasks.keys()][0] ?? '';
		expect(atSandbox.output).toMatch(new RegExp(`Ordered: task ${id}\n  after `));
	});

	test.each([
		['the sandbox', () => atSandbox, KEY],
		['the second service', () => atSecond, SECOND_KEY],
	])('and shows nobody the key, the token or the callback address: %s', (_, ended, key) => {
		const { recordings, output } = ended();
		const [recorded] = recordings;
		expect(recorded?.file).toMatch(/^\d{4}-\d\d-\d\d-127\.0\.0\.1\.json$/);
		expect(recorded?.recording.asked.callback_url).toBe('https://callback.example/ring');
		for (const text of [recorded?.text, output])
			for (const secret of [key, callbackToken(key), PATH, 'Bearer'])
				expect(text).not.toContain(secret);
	});

	test('and says what the answers settle', () => {
		for (const line of [
			'Wrapped in "data": the order is not, a look is not.',
			'Where the task ID stands: the order: `taskId` (text); a look: `taskId` (text).',
			'Status words: `state` said "waiting", then "success".',
			'Where the image URLs stand: `resultJson(JSON).resultUrls[]`, one image. Addresses that the node leaves alone: `param(JSON).callback_url`.',
			'A wrong key: HTTP 401; "You do not have access permissions" in `msg`.',
			'An unknown task: HTTP 200, read as 404; "recordInfo is null" in `msg`.',
			'Credits reported: not where the node looks, but see `creditsUsed`.',
			'image/jpeg, image/jpeg by its first bytes',
			'How often it rings: 2 times',
			'Task ID in a callback: nowhere. In 2 of 2 the node finds none',
			'The token in the address: comes back.',
			'perhaps signed: x-signature',
			'Retry-After: nothing was refused for coming too often, so none was seen. Headers tell of limits: x-ratelimit-limit.',
			'it says nothing about API in One',
		])
			expect(atSecond.output).toContain(line);
	});

	test('and finds no difference between the sandbox and the sandbox', () => {
		const [, compared = ''] = atSandbox.output.split('Compared with the sandbox, field by field');
		expect(compared).not.toContain('only');
		expect(compared.match(/: the same$/gm)?.length).toBeGreaterThanOrEqual(5);
	});

	test('and names every difference of the second service', () => {
		const [, compared = ''] = atSecond.output.split('Compared with the sandbox, field by field');
		for (const words of [
			'only here: taskId (text), state (text), createTime (number)',
			'only in the sandbox: code (number), message (text), data.task_id (text), data.status (text)',
			'only in the sandbox: error.code (number), error.message (text), error.type (text)',
			'HTTP status 200, in the sandbox 404',
			'resultJson(JSON).resultUrls[] (text)',
			'data.response[] (text)',
			'only here: [].image (text)',
		])
			expect(compared).toContain(words);
	});

	test('but sends nothing where nobody can be asked and --yes is missing', () => {
		expect([refused.code, refused.output]).toEqual([
			1,
			'This would buy one image for 5 credits by the price list (about $0.05), and here is no terminal to ask in. Add --yes to buy it. Nothing was sent.\n',
		]);
		expect(untouched.requests).toEqual([]);
	});

	test('and records every look that says something new, and every ring', () => {
		const { looks, callbacks } = atSecond.recordings[0]?.recording ?? {};
		expect(looks?.map(({ body }) => (body as { state: string }).state)).toEqual([
			'waiting',
			'success',
		]);
		expect(callbacks?.map(({ body }) => body)).toEqual([[], [{ image: expect.any(String) }]]);
	});
});

describe('the command sends nothing', () => {
	test.each([
		['without a key', { url: 'http://127.0.0.1:9' }, /^Set APIINONE_API_KEY .*\.$/],
		['with a key that is none', { key: 'aio' }, /too short to be a key/],
		['unprotected', { key: KEY, url: 'http://apiin.example' }, /must start with https/],
		['to no address', { key: KEY, url: 'apiin' }, /is not a web address/],
		['with a mistyped option', { key: KEY, args: ['--yse'] }, /'--yse'[^]*Usage:/],
		[
			'when the callback would never arrive',
			{ key: KEY, args: ['--yes', '--callback', 'http://localhost:8080/'] },
			/which the service cannot reach/,
		],
		[
			'when asked to listen for nothing',
			{ key: KEY, args: ['--listen', '8080'] },
			/needs --callback/,
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
		const bell = await Doorbell.at(0);
		ends.push(async () => await bell.stop());
		const { port } = new URL(bell.url);
		const { code, output } = await runHere({
			url: sandbox.url,
			key: KEY,
			args: ['--yes', '--callback', bell.url, '--listen', port],
		});
		expect([code, output]).toEqual([1, expect.stringContaining(`Port ${port} cannot be`)]);
		expect(sandbox.requests).toEqual([]);
	});
});

describe('the command buys nothing', () => {
	test('with a wrong key', async () => {
		const sandbox = await sandboxOf();
		const { code, output } = await runHere({
			url: sandbox.url,
			key: 'aio_mistyped',
			args: ['--yes'],
		});
		expect(code).toBe(1);
		expect(output).toContain(
			'The service refused the key in APIINONE_API_KEY. Nothing was bought.',
		);
		expect(ordersAt(sandbox)).toBe(0);
	});

	test('where nothing answers', async () => {
		const url = `http://127.0.0.1:${await freePort()}`;
		const { code, output } = await runHere({ url, key: KEY, args: ['--yes'] });
		expect(code).toBe(1);
		expect(output).toMatch(/cannot be reached[^]*Nothing was bought\./);
	});

	test.each(['no', '', 'yesterday'])('unless the answer is yes: "%s"', async (says) => {
		const sandbox = await sandboxOf();
		const { code, output } = await runHere({ url: sandbox.url, key: KEY, says });
		expect([code, output]).toEqual([1, expect.stringContaining('Nothing was bought.')]);
		expect(ordersAt(sandbox)).toBe(0);
	});

	test('and nothing is charged, when there are not enough credits', async () => {
		const sandbox = await sandboxOf({ credits: 4 });
		const { code, output, recordings, incomplete } = await runHere({
			url: sandbox.url,
			key: KEY,
			says: 'yes',
		});
		expect(code).toBe(1);
		expect(output).toMatch(/enough credits[^]*Nothing was charged\./);
		expect([ordersAt(sandbox), sandbox.billing.creditsCharged]).toEqual([1, 0]);
		expect(recordings).toEqual([]);
		expect(incomplete.join()).toContain('"status": 402');
	});
});

describe('an order that may have been charged', () => {
	test.each(['order reset', 'order without id'] as const)(
		'is never sent again, and is told of: %s',
		async (mishap) => {
			const second = await secondOf(mishap);
			const { code, output, recordings } = await runHere({
				url: second.url,
				key: SECOND_KEY,
				says: 'yes',
			});
			expect(code).toBe(1);
			expect(output).toMatch(/may have been charged, and is not ordered again/);
			expect(second.orders).toHaveLength(1);
			expect(recordings).toEqual([]);
		},
	);

	test('keeps the answer in which no task ID was found', async () => {
		const second = await secondOf('order without id');
		const { incomplete } = await runHere({ url: second.url, key: SECOND_KEY, args: ['--yes'] });
		const [kept] = incomplete.map((text) => JSON.parse(text));
		expect(kept.create.body).toEqual({ state: 'waiting' });
	});

	test('names its task when that cannot be looked at any more', async () => {
		const second = await secondOf('looks refused');
		const { code, output, recordings } = await runHere({
			url: second.url,
			key: SECOND_KEY,
			args: ['--yes'],
		});
		expect([code, recordings]).toEqual([1, []]);
		expect(output).toContain('The image is ordered and not lost');
		expect(output).toContain('reads task second-1');
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

test('the image that is bought is the cheapest of the price list', () => {
	const prices = Object.values(PRICE_LIST).flatMap((prices) => Object.values(prices));
	expect(CREDITS).toBe(Math.min(...prices));
});
