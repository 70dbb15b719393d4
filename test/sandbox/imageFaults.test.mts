import { bytesOf, SandboxClient, pngSize } from './client.mts';
import { testEveryFault } from './testEveryFault.mts';
import { until } from './manualClock.mts';

let client: SandboxClient;
beforeEach(
	async () => (client = await SandboxClient.start({ redirectOrigin: 'http://other.invalid' })),
);
afterEach(async () => await client.sandbox.stop());

testEveryFault('image', {
	'<status>': async () => {
		const { json } = await client.createAndPoll('fox [image: 404 once] [image: 500 once]');
		const statuses = [];
		for (let attempt = 0; attempt < 3; attempt++)
			statuses.push((await fetch(json.data.response[0])).status);
		expect(statuses).toEqual([404, 500, 200]);
	},
	reset: async () => await expect(client.download('fox [image: reset]')).rejects.toThrow(),
	silence: async () => {
		const { json } = await client.createAndPoll('fox [image: silence]');
		const abort = new AbortController();
		const image = fetch(json.data.response[0], { signal: abort.signal });
		await until(() => client.sandbox.heldRequests === 1);
		abort.abort();
		await expect(image).rejects.toThrow();
	},
	'half a body': async () => {
		const image = await client.download('fox [image: half a body]');
		await expect(bytesOf(image)).rejects.toThrow();
	},
	slow: async () => {
		const image = await client.download('fox [image: slow]');
		await until(() => client.sandbox.heldRequests === 1);
		await client.clock.advance(20_000);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	html: async () => {
		const image = await client.download('fox [image: html]');
		expect([image.status, image.headers.get('content-type')]).toEqual([
			200,
			'text/html; charset=utf-8',
		]);
	},
	empty: async () => {
		const image = await client.download('fox [image: empty]');
		expect(image.headers.get('content-type')).toBe('image/png');
		expect(await bytesOf(image)).toHaveLength(0);
	},
	huge: async () => {
		const image = await client.download('fox [image: huge]');
		expect(image.headers.get('content-length')).toBe(String(101 * 1024 * 1024));
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'huge unsized': async () => {
		const image = await client.download('fox [image: huge unsized]');
		expect(image.headers.get('content-length')).toBeNull();
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'octet-stream': async () => await isPngOfType('octet-stream', 'application/octet-stream'),
	'no type': async () => await isPngOfType('no type', null),
	'wrong type': async () => await isPngOfType('wrong type', 'text/plain'),
	redirect: async () => {
		const { json } = await client.createAndPoll('fox [image: redirect]');
		const image = await fetch(json.data.response[0]);
		expect([image.redirected, image.status]).toEqual([true, 200]);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	'redirect elsewhere': async () => {
		const { headers } = await client.download('fox [image: redirect elsewhere]');
		expect(headers.get('location')).toMatch(/^http:\/\/other\.invalid\/images\/\w{32}\.png$/);
	},
	'redirect loop': async () => {
		const image = await client.download('fox [image: redirect loop]');
		expect(image.url).toContain(image.headers.get('location'));
	},
	jpeg: async () => {
		const image = await client.download('fox [image: jpeg]');
		expect(image.headers.get('content-type')).toBe('image/jpeg');
		expect((await bytesOf(image)).toString('hex', 0, 3)).toBe('ffd8ff');
	},
	webp: async () => {
		const image = await client.download('fox [image: webp]');
		expect(image.url).toMatch(/\.webp$/);
		expect((await bytesOf(image)).toString('latin1', 8, 12)).toBe('WEBP');
	},
	'comma in the url': async () => {
		const image = await client.download('fox [image: comma in the url]');
		expect(image.url).toContain(',');
		expect(image.status).toBe(200);
	},
	ftp: async () => {
		const { json } = await client.createAndPoll('fox [image: ftp]');
		expect(json.data.response[0]).toMatch(/^ftp:\/\/127\.0\.0\.1/);
	},
});

async function isPngOfType(kind: string, type: string | null): Promise<void> {
	const image = await client.download(`fox [image: ${kind}]`);
	expect(image.headers.get('content-type')).toBe(type);
	expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
}

/** Reads it as a stream, so as not to hold a hundred megabytes. */
async function lengthOf(image: Response): Promise<number> {
	let length = 0;
	for await (const chunk of image.body as unknown as AsyncIterable<Uint8Array>) {
		length += chunk.length;
	}
	return length;
}
