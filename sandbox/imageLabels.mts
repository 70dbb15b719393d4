import type { SKRSContext2D } from '@napi-rs/canvas';
import { setFont } from './fonts.mts';

/** Where labels go, in pixels. */
interface LabelLayout {
	ctx: SKRSContext2D;
	unit: number;
	margin: number;
	width: number;
}

/**
 * What an image says about itself: that it is no real one, and which of the reference images had no
 * part in it.
 *
 * @param notDownloaded positions of reference images on other machines, counted from 1.
 */
export function labelsFor(notDownloaded: readonly number[]): string[] {
	const label = 'sandbox picture';
	const last = notDownloaded.at(-1);
	if (last === undefined) return [label];
	if (notDownloaded.length === 1) {
		return [label, `reference image ${last} was not downloaded: it is on another machine`];
	}
	const others = notDownloaded.slice(0, -1).join(', ');
	return [
		label,
		`reference images ${others} and ${last} were not downloaded: they are on other machines`,
	];
}

/** One below the other, in the upper right corner. */
export function drawLabels(layout: LabelLayout, labels: readonly string[]): void {
	for (const [index, text] of labels.entries()) {
		drawLabel(layout, text, layout.margin + index * layout.unit * 5.4);
	}
}

function drawLabel({ ctx, unit, width, margin }: LabelLayout, text: string, y: number): void {
	setFont(ctx, unit * 2, 'regular');
	const padding = unit * 1.8;
	const textWidth = Math.min(ctx.measureText(text).width, width - (margin + padding) * 2);
	const box = { height: unit * 4.4, width: textWidth + padding * 2 };
	const x = width - margin - box.width;
	ctx.fillStyle = '#00000059';
	ctx.beginPath();
	ctx.roundRect(x, y, box.width, box.height, box.height / 2);
	ctx.fill();
	ctx.fillStyle = '#ffffffd9';
	ctx.textBaseline = 'middle';
	ctx.fillText(text, x + padding, y + box.height / 2, textWidth);
	ctx.textBaseline = 'alphabetic';
}
