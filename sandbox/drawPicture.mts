import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { paintBackdrop } from './backdrop.mts';
import { setFont } from './fonts.mts';
import type { Order } from './order.mts';
import type { Reference } from './references.mts';
import type { Size } from './size.mts';
import { wrapText } from './wrapText.mts';

export type Format = 'png' | 'jpeg' | 'webp';

export interface PictureOrder {
	order: Order;
	size: Size;
	seed: number;
	references: readonly Reference[];
	format: Format;
}

/** Everything is measured in hundredths of this picture's shorter side. */
interface Sheet extends Size {
	brush: SKRSContext2D;
	unit: number;
	margin: number;
}

/** A picture that shows what was asked for: scenery, prompt, settings, references, and a label. */
export async function drawPicture(wanted: PictureOrder): Promise<Buffer> {
	const { width, height } = wanted.size;
	const canvas = createCanvas(width, height);
	const unit = Math.min(width, height, Math.max(width, height) / 1.6) / 100;
	const sheet = { brush: canvas.getContext('2d'), unit, margin: unit * 6, width, height };
	paintBackdrop(sheet.brush, wanted.size, wanted.seed);
	drawLabel(sheet);
	const top = drawCaption(sheet, wanted);
	await drawThumbnails(sheet, wanted.references, top - unit * 4);
	return await encode(canvas, wanted.format);
}

/** The same size and format in one flat colour, for those who count bytes and not beauty. */
export async function flatPicture(size: Size, rgb: number, format: Format): Promise<Buffer> {
	const canvas = createCanvas(size.width, size.height);
	const brush = canvas.getContext('2d');
	brush.fillStyle = `#${rgb.toString(16).padStart(6, '0')}`;
	brush.fillRect(0, 0, size.width, size.height);
	return await encode(canvas, format);
}

/** Encoding runs beside the main thread; drawing does not. */
const encode = async (canvas: Canvas, format: Format): Promise<Buffer> =>
	format === 'png' ? await canvas.encode('png') : await canvas.encode(format, 88);

function drawLabel({ brush, unit, width, margin }: Sheet): void {
	const text = 'sandbox picture';
	setFont(brush, unit * 2, 'regular');
	const length = brush.measureText(text).width;
	const box = { height: unit * 4.4, width: length + unit * 3.6 };
	const x = width - margin - box.width;
	brush.fillStyle = '#00000059';
	brush.beginPath();
	brush.roundRect(x, margin, box.width, box.height, box.height / 2);
	brush.fill();
	brush.fillStyle = '#ffffffd9';
	brush.textBaseline = 'middle';
	brush.fillText(text, x + unit * 1.8, margin + box.height / 2);
	brush.textBaseline = 'alphabetic';
}

/** Prompt and settings at the foot, on a shade that keeps them legible. Returns where they begin. */
function drawCaption(sheet: Sheet, { order, size }: PictureOrder): number {
	const { brush, unit, margin, width, height } = sheet;
	const lines = wrapText(brush, order.prompt, {
		width: width - margin * 2,
		height: height * 0.4,
		largest: unit * 5.4,
		smallest: unit * 2.2,
	});
	const settingsSize = unit * 2.5;
	const settingsBelow = settingsSize + unit * 3;
	const top = height - margin - settingsBelow - lines.rows.length * lines.leading;

	const shade = brush.createLinearGradient(0, top - unit * 18, 0, height);
	shade.addColorStop(0, '#00000000');
	shade.addColorStop(0.35, '#0000008c');
	shade.addColorStop(1, '#000000c7');
	brush.fillStyle = shade;
	brush.fillRect(0, top - unit * 18, width, height - top + unit * 18);

	brush.fillStyle = '#ffffff';
	setFont(brush, lines.size, 'bold');
	lines.rows.forEach((row, at) => {
		brush.fillText(row, margin, top + lines.leading * at + lines.size);
	});
	brush.fillStyle = '#ffffffbf';
	setFont(brush, settingsSize, 'regular');
	brush.fillText(settingsOf(order, size), margin, height - margin, width - margin * 2);
	return top;
}

function settingsOf({ mode, resolution, aspectRatio, inputUrls }: Order, size: Size): string {
	const references = inputUrls.length;
	return [
		`Flux 2 ${mode}`,
		resolution,
		aspectRatio,
		`${size.width} × ${size.height}`,
		...(references > 0 ? [`${references} reference image${references > 1 ? 's' : ''}`] : []),
	].join('   ·   ');
}

async function drawThumbnails(
	{ brush, unit, margin, width }: Sheet,
	references: readonly Reference[],
	bottom: number,
): Promise<void> {
	const gap = unit * 1.6;
	const room = (width - margin * 2 - gap * (references.length - 1)) / references.length;
	const side = Math.min(unit * 16, room);
	for (const [at, { thumbnail }] of references.entries()) {
		const image = await loadImage(thumbnail);
		const x = margin + at * (side + gap);
		const y = bottom - side;
		const cut = Math.min(image.width, image.height);
		brush.save();
		brush.beginPath();
		brush.roundRect(x, y, side, side, unit * 1.4);
		brush.clip();
		brush.drawImage(
			image,
			(image.width - cut) / 2,
			(image.height - cut) / 2,
			cut,
			cut,
			x,
			y,
			side,
			side,
		);
		brush.restore();
		brush.strokeStyle = '#ffffffe6';
		brush.lineWidth = unit * 0.4;
		brush.beginPath();
		brush.roundRect(x, y, side, side, unit * 1.4);
		brush.stroke();
	}
}
