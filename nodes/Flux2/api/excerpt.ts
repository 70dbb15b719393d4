import { speaksOfRequest } from './contract';

/** Long enough to tell what came, short enough to be read in an error. */
const MAX_LENGTH = 300;

/** What a page or a text says, without its markup: the title of HTML, else the first text. */
export function textOf(answer: string): string {
	const start = answer.slice(0, 20_000);
	if (!/^\s*(<!doctype html|<html|<head|<body)/i.test(start)) return start.trim().slice(0, 200);
	const title = /<title[^>]{0,200}>([^<]{0,300})/i.exec(start)?.[1]?.replace(/\s+/g, ' ').trim();
	return title ? `a web page titled "${title}"` : 'a web page';
}

/** What was sent is known to the user and would crowd out what is not. */
function pruned(value: unknown, depth: number): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (depth === 0) return '…';
	if (Array.isArray(value)) return value.slice(0, 10).map((entry) => pruned(entry, depth - 1));
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => !speaksOfRequest(key))
			.slice(0, 20)
			.map(([key, entry]) => [key, pruned(entry, depth - 1)]),
	);
}

/** An answer as a user may see it in an error: short, on one line, whatever came. */
export function shorten(answer: unknown): string {
	if (typeof answer === 'string') return textOf(answer) || 'an empty answer';
	const text = JSON.stringify(pruned(answer, 6)) ?? 'an empty answer';
	return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
