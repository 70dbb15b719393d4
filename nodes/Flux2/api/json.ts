/** An id written as a number that JavaScript cannot hold: its last digits would become zeros. */
const LONG_NUMBER_ID = /"(task_id|taskId|id|workId)"(\s*:\s*)(\d{16,})(?=\s*[,}])/g;

/**
 * The list or object that a text holds; any other text, and broken JSON, stays a text. Long numbers
 * under an id key become strings, so that no digit is lost.
 */
export function parseJson(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return text;
	try {
		return JSON.parse(text.replace(LONG_NUMBER_ID, '"$1"$2"$3"'));
	} catch {
		return text;
	}
}
