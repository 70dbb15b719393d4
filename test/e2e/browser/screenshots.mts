import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { root } from '../../../host/paths.mts';
import { reportsFolder } from '../reportedTest.mts';

const maxBytes = 200_000;

/** Saves a screenshot in `.reports/pictures`, to look into failures. */
export async function saveScreenshot(name: string, image: Buffer): Promise<void> {
	await write(join(reportsFolder, 'pictures'), name, image);
}

async function write(folder: string, name: string, image: Buffer): Promise<void> {
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, name), image);
}

/**
 * Saves a screenshot that the documentation shows. With UPDATE_PICTURES=1 it is also written to
 * `docs/images`.
 *
 * @returns the file name and size, as text for the report.
 */
export async function saveDocsImage(name: string, image: Buffer): Promise<string> {
	await saveScreenshot(name, image);
	if (process.env.UPDATE_PICTURES) await write(join(root, 'docs', 'images'), name, image);
	expect(image.length).toBeLessThan(maxBytes);
	const { width, height } = await loadImage(image);
	return `${name} of ${width} × ${height} pixels`;
}

/** The number of different colors (5 bits per channel). It is low where an image did not load. */
export async function countColors(screenshot: Buffer): Promise<number> {
	const image = await loadImage(screenshot);
	const canvas = createCanvas(image.width, image.height);
	const context = canvas.getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	const colors = new Set<number>();
	for (let at = 0; at < data.length; at += 4)
		colors.add(((data[at]! >> 3) << 10) | ((data[at + 1]! >> 3) << 5) | (data[at + 2]! >> 3));
	return colors.size;
}
