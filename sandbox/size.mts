import type { Resolution } from '../nodes/Flux2/api/contract.ts';

/** In pixels, or a ratio. */
export interface Size {
	width: number;
	height: number;
}

const SIDE: Readonly<Record<Resolution, number>> = { '1K': 1024, '2K': 2048 };
const STEP = 16;
/** Images with a more extreme ratio get this one. */
const MAX_RATIO = 16;

/** The size in pixels: the area of a square of 1024 or 2048 in this ratio, sides in steps of 16. */
export function imageSize(resolution: Resolution, shape: Size): Size {
	const ratio = Math.min(MAX_RATIO, Math.max(1 / MAX_RATIO, shape.width / shape.height));
	const side = SIDE[resolution];
	const inSteps = (length: number) => Math.round(length / STEP) * STEP;
	return { width: inSteps(side * Math.sqrt(ratio)), height: inSteps(side / Math.sqrt(ratio)) };
}

/** Reads `w:h`; undefined for `auto`. */
export function parseAspectRatio(aspectRatio: string): Size | undefined {
	const [width, height] = aspectRatio.split(':').map(Number);
	return width && height ? { width, height } : undefined;
}
