import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Palette } from './palette.mts';
import { gradient, mix, paletteAt, withAlpha } from './palette.mts';
import { seededRandom } from './random.mts';
import type { Size } from './size.mts';

interface Background extends Size {
	ctx: SKRSContext2D;
	palette: Palette;
	random: () => number;
}

/** Draws one of three backgrounds over the whole canvas. The same seed draws the same. */
export function drawBackground(ctx: SKRSContext2D, size: Size, seed: number): void {
	const random = seededRandom(seed);
	const palette = paletteAt(random());
	const draw = [drawHills, drawSilk, drawOrbs][Math.floor(random() * 3)] ?? drawHills;
	draw({ ctx, palette, random, ...size });
}

/** Ridges before a low sun, the nearest darkest. */
function drawHills({ ctx, palette, random, width, height }: Background): void {
	const [dark, deep, mid, warm, light] = palette;
	ctx.fillStyle = gradient(ctx.createLinearGradient(0, 0, 0, height * 0.75), {
		0: mix(deep, mid, 0.25),
		0.5: mid,
		0.85: warm,
		1: light,
	});
	ctx.fillRect(0, 0, width, height);

	const sun = { x: width * (0.2 + 0.6 * random()), y: height * (0.22 + 0.2 * random()) };
	const radius = Math.min(width, height) * (0.07 + 0.06 * random());
	glow({ ctx, ...sun, radius: radius * 6, color: light, strength: 0.55 });
	ctx.fillStyle = light;
	circle(ctx, sun.x, sun.y, radius);

	const ridges = 6;
	for (let ridge = 0; ridge < ridges; ridge++) {
		const near = ridge / (ridges - 1);
		const base = height * (0.46 + 0.42 * near);
		const waves = [1, 2.3, 5.1].map((frequency) => ({
			frequency: (frequency * (0.8 + 0.5 * random()) * Math.PI * 2) / Math.max(width, height),
			height: (height * 0.075 * (0.5 + 0.5 * random())) / frequency,
			phase: random() * 10,
		}));
		const color = mix(mix(warm, mid, 0.5), dark, 0.12 + 0.88 * near);
		ctx.fillStyle = gradient(ctx.createLinearGradient(0, base - height * 0.12, 0, height), {
			0: color,
			1: mix(color, near < 0.6 ? warm : dark, 0.35),
		});
		ctx.beginPath();
		ctx.moveTo(0, height);
		for (let x = 0; x <= width + 8; x += 8) {
			const lift = waves.reduce(
				(sum, wave) => sum + Math.sin(x * wave.frequency + wave.phase) * wave.height,
				0,
			);
			ctx.lineTo(x, base + lift);
		}
		ctx.lineTo(width, height);
		ctx.fill();
	}
}

/** Sheets of fine lines that flow through light. */
function drawSilk({ ctx, palette, random, width, height }: Background): void {
	const [dark, deep, mid, warm, light] = palette;
	ctx.fillStyle = gradient(ctx.createLinearGradient(0, 0, width, height), { 0: deep, 1: dark });
	ctx.fillRect(0, 0, width, height);
	const span = Math.max(width, height);
	ctx.globalCompositeOperation = 'screen';
	for (const color of [mid, warm, mid]) {
		const radius = span * (0.35 + 0.3 * random());
		glow({ ctx, x: width * random(), y: height * 0.7 * random(), radius, color, strength: 0.5 });
	}
	for (const color of [mid, warm, light]) {
		const from = { y: height * random(), bend: height * (random() - 0.5), end: height * random() };
		const to = { y: height * random(), bend: height * (random() - 0.5), end: height * random() };
		const lines = 46;
		ctx.lineWidth = Math.max(1, span / 700);
		for (let line = 0; line < lines; line++) {
			const share = line / (lines - 1);
			const at = (key: keyof typeof from) => from[key] * (1 - share) + to[key] * share;
			ctx.strokeStyle = withAlpha(color, 0.08 + 0.4 * Math.sin(share * Math.PI) ** 3);
			ctx.beginPath();
			const [y, end, bend] = [at('y'), at('end'), at('bend') * 2];
			ctx.moveTo(-8, y);
			ctx.bezierCurveTo(width * 0.35, y + bend, width * 0.6, end - bend, width + 8, end);
			ctx.stroke();
		}
	}
	ctx.globalCompositeOperation = 'source-over';
}

/** Glass balls in soft light, the smaller ones farther away. */
function drawOrbs({ ctx, palette, random, width, height }: Background): void {
	const [dark, deep, mid, warm, light] = palette;
	const span = Math.min(width, height);
	ctx.fillStyle = gradient(ctx.createLinearGradient(0, 0, width * 0.4, height), {
		0: warm,
		0.55: mid,
		1: deep,
	});
	ctx.fillRect(0, 0, width, height);
	glow({ ctx, x: width * 0.2, y: 0, radius: span, color: light, strength: 0.7 });
	const colors = [light, warm, mid, deep];
	const balls = 13;
	for (let ball = 0; ball < balls; ball++) {
		const radius = span * (0.03 + 0.24 * (ball / balls) ** 2 * (0.6 + 0.6 * random()));
		const x = width * random();
		const y = height * (0.05 + 0.75 * random());
		const color = colors[Math.floor(random() * colors.length)] ?? warm;
		glow({ ctx, x, y: y + radius * 0.9, radius: radius * 1.3, color: dark, strength: 0.35 });
		const shine = [x - radius * 0.35, y - radius * 0.45, radius * 0.05] as const;
		ctx.fillStyle = gradient(ctx.createRadialGradient(...shine, x, y, radius), {
			0: mix(color, light, 0.85),
			0.45: color,
			1: mix(color, dark, 0.55),
		});
		circle(ctx, x, y, radius);
	}
}

interface Glow {
	ctx: SKRSContext2D;
	x: number;
	y: number;
	radius: number;
	color: string;
	strength: number;
}

function glow({ ctx, x, y, radius, color, strength }: Glow): void {
	ctx.fillStyle = gradient(ctx.createRadialGradient(x, y, 0, x, y, radius), {
		0: withAlpha(color, strength),
		0.4: withAlpha(color, strength * 0.35),
		1: withAlpha(color, 0),
	});
	circle(ctx, x, y, radius);
}

function circle(ctx: SKRSContext2D, x: number, y: number, radius: number): void {
	ctx.beginPath();
	ctx.arc(x, y, radius, 0, Math.PI * 2);
	ctx.fill();
}
