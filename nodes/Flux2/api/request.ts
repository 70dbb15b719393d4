import { createHash } from 'node:crypto';
import { MODEL, type Mode, type RequestBody, type Resolution } from './contract';

/** A reference image: a public URL, or a file that gets a link only when the task is created. */
export type Reference = { url: string } | { field: string; sha256: string };

/** A request that keeps the limits the service publishes. */
export interface ImageRequest {
	prompt: string;
	mode: Mode;
	resolution: Resolution;
	aspectRatio: string;
	references: readonly Reference[];
	callbackUrl?: string;
	/** Added to the body; none of them is one of the package's own. Absent where there are none. */
	additionalBodyFields?: Readonly<Record<string, unknown>>;
}

/** The body of a create. `inputUrls` are the links of the request's references, in order. */
export function toRequestBody(
	request: ImageRequest,
	inputUrls: readonly string[],
	callbackUrl?: string,
): RequestBody {
	return {
		...request.additionalBodyFields,
		model: MODEL,
		prompt: request.prompt,
		type: request.mode,
		resolution: request.resolution,
		aspect_ratio: request.aspectRatio,
		...(inputUrls.length === 0 ? {} : { input_urls: [...inputUrls] }),
		...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
	};
}

/**
 * Tells whether two requests ask for the same image. Links to files and callback URLs differ from
 * try to try, so files count by their content and callbacks not at all.
 */
export function fingerprint(request: ImageRequest): string {
	const { prompt, mode, resolution, aspectRatio, references, additionalBodyFields } = request;
	const same = references.map((entry) =>
		'url' in entry ? `url ${entry.url}` : `file ${entry.sha256}`,
	);
	return createHash('sha256')
		.update(JSON.stringify([prompt, mode, resolution, aspectRatio, same, additionalBodyFields]))
		.digest('hex')
		.slice(0, 32);
}
