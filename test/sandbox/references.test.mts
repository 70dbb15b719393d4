import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { createCanvas } from '@napi-rs/canvas';
import { bytesOf, Customer, pngSize } from './customer.mts';

const wide = createCanvas(320, 180);
wide.getContext('2d').fillRect(0, 0, 320, 180);
const tooLarge = Buffer.concat([wide.toBuffer('image/png'), Buffer.alloc(11 * 1024 * 1024)]);

const FILES: Record<string, Buffer> = {
	'/wide.png': wide.toBuffer('image/png'),
	'/wide.jpg': wide.toBuffer('image/jpeg'),
	'/wide.webp': wide.toBuffer('image/webp'),
	'/wide.avif': wide.toBuffer('image/avif'),
	'/page.png': Buffer.from('<html>'),
	'/damaged.png': wide.toBuffer('image/png').subarray(0, 60),
	'/large.png': tooLarge,
};

const host = createServer(({ url = '' }, response) => {
	if (url === '/moved.png') return response.writeHead(302, { location: '/wide.png' }).end();
	if (url === '/away.png') {
		return response.writeHead(302, { location: 'http://192.0.2.1/wide.png' }).end();
	}
	return response.writeHead(FILES[url] ? 200 : 404).end(FILES[url]);
});
let base = '';
let customer: Customer;
beforeAll(async () => {
	await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
	customer = await Customer.at();
});
afterAll(async () => {
	await customer.sandbox.stop();
	host.closeAllConnections();
	host.close();
});

const withReferences = async (...urls: string[]) =>
	(await customer.settled('fox', { input_urls: urls })).json.data;

test.each(['/wide.png', '/wide.jpg', '/wide.webp', '/moved.png'])(
	'%s can be used',
	async (path) => {
		expect((await withReferences(base + path)).status).toBe('SUCCESS');
	},
);

test.each([
	['/nothing.png', 'could not be fetched: Request failed with status code 404'],
	['/large.png', 'is larger than 10 MB'],
	['/away.png', 'could not be fetched: '],
	['/page.png', 'is not a JPEG, PNG or WEBP image'],
	['/wide.avif', 'is not a JPEG, PNG or WEBP image'],
	['/damaged.png', 'is damaged'],
])('%s fails the task, which is refunded', async (path, words) => {
	const { balance } = customer.sandbox.books;
	const seen = await withReferences(`${base}/wide.png`, base + path);
	expect(seen.status).toBe('FAILED');
	expect(seen.error_message).toContain(`Reference image 2 ${words}`);
	expect(customer.sandbox.books.balance).toBe(balance);
});

test('a host that does not exist fails the task, without being asked for', async () => {
	const seen = await withReferences('https://pictures.invalid/fox.png');
	expect(seen.error_message).toBe('Reference image 1 could not be fetched: no such host');
});

test('an image on another machine is taken for granted', async () => {
	expect((await withReferences('http://192.0.2.1/fox.png')).status).toBe('SUCCESS');
});

test('auto takes the shape of the first reference image', async () => {
	const urls = [`${base}/wide.jpg`, `${base}/wide.png`];
	const image = await customer.image('fox', { aspect_ratio: 'auto', input_urls: urls });
	expect(pngSize(await bytesOf(image))).toEqual([1360, 768]);
});

test('a drawn picture shows its reference images', async () => {
	const painter = await Customer.at({ pictures: 'drawn' });
	const picture = async (urls: string[]) =>
		await bytesOf(await painter.image('fox', { input_urls: urls }));
	const far = 'http://192.0.2.1/fox.png';
	const [shown, unseen] = [await picture([`${base}/wide.png`]), await picture([far])];
	expect(shown.equals(unseen)).toBe(false);
	await painter.sandbox.stop();
});
