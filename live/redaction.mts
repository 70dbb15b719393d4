import { callbackToken, withToken } from '../nodes/Flux2/api/callback.ts';
import { redacted } from '../nodes/Flux2/transport/redact.ts';

/** Stands in recordings where the callback URL was: whoever knows that one may call it. */
export const CALLBACK_SHOWN = 'https://callback.example/flux2';

/** Headers that are recorded whole. Cookies and the like are among the others. */
const KEPT =
	/^(content-(type|length|encoding)|retry-after|cache-control|expires|date|server|location|user-agent|(x-?)?ratelimit.*)$/i;

/** A service may echo a text inside a URL, inside JSON, with escaped slashes, or in HTML. */
const spellings = (text: string): string[] => [
	text,
	encodeURIComponent(text),
	JSON.stringify(text).slice(1, -1),
	text.replaceAll('/', '\\/'),
	text.replaceAll('&', '&amp;'),
];

/** Takes the key, the token and the callback URL out of texts and JSON. Adds the token to the URL. */
export function redactionOf(apiKey: string, callbackUrl?: string) {
	const token = callbackToken(apiKey);
	const urls = callbackUrl ? [withToken(callbackUrl, token), callbackUrl] : [];
	// An echo may have another scheme or query; host and path still give the address away.
	const places = urls.map((url) => new URL(url)).map(({ host, pathname }) => host + pathname);
	// The longest first: replacing a part before its whole would leave the rest of the whole.
	const replacements = [
		...urls.map((url) => [url, CALLBACK_SHOWN] as const),
		...places.map((place) => [place, CALLBACK_SHOWN.replace('https://', '')] as const),
		...[apiKey, token].map((secret) => [secret, '•••'] as const),
	].flatMap(([secret, shown]) => spellings(secret).map((text) => [text, shown] as const));
	const redact = (text: string): string =>
		replacements.reduce((left, [secret, shown]) => left.replaceAll(secret, shown), text);
	const copy = <T,>(value: T): T => redacted(structuredClone(value), redact) as T;
	return { callbackUrl: urls[0], redact, copy };
}

/** Headers as they are recorded: of most only the names. */
export const keptHeaders = (headers: object): { [name: string]: string } =>
	Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name, KEPT.test(name) ? `${value}` : '•••']),
	);
