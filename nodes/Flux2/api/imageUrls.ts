import { RESULT_JSON_KEY, RESULT_KEYS } from './contract';
import { isFields, type Fields } from './response';

/** Deeper than any documented answer, shallow enough that nonsense cannot exhaust the stack. */
const MAX_DEPTH = 10;

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
};

const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

/** Walks down result keys only, so that nothing that was sent can be taken for a result. */
function collectUrls(value: unknown, found: Set<string>, depth: number): void {
	if (typeof value === 'string') {
		const text = value.trim();
		if (isWebAddress(text)) found.add(text);
	} else if (depth > 0 && Array.isArray(value)) {
		for (const entry of value) collectUrls(entry, found, depth - 1);
	} else if (depth > 0 && isFields(value)) {
		collectFromKeys(value, found, depth - 1);
	}
}

function collectFromKeys(fields: Fields, found: Set<string>, depth: number): void {
	for (const key of RESULT_KEYS) {
		const value = fields[key];
		if (value === undefined || value === null) continue;
		const result = key === RESULT_JSON_KEY && typeof value === 'string' ? parsed(value) : value;
		collectUrls(result, found, depth);
	}
}

/** Image URLs of a task's payload: http(s) only, in order, without repeats. */
export function imageUrlsOf(payload: Fields): string[] {
	const found = new Set<string>();
	collectFromKeys(payload, found, MAX_DEPTH);
	return [...found];
}
