import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { createCanvas } from '@napi-rs/canvas';
import { parseCreateRequest } from '../../sandbox/createRequest.mts';
import { labelsFor } from '../../sandbox/imageLabels.mts';
import { drawTaskImage } from '../../sandbox/taskImage.mts';
import { bytesOf, SandboxClient, pngSize } from './client.mts';

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

const imageHost = createServer(({ url = '' }, response) => {
	if (url === '/moved.png') return response.writeHead(302, { location: '/wide.png' }).end();
	if (url === '/away.png') {
		return response.writeHead(302, { location: 'http://192.0.2.1/wide.png' }).end();
	}
	return response.writeHead(FILES[url] ? 200 : 404).end(FILES[url]);
});
let base = '';
let client: SandboxClient;
beforeAll(async () => {
	await new Promise<void>((resolve) => imageHost.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${(imageHost.address() as AddressInfo).port}`;
	client = await SandboxClient.start();
});
afterAll(async () => {
	await client.sandbox.stop();
	imageHost.closeAllConnections();
	imageHost.close();
});

const withReferences = async (...urls: string[]) =>
	(await client.createAndPoll('fox', { input_urls: urls })).json.data;

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
])('%s fails the task, which is refunded', async (path, message) => {
	const { balance } = client.sandbox.billing;
	const data = await withReferences(`${base}/wide.png`, base + path);
	expect(data.status).toBe('FAILED');
	expect(data.error_message).toContain(`Reference image 2 ${message}`);
	expect(client.sandbox.billing.balance).toBe(balance);
});

test('a host below .invalid fails the task without a request', async () => {
	const data = await withReferences('https://pictures.invalid/fox.png');
	expect(data.error_message).toBe('Reference image 1 could not be fetched: no such host');
});

test('an image on another machine is accepted without a request', async () => {
	expect((await withReferences('http://192.0.2.1/fox.png')).status).toBe('SUCCESS');
});

test('auto takes the shape of the first reference image', async () => {
	const urls = [`${base}/wide.jpg`, `${base}/wide.png`];
	const image = await client.download('fox', { aspect_ratio: 'auto', input_urls: urls });
	expect(pngSize(await bytesOf(image))).toEqual([1360, 768]);
});

test.each([
	[[], ['sandbox picture']],
	[
		[2],
		['sandbox picture', expect.stringMatching(/^reference image 2 was not downloaded: it is on/)],
	],
	[
		[1, 3, 4],
		['sandbox picture', expect.stringMatching(/^reference images 1, 3 and 4 were not/)],
	],
])('with %j not downloaded, the image says so', (notDownloaded, labels) => {
	expect(labelsFor(notDownloaded)).toEqual(labels);
});

test('the task knows which images were not downloaded', async () => {
	await withReferences('http://192.0.2.1/a.png', `${base}/wide.png`, 'https://shop.example/b.png');
	const task = [...client.sandbox.tasks.values()].at(-1);
	expect(task?.referenceImages).toHaveLength(1);
	expect(task?.notDownloaded).toEqual([1, 3]);
});

test('a drawn image says that a reference image was not downloaded', async () => {
	const image = {
		request: parseCreateRequest('{"model":"flux-2","prompt":"a red fox"}'),
		size: { width: 512, height: 512 },
		seed: 1,
		referenceImages: [],
		format: 'png' as const,
	};
	const drawn = async (...notDownloaded: number[]) =>
		await drawTaskImage({ ...image, notDownloaded });
	expect((await drawn()).equals(await drawn())).toBe(true);
	expect((await drawn(1)).equals(await drawn())).toBe(false);
	expect((await drawn(1)).equals(await drawn(2))).toBe(false);
});

test('a drawn image shows its reference images', async () => {
	const client = await SandboxClient.start({ images: 'drawn' });
	const image = async (urls: string[]) =>
		await bytesOf(await client.download('fox', { input_urls: urls }));
	const elsewhere = 'http://192.0.2.1/fox.png';
	const [shown, missing] = [await image([`${base}/wide.png`]), await image([elsewhere])];
	expect(shown.equals(missing)).toBe(false);
	await client.sandbox.stop();
});
