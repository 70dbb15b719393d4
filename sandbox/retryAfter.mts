/** How long a refused client is told to wait, and in which of the two forms HTTP has for it. */
export interface Pause {
	seconds: number;
	as: 'seconds' | 'date';
}

/** The header. A date has whole seconds only, so it is rounded up: never earlier than meant. */
export function retryAfterHeader(pause: Pause | undefined, now: number): Record<string, string> {
	if (!pause) return {};
	if (pause.as === 'seconds') return { 'retry-after': String(pause.seconds) };
	const moment = Math.ceil((now + pause.seconds * 1000) / 1000) * 1000;
	return { 'retry-after': new Date(moment).toUTCString() };
}
