import type { Resolution } from '../nodes/Flux2/api/contract.ts';

export interface Size {
	width: number;
	height: number;
}

const SIDE: Readonly<Record<Resolution, number>> = { '1K': 1024, '2K': 2048 };
const STEP = 16;
/** Beyond this a picture is a line; the ratio is then taken as this much. */
const LONGEST = 16;

/** The size of a picture: the area of a square of 1024 or 2048, in this shape, sides in steps of 16. */
export function sizeOf(resolution: Resolution, shape: Size): Size {
	const ratio = Math.min(LONGEST, Math.max(1 / LONGEST, shape.width / shape.height));
	const side = SIDE[resolution];
	const inSteps = (length: number) => Math.round(length / STEP) * STEP;
	return { width: inSteps(side * Math.sqrt(ratio)), height: inSteps(side / Math.sqrt(ratio)) };
}

/** The shape that `w:h` asks for; undefined for `auto`. */
export function shapeOf(aspectRatio: string): Size | undefined {
	const [width, height] = aspectRatio.split(':').map(Number);
	return width && height ? { width, height } : undefined;
}
