import { createCanvas, loadImage } from '@napi-rs/canvas';
import { bytesOf, Customer, pngSize } from './customer.mts';

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

let customer: Customer;
afterEach(async () => await customer.sandbox.stop());

/** The colours at a few places all over a picture. */
async function coloursOf(bytes: Buffer): Promise<Set<string>> {
	const image = await loadImage(bytes);
	const brush = createCanvas(image.width, image.height).getContext('2d');
	brush.drawImage(image, 0, 0);
	const places = Array.from({ length: 64 }, (_, at) => [
		Math.floor(((at % 8) / 8) * image.width),
		Math.floor((Math.floor(at / 8) / 8) * image.height),
	]);
	return new Set(places.map(([x = 0, y = 0]) => brush.getImageData(x, y, 1, 1).data.join()));
}

describe('a picture has the wished size', () => {
	test.each(Object.entries(SIZES))('%s', async (ratio, [width1, height1, width2, height2]) => {
		customer = await Customer.at();
		const one = await customer.image('fox', { aspect_ratio: ratio });
		const two = await customer.image('fox', { aspect_ratio: ratio, resolution: '2K' });
		expect(one.headers.get('content-type')).toBe('image/png');
		expect(pngSize(await bytesOf(one))).toEqual([width1, height1]);
		expect(pngSize(await bytesOf(two))).toEqual([width2, height2]);
	});

	test('drawn or plain', async () => {
		customer = await Customer.at({ pictures: 'drawn' });
		const picture = await bytesOf(await customer.image('fox', { aspect_ratio: '16:9' }));
		expect(pngSize(picture)).toEqual([1360, 768]);
	});
});

test('a plain picture is whole, of one colour, and weighs next to nothing', async () => {
	customer = await Customer.at();
	const picture = await bytesOf(await customer.image('fox', { resolution: '2K' }));
	expect(picture.length).toBeLessThan(2_000);
	expect((await coloursOf(picture)).size).toBe(1);
});

test('a drawn picture is scenery, the same for the same prompt and another for another', async () => {
	customer = await Customer.at({ pictures: 'drawn' });
	const [first, again, other] = await Promise.all(
		['a red fox', 'a red fox', 'a blue fox'].map(
			async (prompt) => await bytesOf(await customer.image(prompt)),
		),
	);
	expect((await coloursOf(first!)).size).toBeGreaterThan(20);
	expect(first!.equals(again!)).toBe(true);
	expect(first!.equals(other!)).toBe(false);
});

test('the images of one task differ', async () => {
	customer = await Customer.at({ pictures: 'drawn' });
	const { json } = await customer.settled('[task: 2 images]');
	const [first, second] = await Promise.all(
		json.data.response.map(async (url: string) => await bytesOf(await fetch(url))),
	);
	expect(first.equals(second)).toBe(false);
});

test.each(['', 'x'.repeat(5000), '画'.repeat(5000), 'Ünïcödé 😀 '.repeat(300)])(
	'any prompt can be drawn (%#)',
	async (text) => {
		customer = await Customer.at({ pictures: 'drawn' });
		const picture = await customer.image(`${text}fox`.slice(0, 5000), { aspect_ratio: '9:16' });
		expect(pngSize(await bytesOf(picture))).toEqual([768, 1360]);
	},
);

test('a picture can be made to weigh what a test wants, and is still whole', async () => {
	customer = await Customer.at({ imageBytes: 8_000_000 });
	const picture = await bytesOf(await customer.image('fox', { aspect_ratio: '3:2' }));
	expect(picture).toHaveLength(8_000_000);
	expect((await coloursOf(picture)).size).toBe(1);
});

test('many who ask for one picture at once get it', async () => {
	customer = await Customer.at({ pictures: 'drawn' });
	const { json } = await customer.settled('fox');
	const url = json.data.response[0];
	const all = await Promise.all(Array.from({ length: 20 }, async () => await fetch(url)));
	expect(new Set(await Promise.all(all.map(async (one) => (await bytesOf(one)).length))).size).toBe(
		1,
	);
});

test('an image needs no key, and no image is there without its name', async () => {
	customer = await Customer.at();
	const { json } = await customer.settled('fox');
	expect((await fetch(json.data.response[0])).status).toBe(200);
	expect((await fetch(`${customer.sandbox.url}/images/1.png`)).status).toBe(404);
	expect(customer.sandbox.requests.filter((one) => one.route === 'image')).toEqual([
		expect.not.objectContaining({ authorization: expect.anything() }),
		expect.anything(),
	]);
});
