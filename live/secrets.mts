import { callbackToken, withToken } from '../nodes/Flux2/api/callback.ts';

/** Stands in recordings where the address of the callback stood: whoever knows that may ring it. */
export const CALLBACK_SHOWN = 'https://callback.example/ring';

const PLACE_SHOWN = CALLBACK_SHOWN.replace('https://', '');

const HIDDEN = '•••';

/** What must get into no recording and onto no screen. */
export class Secrets {
	/** As it goes out: the user's address with the node's token. */
	readonly callbackUrl: string | undefined;
	readonly token: string;
	/** The longest first: a part that is replaced before its whole leaves the rest of the whole. */
	readonly #replacements: Array<readonly [secret: string, shown: string]>;

	constructor(apiKey: string, callbackUrl?: string) {
		this.token = callbackToken(apiKey);
		this.callbackUrl = callbackUrl && withToken(callbackUrl, this.token);
		const urls = callbackUrl
			? [this.callbackUrl ?? '', new URL(callbackUrl).href, callbackUrl]
			: [];
		// An echo may be written otherwise, with another scheme, say; the rest of it still tells the place.
		const places = urls.map((url) => new URL(url)).map(({ host, pathname }) => host + pathname);
		this.#replacements = [
			...urls.flatMap(spellings).map((url) => [url, CALLBACK_SHOWN] as const),
			...places.flatMap(spellings).map((place) => [place, PLACE_SHOWN] as const),
			...[apiKey, this.token].flatMap(spellings).map((secret) => [secret, HIDDEN] as const),
		];
	}

	/** The text without any of them. */
	hide = (text: string): string =>
		this.#replacements.reduce((left, [secret, shown]) => left.replaceAll(secret, shown), text);

	/** Whether any of them is left in a text. */
	isIn = (text: string): boolean => this.#replacements.some(([secret]) => text.includes(secret));
}

/** A service may echo a text inside a URL, inside JSON text, or with its slashes escaped. */
const spellings = (text: string): string[] => [
	...new Set([
		text,
		encodeURIComponent(text),
		JSON.stringify(text).slice(1, -1),
		text.replaceAll('/', '\\/'),
		text.replaceAll('&', '&amp;'),
	]),
];
