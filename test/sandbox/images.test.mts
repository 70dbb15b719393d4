import { createCanvas, loadImage } from '@napi-rs/canvas';
import { bytesOf, SandboxClient, pngSize } from './client.mts';

const SIZES = {
	'1:1': [1024, 1024, 2048, 2048],
	'4:3': [1184, 880, 2368, 1776],
	'3:4': [880, 1184, 1776, 2368],
	'16:9': [1360, 768, 2736, 1536],
	'9:16': [768, 1360, 1536, 2736],
	'3:2': [1248, 832, 2512, 1680],
	'2:3': [832, 1248, 1680, 2512],
	'21:9': [1568, 672, 3136, 1344],
	'9999:1': [4096, 256, 8192, 512],
};

let client: SandboxClient;
afterEach(async () => await client.sandbox.stop());

/** The colors at a few points all over an image. */
async function colorsOf(bytes: Buffer): Promise<Set<string>> {
	const image = await loadImage(bytes);
	const ctx = createCanvas(image.width, image.height).getContext('2d');
	ctx.drawImage(image, 0, 0);
	const points = Array.from({ length: 64 }, (_, index) => [
		Math.floor(((index % 8) / 8) * image.width),
		Math.floor((Math.floor(index / 8) / 8) * image.height),
	]);
	return new Set(points.map(([x = 0, y = 0]) => ctx.getImageData(x, y, 1, 1).data.join()));
}

describe('an image has the requested size', () => {
	test.each(Object.entries(SIZES))('%s', async (ratio, [width1, height1, width2, height2]) => {
		client = await SandboxClient.start();
		const oneK = await client.download('fox', { aspect_ratio: ratio });
		const twoK = await client.download('fox', { aspect_ratio: ratio, resolution: '2K' });
		expect(oneK.headers.get('content-type')).toBe('image/png');
		expect(pngSize(await bytesOf(oneK))).toEqual([width1, height1]);
		expect(pngSize(await bytesOf(twoK))).toEqual([width2, height2]);
	});

	test('drawn or plain', async () => {
		client = await SandboxClient.start({ images: 'drawn' });
		const image = await bytesOf(await client.download('fox', { aspect_ratio: '16:9' }));
		expect(pngSize(image)).toEqual([1360, 768]);
	});
});

test('a plain image is a complete PNG of one color and next to no bytes', async () => {
	client = await SandboxClient.start();
	const image = await bytesOf(await client.download('fox', { resolution: '2K' }));
	expect(image.length).toBeLessThan(2_000);
	expect((await colorsOf(image)).size).toBe(1);
});

test('a drawn image has many colors, and is the same only for the same prompt', async () => {
	client = await SandboxClient.start({ images: 'drawn' });
	const [first, again, other] = await Promise.all(
		['a red fox', 'a red fox', 'a blue fox'].map(
			async (prompt) => await bytesOf(await client.download(prompt)),
		),
	);
	expect((await colorsOf(first!)).size).toBeGreaterThan(20);
	expect(first!.equals(again!)).toBe(true);
	expect(first!.equals(other!)).toBe(false);
});

test('the images of one task differ', async () => {
	client = await SandboxClient.start({ images: 'drawn' });
	const { json } = await client.createAndPoll('[task: 2 images]');
	const [first, second] = await Promise.all(
		json.data.response.map(async (url: string) => await bytesOf(await fetch(url))),
	);
	expect(first.equals(second)).toBe(false);
});

test.each(['', 'x'.repeat(5000), '画'.repeat(5000), 'Ünïcödé 😀 '.repeat(300)])(
	'any prompt can be drawn (%#)',
	async (text) => {
		client = await SandboxClient.start({ images: 'drawn' });
		const image = await client.download(`${text}fox`.slice(0, 5000), { aspect_ratio: '9:16' });
		expect(pngSize(await bytesOf(image))).toEqual([768, 1360]);
	},
);

test('a PNG can have any number of bytes, and is still complete', async () => {
	client = await SandboxClient.start({ imageBytes: 8_000_000 });
	const image = await bytesOf(await client.download('fox', { aspect_ratio: '3:2' }));
	expect(image).toHaveLength(8_000_000);
	expect((await colorsOf(image)).size).toBe(1);
});

test('simultaneous requests for one image all get it', async () => {
	client = await SandboxClient.start({ images: 'drawn' });
	const { json } = await client.createAndPoll('fox');
	const url = json.data.response[0];
	const lengths = await Promise.all(
		Array.from({ length: 20 }, async () => (await bytesOf(await fetch(url))).length),
	);
	expect(new Set(lengths).size).toBe(1);
});

test('an image needs no key, and only its own name leads to it', async () => {
	client = await SandboxClient.start();
	const { json } = await client.createAndPoll('fox');
	expect((await fetch(json.data.response[0])).status).toBe(200);
	expect((await fetch(`${client.sandbox.url}/images/1.png`)).status).toBe(404);
	expect(client.sandbox.requests.filter(({ route }) => route === 'image')).toEqual([
		expect.not.objectContaining({ authorization: expect.anything() }),
		expect.anything(),
	]);
});
