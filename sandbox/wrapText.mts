import type { SKRSContext2D } from '@napi-rs/canvas';
import { setFont } from './fonts.mts';

/** The space a text has, and the font sizes it may have. */
interface TextBox {
	width: number;
	height: number;
	largest: number;
	smallest: number;
}

interface WrappedText {
	rows: string[];
	/** Of the font. */
	size: number;
	lineHeight: number;
}

const LINE_HEIGHT = 1.28;
const STEPS = 8;

/** Breaks a text into rows at the largest font size that fits; what still does not fit is cut off. */
export function wrapText(ctx: SKRSContext2D, text: string, box: TextBox): WrappedText {
	const words = text.trim().split(/\s+/);
	let wrapped: WrappedText = { rows: [], size: box.largest, lineHeight: 0 };
	for (let step = 0; step <= STEPS; step++) {
		const size = box.largest - ((box.largest - box.smallest) * step) / STEPS;
		const lineHeight = size * LINE_HEIGHT;
		const maxRows = Math.max(1, Math.floor(box.height / lineHeight));
		setFont(ctx, size, 'bold');
		// One row too many shows that it does not fit; a prompt may be far longer than the image.
		const rows = rowsOf(ctx, words, box.width, maxRows + 1);
		wrapped = { rows, size, lineHeight };
		if (rows.length <= maxRows) return wrapped;
	}
	const rows = wrapped.rows.slice(0, -1);
	rows.push(`${rows.pop() ?? ''} …`);
	return { ...wrapped, rows };
}

function rowsOf(ctx: SKRSContext2D, words: string[], width: number, maxRows: number): string[] {
	const rows: string[] = [];
	let row = '';
	for (const word of words.flatMap((part) => splitWord(ctx, part, width))) {
		const longer = row === '' ? word : `${row} ${word}`;
		if (row !== '' && ctx.measureText(longer).width > width) {
			rows.push(row);
			row = word;
		} else {
			row = longer;
		}
		if (rows.length === maxRows) return rows;
	}
	return [...rows, row];
}

/** Cuts a word that is longer than a row, as in languages that write without spaces. */
function splitWord(ctx: SKRSContext2D, word: string, width: number): string[] {
	const length = ctx.measureText(word).width;
	if (length <= width) return [word];
	const letters = [...word];
	const perRow = Math.max(1, Math.floor((letters.length * width * 0.9) / length));
	const pieces: string[] = [];
	for (let start = 0; start < letters.length; start += perRow) {
		pieces.push(letters.slice(start, start + perRow).join(''));
	}
	return pieces;
}
