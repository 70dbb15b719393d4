import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';
import { writeRecording, type Recording } from '../../live/recording.mts';
import { CALLBACK_SHOWN, keptHeaders, redactionOf } from '../../live/redaction.mts';

const KEY = 'aio_0123/4567&89';
const CALLBACK = 'https://tunnel.example/my/place?mine=1&more=2';
const { redact, copy, callbackUrl } = redactionOf(KEY, CALLBACK);

const recordingWith = (words: string, second = 0): Recording => ({
	format: 2,
	service: 'https://apiin.one',
	madeAt: `2026-11-22T17:00:0${second}.000Z`,
	messages: [
		{ step: 'create', afterMs: 1, status: 200, headers: {}, body: { words } },
		{ step: 'image', afterMs: 2, status: 200, headers: {}, body: { bytes: 1 } },
	],
});

describe('A recording', () => {
	let into: string;
	beforeEach(async () => {
		into = await mkdtemp(join(tmpdir(), 'flux2-recording-'));
	});
	afterEach(async () => await rm(into, { recursive: true }));

	const write = async (recording: Recording) =>
		basename(await writeRecording(recording, redact, { into }));

	test('is never written over another one', async () => {
		expect([await write(recordingWith('x')), await write(recordingWith('y', 1))]).toEqual([
			'2026-11-22T170000-apiin.one.json',
			'2026-11-22T170001-apiin.one.json',
		]);
		await expect(write(recordingWith('z'))).rejects.toThrow('EEXIST');
	});

	test.each([
		['the key', KEY],
		['the token', callbackToken(KEY)],
		['the callback address', 'http://tunnel.example/my/place/next'],
	])('that still holds %s is not written', async (_, secret) => {
		await expect(write(recordingWith(secret))).rejects.toThrow('not written');
		expect(await readdir(into)).toEqual([]);
	});

	test('keeps what headers say of types, waits and limits, and of all others only the names', () => {
		const headers = { 'Content-Type': 'image/png', 'set-cookie': 'session=1', 'retry-after': 7 };
		expect(keptHeaders(headers)).toEqual({
			'Content-Type': 'image/png',
			'set-cookie': '•••',
			'retry-after': '7',
		});
	});
});

describe('Secrets are hidden', () => {
	test.each([
		['in a URL', encodeURIComponent(KEY)],
		['with slashes escaped', KEY.replaceAll('/', '\\/')],
		['in HTML', KEY.replaceAll('&', '&amp;')],
	])('%s', (_, spelling) => {
		expect(redact(`Invalid key ${spelling}!`)).toBe('Invalid key •••!');
	});

	test('and the address of the callback becomes one that leads nowhere', () => {
		const echo = JSON.stringify({ callback_url: callbackUrl });
		expect(JSON.parse(redact(echo))).toEqual({ callback_url: CALLBACK_SHOWN });
		expect(redact(CALLBACK)).toBe(CALLBACK_SHOWN);
	});

	test('in a copy, at any depth and in keys too, and the original stays as it is', () => {
		const original = { data: [{ [`of ${KEY}`]: KEY }] };
		expect(copy(original)).toEqual({ data: [{ 'of •••': '•••' }] });
		expect(original).toEqual({ data: [{ [`of ${KEY}`]: KEY }] });
	});
});
