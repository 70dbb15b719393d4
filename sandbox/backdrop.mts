import type { SKRSContext2D } from '@napi-rs/canvas';
import { chance } from './chance.mts';
import type { Palette } from './palette.mts';
import { between, clear, paletteAt } from './palette.mts';
import type { Size } from './size.mts';

/** A surface being painted, and the chance that decides how. */
interface Scene extends Size {
	brush: SKRSContext2D;
	palette: Palette;
	random: () => number;
}

/** Paints one of a few kinds of scenery over the whole surface. The same seed paints the same. */
export function paintBackdrop(brush: SKRSContext2D, size: Size, seed: number): void {
	const random = chance(seed);
	const palette = paletteAt(random());
	const scenery = [paintHills, paintSilk, paintOrbs][Math.floor(random() * 3)] ?? paintHills;
	scenery({ brush, palette, random, ...size });
}

/** Ridges before a low sun, the nearest darkest. */
function paintHills({ brush, palette, random, width, height }: Scene): void {
	const [dark, deep, mid, warm, light] = palette;
	const sky = brush.createLinearGradient(0, 0, 0, height * 0.75);
	sky.addColorStop(0, between(deep, mid, 0.25));
	sky.addColorStop(0.5, mid);
	sky.addColorStop(0.85, warm);
	sky.addColorStop(1, light);
	brush.fillStyle = sky;
	brush.fillRect(0, 0, width, height);

	const sun = { x: width * (0.2 + 0.6 * random()), y: height * (0.22 + 0.2 * random()) };
	const radius = Math.min(width, height) * (0.07 + 0.06 * random());
	glow({ brush, ...sun, radius: radius * 6, colour: light, strength: 0.55 });
	brush.fillStyle = light;
	circle(brush, sun.x, sun.y, radius);

	const ridges = 6;
	for (let ridge = 0; ridge < ridges; ridge++) {
		const near = ridge / (ridges - 1);
		const base = height * (0.46 + 0.42 * near);
		const waves = [1, 2.3, 5.1].map((pace) => ({
			pace: (pace * (0.8 + 0.5 * random()) * Math.PI * 2) / Math.max(width, height),
			lift: (height * 0.075 * (0.5 + 0.5 * random())) / pace,
			start: random() * 10,
		}));
		const colour = between(between(warm, mid, 0.5), dark, 0.12 + 0.88 * near);
		const fill = brush.createLinearGradient(0, base - height * 0.12, 0, height);
		fill.addColorStop(0, colour);
		fill.addColorStop(1, between(colour, near < 0.6 ? warm : dark, 0.35));
		brush.fillStyle = fill;
		brush.beginPath();
		brush.moveTo(0, height);
		for (let x = 0; x <= width + 8; x += 8) {
			const lift = waves.reduce(
				(sum, one) => sum + Math.sin(x * one.pace + one.start) * one.lift,
				0,
			);
			brush.lineTo(x, base + lift);
		}
		brush.lineTo(width, height);
		brush.fill();
	}
}

/** Sheets of fine lines that flow through light. */
function paintSilk({ brush, palette, random, width, height }: Scene): void {
	const [dark, deep, mid, warm, light] = palette;
	const ground = brush.createLinearGradient(0, 0, width, height);
	ground.addColorStop(0, deep);
	ground.addColorStop(1, dark);
	brush.fillStyle = ground;
	brush.fillRect(0, 0, width, height);
	const span = Math.max(width, height);
	brush.globalCompositeOperation = 'screen';
	for (const colour of [mid, warm, mid]) {
		const radius = span * (0.35 + 0.3 * random());
		glow({ brush, x: width * random(), y: height * 0.7 * random(), radius, colour, strength: 0.5 });
	}
	const sheets = [mid, warm, light];
	for (const colour of sheets) {
		const from = { y: height * random(), bend: height * (random() - 0.5), end: height * random() };
		const to = { y: height * random(), bend: height * (random() - 0.5), end: height * random() };
		const lines = 46;
		brush.lineWidth = Math.max(1, span / 700);
		for (let line = 0; line < lines; line++) {
			const share = line / (lines - 1);
			const at = (key: keyof typeof from) => from[key] * (1 - share) + to[key] * share;
			brush.strokeStyle = clear(colour, 0.08 + 0.4 * Math.sin(share * Math.PI) ** 3);
			brush.beginPath();
			brush.moveTo(-8, at('y'));
			brush.bezierCurveTo(
				width * 0.35,
				at('y') + at('bend') * 2,
				width * 0.6,
				at('end') - at('bend') * 2,
				width + 8,
				at('end'),
			);
			brush.stroke();
		}
	}
	brush.globalCompositeOperation = 'source-over';
}

/** Glass balls in soft light, the smaller the farther. */
function paintOrbs({ brush, palette, random, width, height }: Scene): void {
	const [dark, deep, mid, warm, light] = palette;
	const span = Math.min(width, height);
	const ground = brush.createLinearGradient(0, 0, width * 0.4, height);
	ground.addColorStop(0, warm);
	ground.addColorStop(0.55, mid);
	ground.addColorStop(1, deep);
	brush.fillStyle = ground;
	brush.fillRect(0, 0, width, height);
	glow({ brush, x: width * 0.2, y: 0, radius: span, colour: light, strength: 0.7 });
	const colours = [light, warm, mid, deep];
	const balls = 13;
	for (let ball = 0; ball < balls; ball++) {
		const radius = span * (0.03 + 0.24 * (ball / balls) ** 2 * (0.6 + 0.6 * random()));
		const x = width * random();
		const y = height * (0.05 + 0.75 * random());
		const colour = colours[Math.floor(random() * colours.length)] ?? warm;
		glow({ brush, x, y: y + radius * 0.9, radius: radius * 1.3, colour: dark, strength: 0.35 });
		const shade = brush.createRadialGradient(
			x - radius * 0.35,
			y - radius * 0.45,
			radius * 0.05,
			x,
			y,
			radius,
		);
		shade.addColorStop(0, between(colour, light, 0.85));
		shade.addColorStop(0.45, colour);
		shade.addColorStop(1, between(colour, dark, 0.55));
		brush.fillStyle = shade;
		circle(brush, x, y, radius);
	}
}

interface Glow {
	brush: SKRSContext2D;
	x: number;
	y: number;
	radius: number;
	colour: string;
	strength: number;
}

function glow({ brush, x, y, radius, colour, strength }: Glow): void {
	const light = brush.createRadialGradient(x, y, 0, x, y, radius);
	light.addColorStop(0, clear(colour, strength));
	light.addColorStop(0.4, clear(colour, strength * 0.35));
	light.addColorStop(1, clear(colour, 0));
	brush.fillStyle = light;
	circle(brush, x, y, radius);
}

function circle(brush: SKRSContext2D, x: number, y: number, radius: number): void {
	brush.beginPath();
	brush.arc(x, y, radius, 0, Math.PI * 2);
	brush.fill();
}
