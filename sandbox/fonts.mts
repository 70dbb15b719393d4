import { createRequire } from 'node:module';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { GlobalFonts } from '@napi-rs/canvas';

const FACES = { regular: 'DejaVuSans.ttf', bold: 'DejaVuSans-Bold.ttf' } as const;

let registered = false;

/** Sets a font that is installed with the sandbox, so that images look the same everywhere. */
export function setFont(ctx: SKRSContext2D, size: number, face: keyof typeof FACES): void {
	if (!registered) {
		const { resolve } = createRequire(import.meta.url);
		for (const [name, file] of Object.entries(FACES)) {
			GlobalFonts.registerFromPath(resolve(`dejavu-fonts-ttf/ttf/${file}`), `sandbox ${name}`);
		}
		registered = true;
	}
	ctx.font = `${size}px "sandbox ${face}", sans-serif`;
}
