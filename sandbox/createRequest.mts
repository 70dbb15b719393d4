import type { Mode, Resolution } from '../nodes/Flux2/api/contract.ts';
import {
	AUTO_RATIO,
	MAX_REFERENCE_IMAGES,
	MODEL,
	MODES,
	PROMPT_LENGTH,
	RESOLUTIONS,
} from '../nodes/Flux2/api/contract.ts';
import { ApiError } from './apiError.mts';

/** What a create asks for, with the service's defaults filled in. */
export interface CreateRequest {
	prompt: string;
	mode: Mode;
	resolution: Resolution;
	aspectRatio: string;
	inputUrls: readonly string[];
	callbackUrl?: string;
	/** As received: the service echoes it. */
	body: Readonly<Record<string, unknown>>;
}

/** Reads the body of a create. Throws an ApiError where the service refuses it. */
export function parseCreateRequest(text: unknown): CreateRequest {
	const body = parseObject(text);
	if (body.model !== MODEL) throw invalid(`model must be "${MODEL}"`);
	const prompt = readPrompt(body.prompt);
	const inputUrls = readInputUrls(body.input_urls);
	const callbackUrl = body.callback_url;
	if (callbackUrl !== undefined && !isWebUrl(callbackUrl)) {
		throw invalid('callback_url must be an http or https URL');
	}
	return {
		prompt,
		mode: oneOf(MODES, body.type, 'type'),
		resolution: oneOf(RESOLUTIONS, body.resolution, 'resolution'),
		aspectRatio: readAspectRatio(body.aspect_ratio, inputUrls.length),
		inputUrls,
		...(callbackUrl === undefined ? {} : { callbackUrl }),
		body,
	};
}

const invalid = (message: string) => new ApiError(422, message);

function parseObject(text: unknown): Record<string, unknown> {
	let body: unknown;
	try {
		body = JSON.parse(String(text));
	} catch {
		throw new ApiError(400, 'The request body is not valid JSON');
	}
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		throw new ApiError(400, 'The request body must be a JSON object');
	}
	return body as Record<string, unknown>;
}

function readPrompt(prompt: unknown): string {
	if (typeof prompt !== 'string') throw invalid('prompt is required and must be a string');
	const length = [...prompt].length;
	if (length < PROMPT_LENGTH.min || length > PROMPT_LENGTH.max) {
		throw invalid(
			`prompt must have ${PROMPT_LENGTH.min} to ${PROMPT_LENGTH.max} characters, this one has ${length}`,
		);
	}
	return prompt;
}

function oneOf<T extends string>(allowed: readonly [T, ...T[]], value: unknown, name: string): T {
	if (value === undefined) return allowed[0];
	const found = allowed.find((option) => option === value);
	if (found === undefined) throw invalid(`${name} must be one of: ${allowed.join(', ')}`);
	return found;
}

function readAspectRatio(ratio: unknown, referenceImages: number): string {
	if (ratio === undefined) return '1:1';
	if (ratio === AUTO_RATIO) {
		if (referenceImages > 0) return AUTO_RATIO;
		throw invalid(`aspect_ratio "${AUTO_RATIO}" needs at least one image in input_urls`);
	}
	if (typeof ratio !== 'string' || !/^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(ratio)) {
		throw invalid('aspect_ratio must look like 16:9');
	}
	return ratio;
}

function readInputUrls(urls: unknown): string[] {
	if (urls === undefined) return [];
	if (!Array.isArray(urls) || !urls.every(isWebUrl)) {
		throw invalid('input_urls must be an array of http or https URLs');
	}
	if (urls.length > MAX_REFERENCE_IMAGES) {
		throw invalid(`input_urls takes at most ${MAX_REFERENCE_IMAGES} images, got ${urls.length}`);
	}
	return urls;
}

function isWebUrl(value: unknown): value is string {
	if (typeof value !== 'string' || !URL.canParse(value)) return false;
	return ['http:', 'https:'].includes(new URL(value).protocol);
}
