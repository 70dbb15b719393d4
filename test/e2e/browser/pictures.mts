import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { root } from '../../../host/places.mts';
import { setFont } from '../../../sandbox/fonts.mts';
import { reportsFolder } from '../tried.mts';

const mostBytes = 200_000;

/** Keeps a picture in `.reports/pictures`, for whoever wants to see what the run saw. */
export async function look(name: string, picture: Buffer): Promise<void> {
	await write(join(reportsFolder, 'pictures'), name, picture);
}

async function write(folder: string, name: string, picture: Buffer): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, name), picture);
}

/**
 * Keeps a picture of the pages: with UPDATE_PICTURES=1 in `docs/images` as well.
 *
 * @returns its size in words.
 */
export async function keep(name: string, picture: Buffer): Promise<string> {
	await look(name, picture);
	if (process.env.UPDATE_PICTURES) await write(join(root, 'docs', 'images'), name, picture);
	expect(picture.length).toBeLessThan(mostBytes);
	const { width, height } = await loadImage(picture);
	return `${name} of ${width} × ${height} pixels`;
}

/** Whether a picture shows more than flat colour, so that an image that did not load is noticed. */
export async function coloursIn(picture: Buffer): Promise<number> {
	const image = await loadImage(picture);
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	const colours = new Set<number>();
	for (let at = 0; at < data.length; at += 4)
		colours.add(((data[at]! >> 3) << 10) | ((data[at + 1]! >> 3) << 5) | (data[at + 2]! >> 3));
	return colours.size;
}

/** Pictures on one sheet, with a line that says what they are. */
export async function contactSheet(pictures: readonly Buffer[], line: string): Promise<Buffer> {
	const [columns, cell, gap, head] = [3, 220, 12, 40];
	const rows = Math.ceil(pictures.length / columns);
	const canvas = createCanvas(
		columns * (cell + gap) + gap,
		head + rows * (cell * 0.75 + gap) + gap / 2,
	);
	const context = canvas.getContext('2d');
	context.fillStyle = '#ffffff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.fillStyle = '#333333';
	setFont(context, 15, 'regular');
	context.fillText(line, gap, 26);
	for (const [index, picture] of pictures.entries()) {
		const image = await loadImage(picture);
		const scale = Math.min(cell / image.width, (cell * 0.75) / image.height);
		const [width, height] = [image.width * scale, image.height * scale];
		const left = gap + (index % columns) * (cell + gap) + (cell - width) / 2;
		const top =
			head + Math.floor(index / columns) * (cell * 0.75 + gap) + (cell * 0.75 - height) / 2;
		context.drawImage(image, left, top, width, height);
	}
	return canvas.toBuffer('image/png');
}
