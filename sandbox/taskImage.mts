import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { drawBackground } from './background.mts';
import type { CreateRequest } from './createRequest.mts';
import { setFont } from './fonts.mts';
import { drawLabels, labelsFor } from './imageLabels.mts';
import { gradient } from './palette.mts';
import type { ReferenceImage } from './referenceImages.mts';
import type { Size } from './size.mts';
import type { ImageFormat } from './task.mts';
import { wrapText } from './wrapText.mts';

interface TaskImage {
	request: CreateRequest;
	size: Size;
	seed: number;
	referenceImages: readonly ReferenceImage[];
	/** Positions of those on other machines, counted from 1. */
	notDownloaded: readonly number[];
	format: ImageFormat;
}

interface Layout extends Size {
	ctx: SKRSContext2D;
	/** About a hundredth of the shorter side; all sizes are multiples of it. */
	unit: number;
	margin: number;
}

/** An image that shows the request: a background, prompt, settings, reference images, and a label. */
export async function drawTaskImage(image: TaskImage): Promise<Buffer> {
	const { width, height } = image.size;
	const canvas = createCanvas(width, height);
	const unit = Math.min(width, height, Math.max(width, height) / 1.6) / 100;
	const layout = { ctx: canvas.getContext('2d'), unit, margin: unit * 6, width, height };
	drawBackground(layout.ctx, image.size, image.seed);
	drawLabels(layout, labelsFor(image.notDownloaded));
	const top = drawCaption(layout, image);
	await drawThumbnails(layout, image.referenceImages, top - unit * 4);
	return await encode(canvas, image.format);
}

/** An image in one color. */
export async function drawFlatImage(size: Size, rgb: number, format: ImageFormat): Promise<Buffer> {
	const canvas = createCanvas(size.width, size.height);
	const ctx = canvas.getContext('2d');
	ctx.fillStyle = `#${rgb.toString(16).padStart(6, '0')}`;
	ctx.fillRect(0, 0, size.width, size.height);
	return await encode(canvas, format);
}

/** Encoding runs beside the main thread; drawing does not. */
const encode = async (canvas: Canvas, format: ImageFormat): Promise<Buffer> =>
	format === 'png' ? await canvas.encode('png') : await canvas.encode(format, 88);

/** Prompt and settings at the bottom, on a shadow that keeps them legible. Returns their top. */
function drawCaption(layout: Layout, { request, size }: TaskImage): number {
	const { ctx, unit, margin, width, height } = layout;
	const lines = wrapText(ctx, request.prompt, {
		width: width - margin * 2,
		height: height * 0.4,
		largest: unit * 5.4,
		smallest: unit * 2.2,
	});
	const settingsSize = unit * 2.5;
	const settingsBelow = settingsSize + unit * 3;
	const top = height - margin - settingsBelow - lines.rows.length * lines.lineHeight;

	ctx.fillStyle = gradient(ctx.createLinearGradient(0, top - unit * 18, 0, height), {
		0: '#00000000',
		0.35: '#0000008c',
		1: '#000000c7',
	});
	ctx.fillRect(0, top - unit * 18, width, height - top + unit * 18);

	ctx.fillStyle = '#ffffff';
	setFont(ctx, lines.size, 'bold');
	lines.rows.forEach((row, index) => {
		ctx.fillText(row, margin, top + lines.lineHeight * index + lines.size);
	});
	ctx.fillStyle = '#ffffffbf';
	setFont(ctx, settingsSize, 'regular');
	ctx.fillText(settingsOf(request, size), margin, height - margin, width - margin * 2);
	return top;
}

function settingsOf(
	{ mode, resolution, aspectRatio, inputUrls }: CreateRequest,
	size: Size,
): string {
	const count = inputUrls.length;
	return [
		`Flux 2 ${mode}`,
		resolution,
		aspectRatio,
		`${size.width} × ${size.height}`,
		...(count > 0 ? [`${count} reference image${count > 1 ? 's' : ''}`] : []),
	].join('   ·   ');
}

async function drawThumbnails(
	{ ctx, unit, margin, width }: Layout,
	images: readonly ReferenceImage[],
	bottom: number,
): Promise<void> {
	const gap = unit * 1.6;
	const available = (width - margin * 2 - gap * (images.length - 1)) / images.length;
	const side = Math.min(unit * 16, available);
	for (const [index, { thumbnail }] of images.entries()) {
		const image = await loadImage(thumbnail);
		const x = margin + index * (side + gap);
		const y = bottom - side;
		const crop = Math.min(image.width, image.height);
		ctx.save();
		ctx.beginPath();
		ctx.roundRect(x, y, side, side, unit * 1.4);
		ctx.clip();
		const [left, upper] = [(image.width - crop) / 2, (image.height - crop) / 2];
		ctx.drawImage(image, left, upper, crop, crop, x, y, side, side);
		ctx.restore();
		ctx.strokeStyle = '#ffffffe6';
		ctx.lineWidth = unit * 0.4;
		ctx.beginPath();
		ctx.roundRect(x, y, side, side, unit * 1.4);
		ctx.stroke();
	}
}
