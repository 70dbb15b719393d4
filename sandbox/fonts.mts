import { createRequire } from 'node:module';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { GlobalFonts } from '@napi-rs/canvas';

const FACES = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const;

let registered = false;

/** Sets letters of the fonts that come with the sandbox, so that pictures look alike everywhere. */
export function setFont(brush: SKRSContext2D, size: number, face: keyof typeof FACES): void {
	if (!registered) {
		const { resolve } = createRequire(import.meta.url);
		for (const [name, file] of Object.entries(FACES)) {
			GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${file}`), `sandbox ${name}`);
		}
		registered = true;
	}
	brush.font = `${size}px "sandbox ${face}", sans-serif`;
}
