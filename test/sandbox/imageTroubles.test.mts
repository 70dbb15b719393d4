import { bytesOf, Customer, pngSize } from './customer.mts';
import { everyTrouble } from './everyTrouble.mts';
import { until } from './manualClock.mts';

let customer: Customer;
beforeEach(async () => (customer = await Customer.at({ elsewhere: 'http://other.invalid' })));
afterEach(async () => await customer.sandbox.stop());

everyTrouble('image', {
	'<status>': async () => {
		const { json } = await customer.settled('fox [image: 404 once] [image: 500 once]');
		const statuses = [];
		for (let time = 0; time < 3; time++) statuses.push((await fetch(json.data.response[0])).status);
		expect(statuses).toEqual([404, 500, 200]);
	},
	reset: async () => await expect(customer.image('fox [image: reset]')).rejects.toThrow(),
	silence: async () => {
		const { json } = await customer.settled('fox [image: silence]');
		const leave = new AbortController();
		const image = fetch(json.data.response[0], { signal: leave.signal });
		await until(() => customer.sandbox.held === 1);
		leave.abort();
		await expect(image).rejects.toThrow();
	},
	'half a body': async () => {
		const image = await customer.image('fox [image: half a body]');
		await expect(bytesOf(image)).rejects.toThrow();
	},
	slow: async () => {
		const image = await customer.image('fox [image: slow]');
		await until(() => customer.sandbox.held === 1);
		await customer.clock.advance(20_000);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	html: async () => {
		const image = await customer.image('fox [image: html]');
		expect([image.status, image.headers.get('content-type')]).toEqual([
			200,
			'text/html; charset=utf-8',
		]);
	},
	empty: async () => {
		const image = await customer.image('fox [image: empty]');
		expect(image.headers.get('content-type')).toBe('image/png');
		expect(await bytesOf(image)).toHaveLength(0);
	},
	huge: async () => {
		const image = await customer.image('fox [image: huge]');
		expect(image.headers.get('content-length')).toBe(String(101 * 1024 * 1024));
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'huge unsized': async () => {
		const image = await customer.image('fox [image: huge unsized]');
		expect(image.headers.get('content-length')).toBeNull();
		expect(await lengthOf(image)).toBe(101 * 1024 * 1024);
	},
	'octet-stream': async () => await isPngOfType('octet-stream', 'application/octet-stream'),
	'no type': async () => await isPngOfType('no type', null),
	'wrong type': async () => await isPngOfType('wrong type', 'text/plain'),
	redirect: async () => {
		const { json } = await customer.settled('fox [image: redirect]');
		const image = await fetch(json.data.response[0]);
		expect([image.redirected, image.status]).toEqual([true, 200]);
		expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
	},
	'redirect elsewhere': async () => {
		const { headers } = await customer.image('fox [image: redirect elsewhere]');
		expect(headers.get('location')).toMatch(/^http:\/\/other\.invalid\/images\/\w{32}\.png$/);
	},
	'redirect loop': async () => {
		const image = await customer.image('fox [image: redirect loop]');
		expect(image.url).toContain(image.headers.get('location'));
	},
	jpeg: async () => {
		const image = await customer.image('fox [image: jpeg]');
		expect(image.headers.get('content-type')).toBe('image/jpeg');
		expect((await bytesOf(image)).toString('hex', 0, 3)).toBe('ffd8ff');
	},
	webp: async () => {
		const image = await customer.image('fox [image: webp]');
		expect(image.url).toMatch(/\.webp$/);
		expect((await bytesOf(image)).toString('latin1', 8, 12)).toBe('WEBP');
	},
	'comma in the url': async () => {
		const image = await customer.image('fox [image: comma in the url]');
		expect(image.url).toContain(',');
		expect(image.status).toBe(200);
	},
	ftp: async () => {
		const { json } = await customer.settled('fox [image: ftp]');
		expect(json.data.response[0]).toMatch(/^ftp:\/\/127\.0\.0\.1/);
	},
});

async function isPngOfType(words: string, type: string | null): Promise<void> {
	const image = await customer.image(`fox [image: ${words}]`);
	expect(image.headers.get('content-type')).toBe(type);
	expect(pngSize(await bytesOf(image))).toEqual([1024, 1024]);
}

/** Read as it comes: a hundred megabytes need not be held. */
async function lengthOf(image: Response): Promise<number> {
	let length = 0;
	for await (const piece of image.body as unknown as AsyncIterable<Uint8Array>) {
		length += piece.length;
	}
	return length;
}
