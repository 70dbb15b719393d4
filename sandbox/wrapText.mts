import type { SKRSContext2D } from '@napi-rs/canvas';
import { setFont } from './fonts.mts';

/** The room a text has, and how large its letters may be. */
interface Room {
	width: number;
	height: number;
	largest: number;
	smallest: number;
}

interface WrappedText {
	rows: string[];
	/** Of the letters. */
	size: number;
	/** From one row to the next. */
	leading: number;
}

const LEADING = 1.28;
const STEPS = 8;

/** Breaks a text into rows, in the largest letters that let it fit; what still does not fit is cut. */
export function wrapText(brush: SKRSContext2D, text: string, room: Room): WrappedText {
	const words = text.trim().split(/\s+/);
	let wrapped: WrappedText = { rows: [], size: room.largest, leading: 0 };
	for (let step = 0; step <= STEPS; step++) {
		const size = room.largest - ((room.largest - room.smallest) * step) / STEPS;
		const leading = size * LEADING;
		const most = Math.max(1, Math.floor(room.height / leading));
		setFont(brush, size, 'bold');
		// One row more than fits shows that it does not; a prompt may be far longer than a picture.
		const rows = rowsOf(brush, words, room.width, most + 1);
		wrapped = { rows, size, leading };
		if (rows.length <= most) return wrapped;
	}
	const kept = wrapped.rows.slice(0, -1);
	kept.push(`${kept.pop() ?? ''} …`);
	return { ...wrapped, rows: kept };
}

function rowsOf(brush: SKRSContext2D, words: string[], width: number, most: number): string[] {
	const rows: string[] = [];
	let row = '';
	for (const word of words.flatMap((one) => piecesOf(brush, one, width))) {
		const longer = row === '' ? word : `${row} ${word}`;
		if (row !== '' && brush.measureText(longer).width > width) {
			rows.push(row);
			row = word;
		} else {
			row = longer;
		}
		if (rows.length === most) return rows;
	}
	return [...rows, row];
}

/** A word that is longer than a row, as in languages that write without spaces, is cut. */
function piecesOf(brush: SKRSContext2D, word: string, width: number): string[] {
	const length = brush.measureText(word).width;
	if (length <= width) return [word];
	const letters = [...word];
	const perRow = Math.max(1, Math.floor((letters.length * width * 0.9) / length));
	const pieces: string[] = [];
	for (let at = 0; at < letters.length; at += perRow) {
		pieces.push(letters.slice(at, at + perRow).join(''));
	}
	return pieces;
}
