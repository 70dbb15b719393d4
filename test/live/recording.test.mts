import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { callbackToken } from '../../nodes/Flux2/api/callback.ts';
import { keepHeaders, writeRecording, type Fragment } from '../../live/recording.mts';
import { CALLBACK_SHOWN, Secrets } from '../../live/secrets.mts';

const KEY = 'aio_0123/4567&89';
const CALLBACK = 'https://tunnel.example/my/place?mine=1&more=2';
const secrets = new Secrets(KEY, CALLBACK);

const recordingWith = (words: string): Fragment => ({
	format: 1,
	service: 'https://apiin.one',
	madeAt: '2026-11-22T17:00:00.000Z',
	create: { status: 200, headers: {}, otherHeaders: [], body: { words } },
});

describe('A recording', () => {
	let into: string;
	beforeEach(async () => {
		into = await mkdtemp(join(tmpdir(), 'flux2-recording-'));
	});
	afterEach(async () => await rm(into, { recursive: true }));

	test('is never written over another one of the day', async () => {
		const write = async () => basename(await writeRecording(recordingWith('x'), secrets, { into }));
		expect([await write(), await write()]).toEqual([
			'2026-11-22-apiin.one.json',
			'2026-11-22-apiin.one-2.json',
		]);
	});

	test.each([
		['the key', KEY],
		['the token', callbackToken(KEY)],
		['the callback address', 'http://tunnel.example/my/place/next'],
	])('that still holds %s is not written', async (_, secret) => {
		await expect(writeRecording(recordingWith(secret), secrets, { into })).rejects.toThrow(
			'so it was not written',
		);
		expect(await readdir(into)).toEqual([]);
	});

	test('keeps what headers say of types, waits and limits, and of all others only the names', () => {
		const headers = { 'Content-Type': 'image/png', 'set-cookie': 'session=1', 'Retry-After': 7 };
		expect(keepHeaders(headers, secrets.hide)).toEqual({
			headers: { 'content-type': 'image/png', 'retry-after': '7' },
			otherHeaders: ['set-cookie'],
		});
	});
});

describe('Secrets are hidden', () => {
	test.each([
		['in a URL', encodeURIComponent(KEY)],
		['with slashes escaped', KEY.replaceAll('/', '\\/')],
		['in HTML', KEY.replaceAll('&', '&amp;')],
	])('%s', (_, spelling) => {
		expect(secrets.hide(`Invalid key ${spelling}!`)).toBe('Invalid key •••!');
	});

	test('and the address of the callback becomes one that leads nowhere', () => {
		const echo = JSON.stringify({ callback_url: secrets.callbackUrl });
		expect(JSON.parse(secrets.hide(echo))).toEqual({ callback_url: CALLBACK_SHOWN });
		expect(secrets.hide(CALLBACK)).toBe(CALLBACK_SHOWN);
	});
});
