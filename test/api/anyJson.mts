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

/** The host of every URL below an echo key, and of no other. */
export const ECHO_HOST = 'https://echo.example';

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
	'callback_url',
	'thumbnail',
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
	json: (isEcho) =>
		JSON.stringify(`${isEcho ? ECHO_HOST : 'https://result.example'}/${number}.png`),
}));

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
		{ weight: 2, arbitrary: tie('list') },
		{ weight: 4, arbitrary: tie('fields') },
		{ weight: 1, arbitrary: tie('nested') },
	),
	list: fc
		.array(tie('tree'), { maxLength: 4, depthIdentifier: 'json' })
		.map((entries) => ({ json: (isEcho) => `[${entries.map((e) => e.json(isEcho)).join()}]` })),
	fields: fc
		.array(
			fc.tuple(
				fc.oneof({ weight: 8, arbitrary: keys }, fc.constantFrom(...ECHO_KEYS)),
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
					.map(([key, e]) => `${JSON.stringify(key)}:${e.json(isEcho || ECHO_KEYS.includes(key))}`)
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

/** Nested so deep that recursive code overflows the stack. */
export const DEEP = 100_000;

/** `[[[…]]]` */
export const deepList = (): unknown => JSON.parse(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`);

/** `{"key":{"key":…}}` */
export function deepFields(key: string): unknown {
	let deep: unknown = 'https://result.example/deep.png';
	for (let depth = 0; depth < DEEP; depth += 1) deep = { [key]: deep };
	return deep;
}
