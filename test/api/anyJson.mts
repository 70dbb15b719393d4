import fc from 'fast-check';
import {
	CREDITS_KEYS,
	DONE_WORDS,
	FAILED_WORDS,
	FAILURE_TEXT_KEYS,
	ID_KEYS,
	PENDING_WORDS,
	RESULT_KEYS,
	STATUS_NUMBER_KEYS,
} from '../../nodes/Flux2/api/contract';

/** Keys under which a response repeats the request. Nothing below them is a result. */
export const ECHO_KEYS = ['request', 'request_body', 'param', 'input', 'input_urls'];

/** Undocumented keys that speak of the request by their words. */
export const REQUEST_LIKE_KEYS = [
	'requestBody',
	'request-params',
	'paramJson',
	'parameters',
	'inputImage',
	'user_input',
	'prompt',
	'reference_images',
	'referenceImage',
	'ref_url',
	'source',
	'image_source_url',
	'callback_url',
	'callBackUrl',
	'webhook',
	'notifyUrl',
	'init_image',
	'imageInit',
	'mask',
	'maskUrl',
	'uploaded_files',
	'original',
	'originImageUrl',
];

/** Undocumented keys under which a result may be found. */
export const UNKNOWN_KEYS = [
	'picture',
	'file',
	'thumbnail',
	'link',
	'resource',
	'definition',
	'图',
];

/** The host of every URL below an echo key, and of no other. */
export const ECHO_HOST = 'https://echo.example';

/** The host of every other URL, except those of `SENT`. */
export const RESULT_HOST = 'https://result.example';

/** The URLs of the request, which may be repeated anywhere in a response. */
export const SENT = Array.from({ length: 10 }, (_, index) => `https://sent.example/${index}.png`);

/** Keys with a meaning in JavaScript. */
const SPECIAL_KEYS = [
	'__proto__',
	'constructor',
	'toString',
	'valueOf',
	'toJSON',
	'then',
	'length',
];

const keys = fc.constantFrom(
	'data',
	'error',
	'code',
	'type',
	...UNKNOWN_KEYS,
	...ID_KEYS,
	...STATUS_NUMBER_KEYS,
	...RESULT_KEYS,
	...CREDITS_KEYS,
	...FAILURE_TEXT_KEYS,
	...SPECIAL_KEYS,
);

const words = fc.constantFrom(
	...DONE_WORDS,
	...FAILED_WORDS,
	...PENDING_WORDS,
	'SUCCESS',
	'pro',
	'REVIEWING',
	'GENERATE_FAILED',
	'Content Moderated',
	'-1',
	'429',
	'<html><head><title>Sorry',
);

/** Generates JSON text; `isEcho` below an echo key. */
interface JsonText {
	json: (isEcho: boolean) => string;
}

const leaf: fc.Arbitrary<JsonText> = fc
	.oneof(
		{ weight: 3, arbitrary: words },
		{ weight: 1, arbitrary: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string()) },
	)
	.map((value) => ({ json: () => JSON.stringify(value) }));

const url: fc.Arbitrary<JsonText> = fc.nat(99).map((number) => ({
	json: (isEcho) => JSON.stringify(`${isEcho ? ECHO_HOST : RESULT_HOST}/${number}.png`),
}));

const sent: fc.Arbitrary<JsonText> = fc
	.constantFrom(...SENT, ` ${SENT[0]}`, `${SENT[1]}#top`, 'HTTPS://sent.example/2.png')
	.map((value) => ({ json: () => JSON.stringify(value) }));

const echoKeys = [...ECHO_KEYS, ...REQUEST_LIKE_KEYS];

const { tree, fields } = fc.letrec<{
	tree: JsonText;
	list: JsonText;
	fields: JsonText;
	nested: JsonText;
}>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 6, depthIdentifier: 'json' },
		{ weight: 3, arbitrary: leaf },
		{ weight: 3, arbitrary: url },
		{ weight: 1, arbitrary: sent },
		{ weight: 2, arbitrary: tie('list') },
		{ weight: 4, arbitrary: tie('fields') },
		{ weight: 1, arbitrary: tie('nested') },
	),
	list: fc
		.array(tie('tree'), { maxLength: 4, depthIdentifier: 'json' })
		.map((entries) => ({ json: (isEcho) => `[${entries.map((e) => e.json(isEcho)).join()}]` })),
	fields: fc
		.array(
			fc.tuple(fc.oneof({ weight: 8, arbitrary: keys }, fc.constantFrom(...echoKeys)), tie('tree')),
			{
				maxLength: 6,
				depthIdentifier: 'json',
			},
		)
		.map((entries) => ({
			json: (isEcho) =>
				`{${entries
					.map(([key, e]) => `${JSON.stringify(key)}:${e.json(isEcho || echoKeys.includes(key))}`)
					.join()}}`,
		})),
	// JSON in a string, as in `resultJson`.
	nested: tie('tree').map((inner) => ({ json: (isEcho) => JSON.stringify(inner.json(isEcho)) })),
}));

/**
 * Arbitrary JSON made of the status words and keys that the parser knows, in any combination. URLs
 * below an echo key, and only those, have the host `ECHO_HOST`.
 */
export const anyJson: fc.Arbitrary<unknown> = fc
	.oneof(tree, fields, fields)
	.map(({ json }) => JSON.parse(json(false)));

/** The same for a task that is done, so that its images are searched for everywhere. */
export const anyDone: fc.Arbitrary<unknown> = fc
	.tuple(fields, fc.constantFrom(...DONE_WORDS), fc.boolean())
	.map(([{ json }, status, isWrapped]) => {
		const task = { ...(JSON.parse(json(false)) as object), status };
		return isWrapped ? { code: 200, data: task } : task;
	});

/** Nested so deep that recursive code overflows the stack. */
export const DEEP = 100_000;

/** `[[[…]]]` */
export const deepList = (): unknown => JSON.parse(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`);

/** `{"key":{"key":…}}` */
export function deepFields(key: string): unknown {
	let deep: unknown = `${RESULT_HOST}/deep.png`;
	for (let depth = 0; depth < DEEP; depth += 1) deep = { [key]: deep };
	return deep;
}

/** `{"key":"{\"key\":…}"}`: JSON in strings in JSON, as many times as a megabyte holds. */
export function nestedText(key: string): string {
	let text = JSON.stringify({ [key]: `${RESULT_HOST}/deep.png` });
	while (text.length < 500_000) text = JSON.stringify({ [key]: text });
	return text;
}
