import {
	AUTO_RATIO,
	BODY_KEYS,
	MAX_REFERENCE_IMAGES,
	MODES,
	PROMPT_LENGTH,
	RESOLUTIONS,
} from './contract';
import { shorten } from './excerpt';
import { Flux2Failure } from './failures';
import type { ImageRequest, Reference } from './request';
import { isFields } from './response';

/** What a user filled in, not yet checked: every value may come out of an expression. */
export interface RequestInput {
	prompt: unknown;
	mode: unknown;
	resolution: unknown;
	aspectRatio: unknown;
	references: ReadonlyArray<{ url: unknown } | { field: string; sha256: string }>;
	/** Whether a reference image has to be there, as for editing one. */
	needsReference?: boolean;
	callbackUrl?: unknown;
	/** A JSON object, or its text. */
	additionalBodyFields?: unknown;
}

const RATIO = /^[1-9]\d{0,3}:[1-9]\d{0,3}$/;

const invalid = (problem: string, advice: string): never => {
	throw new Flux2Failure({ kind: 'invalid-input', problem, advice });
};

const preview = (value: unknown): string => {
	const isNested = typeof value === 'object' && value !== null;
	const text = isNested ? shorten(value) : String(value);
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

const isHttpUrl = (text: string): boolean => {
	if (!URL.canParse(text)) return false;
	const { protocol } = new URL(text);
	return protocol === 'https:' || protocol === 'http:';
};

function readPrompt(value: unknown): string {
	if (typeof value !== 'string')
		return invalid(
			`The prompt is not text (it is ${value === null || value === undefined ? 'empty' : preview(value)})`,
			'Write the prompt, or check the expression that should fill it.',
		);
	const prompt = value.trim();
	// Characters as people count them: an emoji is one, though JavaScript stores two units.
	const length = [...prompt].length;
	if (length < PROMPT_LENGTH.min)
		return invalid(
			length === 0
				? 'The prompt is empty'
				: `The prompt is too short: ${length} characters, at least ${PROMPT_LENGTH.min} are needed`,
			'Describe the image you want in a sentence or two.',
		);
	if (length > PROMPT_LENGTH.max)
		return invalid(
			`The prompt is too long: ${length} characters, at most ${PROMPT_LENGTH.max} are allowed`,
			'Shorten the prompt.',
		);
	return prompt;
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: unknown): T {
	const match = allowed.find((entry) => entry === value);
	return (
		match ??
		invalid(`${name} "${preview(value)}" does not exist`, `Choose ${allowed.join(' or ')}.`)
	);
}

function readRatio(value: unknown, hasReference: boolean): string {
	const ratio = typeof value === 'string' ? value.trim().toLowerCase() : '';
	if (ratio === AUTO_RATIO)
		return hasReference
			? ratio
			: invalid(
					'The aspect ratio "auto" needs a reference image',
					'It takes the shape of the first reference image. Add one, or choose a ratio such as 1:1.',
				);
	return RATIO.test(ratio)
		? ratio
		: invalid(
				`The aspect ratio "${preview(value)}" cannot be used`,
				'Write width:height, for example 16:9, or auto with a reference image.',
			);
}

function readReference(reference: RequestInput['references'][number], index: number): Reference {
	if ('field' in reference) return reference;
	const url = typeof reference.url === 'string' ? reference.url.trim() : '';
	if (isHttpUrl(url)) return { url };
	if (url === '')
		return invalid(
			`Reference image ${index + 1} has no URL`,
			'Fill in a public URL, remove the entry, or check the expression that should fill it.',
		);
	return invalid(
		`Reference image ${index + 1} is not a web address: "${preview(url)}"`,
		'It must start with https:// or http://. For a file in the item, choose "Binary Field" instead.',
	);
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function readAdditionalFields(value: unknown): Readonly<Record<string, unknown>> | undefined {
	const isEmpty = value === undefined || value === null || value === '';
	const fields = isEmpty ? {} : typeof value === 'string' ? parseJson(value) : value;
	if (!isFields(fields))
		return invalid(
			`"Additional Body Fields" is not a JSON object: ${preview(value)}`,
			'Write an object such as { "seed": 42 }, with names in double quotes.',
		);
	const own = BODY_KEYS.find((key) => Object.hasOwn(fields, key));
	if (own !== undefined)
		return invalid(
			`"Additional Body Fields" cannot set "${own}"`,
			'Use the field of this node for it, or remove it from the object.',
		);
	return Object.keys(fields).length === 0 ? undefined : fields;
}

/**
 * Checks what was filled in against the limits the service publishes.
 *
 * @throws Flux2Failure `invalid-input`, naming the field and what to do. Nothing was sent.
 */
export function validateInput(input: RequestInput): ImageRequest {
	const prompt = readPrompt(input.prompt);
	if (input.references.length > MAX_REFERENCE_IMAGES)
		invalid(
			`Too many reference images: ${input.references.length}, at most ${MAX_REFERENCE_IMAGES} are allowed`,
			'Remove some of them.',
		);
	const references = input.references.map(readReference);
	if (input.needsReference === true && references.length === 0)
		invalid(
			'There is no image to edit',
			'Add one under "Reference Images", or use the Generate Image operation.',
		);
	const callbackUrl = typeof input.callbackUrl === 'string' ? input.callbackUrl.trim() : '';
	if (callbackUrl !== '' && !isHttpUrl(callbackUrl))
		invalid(
			`The callback URL is not a web address: "${preview(callbackUrl)}"`,
			'Copy the production URL of a Flux 2 Trigger, or leave the field empty.',
		);
	const additionalBodyFields = readAdditionalFields(input.additionalBodyFields);
	return {
		prompt,
		mode: oneOf('The mode', MODES, input.mode),
		resolution: oneOf('The resolution', RESOLUTIONS, input.resolution),
		aspectRatio: readRatio(input.aspectRatio, references.length > 0),
		references,
		...(callbackUrl === '' ? {} : { callbackUrl }),
		...(additionalBodyFields === undefined ? {} : { additionalBodyFields }),
	};
}
