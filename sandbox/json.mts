/** Marks a number in the text that `JSON.stringify` makes; no prompt can contain it unescaped. */
const MARK = '\u0000integer ';
const MARKED = /"\\u0000integer (\d+)"/g;

/** JSON with every digit of a bigint. `JSON.rawJSON` would do it, but Node 20 has none. */
export function toJson(value: unknown): string {
	const replacer = function (this: Record<string, unknown>, key: string, entry: unknown) {
		// `entry` is what a `toJSON` made of it: n8n, where it shares this process, gives bigints one.
		const original = this[key];
		return typeof original === 'bigint' ? `${MARK}${original}` : entry;
	};
	return JSON.stringify(value, replacer).replace(MARKED, '$1');
}
