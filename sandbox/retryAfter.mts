/** How long a refused client is told to wait, in one of the two formats of the HTTP header. */
export interface RetryAfter {
	seconds: number;
	format: 'seconds' | 'date';
}

/** The header. A date has whole seconds only, so it is rounded up: never earlier than meant. */
export function retryAfterHeader(
	retryAfter: RetryAfter | undefined,
	now: number,
): Record<string, string> {
	if (!retryAfter) return {};
	if (retryAfter.format === 'seconds') return { 'retry-after': String(retryAfter.seconds) };
	const date = Math.ceil((now + retryAfter.seconds * 1000) / 1000) * 1000;
	return { 'retry-after': new Date(date).toUTCString() };
}
