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

/** Where every URL below an echo leads, and no other. */
export const ECHO_HOST = 'https://echo.example';

/** Names that mean something to JavaScript itself. */
const TRAPS = ['__proto__', 'constructor', 'toString', 'valueOf', 'toJSON', 'then', 'length'];

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
	...TRAPS,
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
	json: (isEcho) =>
		JSON.stringify(`${isEcho ? ECHO_HOST : 'https://result.example'}/${number}.png`),
}));

const { tree, fields } = fc.letrec<{ tree: Text; list: Text; fields: Text; written: Text }>(
	(tie) => ({
		tree: fc.oneof(
			{ maxDepth: 6, depthIdentifier: 'json' },
			{ weight: 3, arbitrary: leaf },
			{ weight: 3, arbitrary: url },
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
						.map(
							([key, e]) => `${JSON.stringify(key)}:${e.json(isEcho || ECHO_KEYS.includes(key))}`,
						)
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

/** Nested so deep that whoever walks it by recursion runs out of stack. */
export const DEEP = 100_000;

/** `[[[…]]]` */
export const deepList = (): unknown => JSON.parse(`${'['.repeat(DEEP)}${']'.repeat(DEEP)}`);

/** `{"key":{"key":…}}` */
export function deepFields(key: string): unknown {
	let deep: unknown = 'https://result.example/deep.png';
	for (let depth = 0; depth < DEEP; depth += 1) deep = { [key]: deep };
	return deep;
}
