import type { SKRSContext2D } from '@napi-rs/canvas';

/** Five colors of an image, dark to light. */
export type Palette = readonly [string, string, string, string, string];

const PALETTES: readonly Palette[] = [
	['#0b1026', '#3a1c71', '#d76d77', '#ffaf7b', '#fff1d6'],
	['#04202c', '#0b4f6c', '#01baef', '#a7f0d2', '#fbfbff'],
	['#1a1423', '#372549', '#774c60', '#c9737c', '#f2d9cf'],
	['#0d1f17', '#14532d', '#4d9f5b', '#c7e07a', '#fdf8d8'],
	['#10002b', '#3c096c', '#7b2cbf', '#e07aff', '#ffe3ff'],
	['#14171f', '#2f3e57', '#4f8fa3', '#a9c4d6', '#f6f4e9'],
	['#2b0a3d', '#8f1d56', '#f2545b', '#ffb86b', '#fff3c9'],
	['#031926', '#1f4e5f', '#468189', '#9dd0c6', '#f4e9cd'],
	['#1b0f1f', '#5b1f4a', '#b8437a', '#f59ac0', '#fff0f6'],
	['#0f172a', '#1e3a8a', '#3b82f6', '#93c5fd', '#fef9c3'],
];

/** One of the palettes, by a number from 0 to below 1. */
export const paletteAt = (position: number): Palette =>
	PALETTES[Math.floor(position * PALETTES.length)] ?? (PALETTES[0] as Palette);

/** A color between two; `share` is that of the second. */
export function mix(first: string, second: string, share: number): string {
	const mixed = [1, 3, 5].map((at) => {
		const [from, to] = [first, second].map((color) => parseInt(color.slice(at, at + 2), 16));
		return hex((from ?? 0) * (1 - share) + (to ?? 0) * share);
	});
	return `#${mixed.join('')}`;
}

export const withAlpha = (color: string, alpha: number): string => color + hex(alpha * 255);

const hex = (value: number): string => Math.round(value).toString(16).padStart(2, '0');

type Gradient = ReturnType<SKRSContext2D['createLinearGradient']>;

/** Gives a gradient its colors, by their position from 0 to 1. */
export function gradient(empty: Gradient, stops: Readonly<Record<number, string>>): Gradient {
	for (const [position, color] of Object.entries(stops)) {
		empty.addColorStop(Number(position), color);
	}
	return empty;
}
