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

/** Keys that repeat what was sent. Nothing below them is a result. */
export const ECHO_KEYS = ['request', 'request_body', 'param', 'input', 'input_urls'];

/** Keys that nobody has published and that speak of the request all the same. */
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

/** Keys that nobody has published, under which a result may stand. */
export const UNKNOWN_KEYS = [
	'picture',
	'file',
	'thumbnail',
	'link',
	'resource',
	'definition',
	'图',
];

/** Where every URL below an echo leads, and no other. */
export const ECHO_HOST = 'https://echo.example';

/** Where every other URL leads, unless it is one of `SENT`. */
export const RESULT_HOST = 'https://result.example';

/** The URLs of the request. They stand anywhere in an answer. */
export const SENT = Array.from({ length: 10 }, (_, index) => `https://sent.example/${index}.png`);

/** Names that mean something to JavaScript itself. */
const TRAPS = ['__proto__', 'constructor', 'toString', 'valueOf', 'toJSON', 'then', 'length'];

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
	...TRAPS,
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

/** A JSON text; `isEcho` where it stands below an echo. */
interface Text {
	json: (isEcho: boolean) => string;
}

const leaf: fc.Arbitrary<Text> = fc
	.oneof(
		{ weight: 3, arbitrary: words },
		{ weight: 1, arbitrary: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string()) },
	)
	.map((value) => ({ json: () => JSON.stringify(value) }));

const url: fc.Arbitrary<Text> = fc.nat(99).map((number) => ({
	json: (isEcho) => JSON.stringify(`${isEcho ? ECHO_HOST : RESULT_HOST}/${number}.png`),
}));

const sent: fc.Arbitrary<Text> = fc
	.constantFrom(...SENT, ` ${SENT[0]}`, `${SENT[1]}#top`, 'HTTPS://sent.example/2.png')
	.map((value) => ({ json: () => JSON.stringify(value) }));

const echoKeys = [...ECHO_KEYS, ...REQUEST_LIKE_KEYS];

const { tree, fields } = fc.letrec<{ tree: Text; list: Text; fields: Text; written: Text }>(
	(tie) => ({
		tree: fc.oneof(
			{ maxDepth: 6, depthIdentifier: 'json' },
			{ weight: 3, arbitrary: leaf },
			{ weight: 3, arbitrary: url },
			{ weight: 1, arbitrary: sent },
			{ weight: 2, arbitrary: tie('list') },
			{ weight: 4, arbitrary: tie('fields') },
			{ weight: 1, arbitrary: tie('written') },
		),
		list: fc
			.array(tie('tree'), { maxLength: 4, depthIdentifier: 'json' })
			.map((entries) => ({ json: (isEcho) => `[${entries.map((e) => e.json(isEcho)).join()}]` })),
		fields: fc
			.array(
				fc.tuple(
					fc.oneof({ weight: 8, arbitrary: keys }, fc.constantFrom(...echoKeys)),
					tie('tree'),
				),
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
		// JSON within a string, as `resultJson` has it.
		written: tie('tree').map((inner) => ({ json: (isEcho) => JSON.stringify(inner.json(isEcho)) })),
	}),
);

/**
 * Any answer that JSON can bear, made of the words and keys that the reader knows, so that they meet in
 * every combination. URLs below an echo, and only those, lead to `ECHO_HOST`.
 */
export const anyJson: fc.Arbitrary<unknown> = fc
	.oneof(tree, fields, fields)
	.map(({ json }) => JSON.parse(json(false)));

/** The same of a task that is done, so that its images are looked for everywhere. */
export const anyDone: fc.Arbitrary<unknown> = fc
	.tuple(fields, fc.constantFrom(...DONE_WORDS), fc.boolean())
	.map(([{ json }, status, isWrapped]) => {
		const task = { ...(JSON.parse(json(false)) as object), status };
		return isWrapped ? { code: 200, data: task } : task;
	});

/** Nested so deep that whoever walks it by recursion runs out of stack. */
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
