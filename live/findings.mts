import { isFields, payloadOf } from '../nodes/Flux2/api/response.ts';
import {
	AMBIGUOUS_STATUS_KEY,
	CREDITS_KEYS,
	ID_KEYS,
	STATUS_NUMBER_KEYS,
} from '../nodes/Flux2/api/contract.ts';
import type { Outcome } from '../nodes/Flux2/api/failures.ts';
import type { Task } from '../nodes/Flux2/api/task.ts';
import { callbackFindings } from './callbackFindings.mts';
import { fieldsOf, keyOf, type Field } from './fields.mts';
import { CREDITS } from './order.mts';
import type { Answer, Recording } from './recording.mts';
import type { Reading } from './replay.mts';

/** What a recording says about a question that the service's own pages leave open. */
export interface Finding {
	question: string;
	/** False where this exchange did not show it. */
	settled: boolean;
	answer: string;
}

type Questions = Record<
	string,
	(recording: Recording, reading: Reading) => Omit<Finding, 'question'>
>;

const settled = (answer: string) => ({ settled: true, answer });
const open = (answer: string) => ({ settled: false, answer });

/** Answers to the open questions of the contract, as far as a recording goes. */
const QUESTIONS: Questions = {
	'Wrapped in "data"': ({ create, looks }) =>
		settled(`the order ${wrapping(create)}, a look ${wrapping(looks.at(-1))}.`),
	'Where the task ID stands': ({ create, looks, taskId }) =>
		settled(`the order: ${placeOfId(create, taskId)}; a look: ${placeOfId(looks.at(-1), taskId)}.`),
	'Status words': statusWords,
	'Where the image URLs stand': imagePlaces,
	'A wrong key': ({ wrongKey }, reading) => settled(refusal(wrongKey, reading.wrongKey)),
	'An unknown task': ({ unknownTask }, reading) =>
		settled(refusal(unknownTask, reading.unknownTask)),
	'Credits reported': credits,
	'Retry-After': retryAfter,
	Images: images,
	'How soon': ({ looks }, reading) =>
		settled(
			`the image was seen after ${seconds(looks.at(-1)?.afterMs)}. ${
				refusalCode(reading.looks[0]) === 404
					? 'A new task is unknown at first: a look right after the order was answered with 404.'
					: 'A new task can be looked at right after the order.'
			}`,
		),
};

/** What is settled now, and what is still open. */
export const findingsOf = (recording: Recording, reading: Reading): Finding[] => [
	...Object.entries(QUESTIONS).map(([question, answer]) => ({
		question,
		...answer(recording, reading),
	})),
	...callbackFindings(recording, reading),
	{
		question: 'A task that fails',
		...open('this one did not: the words of a failure, and the refund, are still unseen.'),
	},
];

export const seconds = (ms = 0): string => `${(ms / 1_000).toFixed(1)} s`;

const isWrapped = (answer?: Answer): boolean =>
	isFields(answer?.body) && isFields(answer.body.data);

const wrapping = (answer?: Answer): string => (isWrapped(answer) ? 'is wrapped' : 'is not');

/** Where in an answer the task's id stands. */
export function placeOfId(answer: Pick<Answer, 'body'> | undefined, taskId: string): string {
	const places = fieldsOf(answer?.body).filter(
		({ path, value }) =>
			String(value) === taskId && (ID_KEYS as readonly string[]).includes(keyOf(path)),
	);
	return places.map(({ path, type }) => `\`${path}\` (${type})`).join(', ') || 'nowhere';
}

function statusWords({ looks }: Recording, reading: Reading): Omit<Finding, 'question'> {
	const said = new Map<string, string[]>();
	const prefix = looks.some(isWrapped) ? 'data.' : '';
	for (const { body } of looks) {
		const payload = payloadOf(body);
		for (const key of [...STATUS_NUMBER_KEYS, AMBIGUOUS_STATUS_KEY]) {
			const word = payload[key];
			if (typeof word !== 'string' && typeof word !== 'number') continue;
			const words = said.get(key) ?? [];
			if (!words.includes(JSON.stringify(word))) words.push(JSON.stringify(word));
			said.set(key, words);
		}
	}
	const lines = [...said].map(
		([key, words]) => `\`${prefix}${key}\` said ${words.join(', then ')}`,
	);
	const strange = reading.looks.flatMap((look) =>
		'value' in look && look.value.state === 'unknown' ? [look.value.providerStatus] : [],
	);
	const unknown =
		strange.length === 0
			? ''
			: ` New to the node, which waits for it: ${[...new Set(strange)].join(', ')}.`;
	if (lines.length === 0) return settled('no status is said at all: the image simply appears.');
	return settled(`${lines.join('; ')}.${unknown}`);
}

function imagePlaces({ looks }: Recording, reading: Reading): Omit<Finding, 'question'> {
	const task = lastTask(reading);
	const taken = new Set(task?.state === 'succeeded' ? task.imageUrls : []);
	const addresses = fieldsOf(looks.at(-1)?.body).filter(({ value }) => isWebAddress(value));
	const among = (isTaken: boolean) =>
		paths(addresses.filter(({ value }) => taken.has(String(value).trim()) === isTaken));
	const left = among(false);
	const places = among(true);
	if (places === '') return open(`the node finds none${left && `; addresses stand in ${left}`}.`);
	return settled(
		`${places}, ${taken.size === 1 ? 'one image' : `${taken.size} images`}.${left && ` Addresses that the node leaves alone: ${left}.`}`,
	);
}

function refusal({ status, body }: Answer, outcome: Outcome<Task>): string {
	const code = refusalCode(outcome);
	if (!('failure' in outcome) || outcome.failure.failure.kind !== 'api-error')
		return `HTTP ${status}, which the node does not read as a refusal.`;
	const { text } = outcome.failure.failure;
	const place = paths(fieldsOf(body).filter(({ value }) => value === text && text !== ''));
	const read = code === status ? '' : `, read as ${code}`;
	return `HTTP ${status}${read}; ${text === '' ? 'no words' : `"${text}" in ${place || 'the text'}`}.`;
}

/** The code with which a service refused, by the node's reading. */
export const refusalCode = (outcome: Outcome<unknown> | undefined): number | undefined =>
	outcome && 'failure' in outcome && outcome.failure.failure.kind === 'api-error'
		? outcome.failure.failure.code
		: undefined;

function credits({ looks, create }: Recording, reading: Reading): Omit<Finding, 'question'> {
	const task = lastTask(reading);
	const charged = task?.state === 'succeeded' ? task.creditsCharged : undefined;
	const fields = fieldsOf(looks.at(-1)?.body);
	if (charged !== undefined) {
		const place = paths(
			fields.filter(({ path }) => (CREDITS_KEYS as readonly string[]).includes(keyOf(path))),
		);
		const listed =
			charged === CREDITS ? 'as the price list says' : `the price list says ${CREDITS}`;
		return settled(`${charged} in ${place}, ${listed}.`);
	}
	const telling = [...fieldsOf(create.body), ...fields].filter(
		({ path }) => MAY_BE_MONEY.test(keyOf(path)) && !/time/i.test(keyOf(path)),
	);
	return settled(
		telling.length === 0
			? 'nowhere; the account has to be asked what it cost.'
			: `not where the node looks, but see ${paths(telling)}.`,
	);
}

const MAY_BE_MONEY = /credit|cost|price|charge|consum|balance/i;

function retryAfter(recording: Recording): Omit<Finding, 'question'> {
	const { wrongKey, unknownTask, create, looks } = recording;
	const answers: Answer[] = [wrongKey, unknownTask, create, ...looks];
	const waits = answers.flatMap(({ headers }) => headers['retry-after'] ?? []);
	const limits = [
		...new Set(answers.flatMap(({ headers }) => Object.keys(headers).filter(isRateLimit))),
	];
	const also = limits.length === 0 ? '' : ` Headers tell of limits: ${limits.join(', ')}.`;
	return waits.length === 0
		? open(`nothing was refused for coming too often, so none was seen.${also}`)
		: settled(`seen as "${waits.join('", "')}".${also}`);
}

const sizeOf = (bytes: number): string =>
	bytes < 100_000 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;

const isRateLimit = (name: string): boolean => /^(x-?)?ratelimit/.test(name);

function images({ image, service }: Recording): Omit<Finding, 'question'> {
	const { url, servedFrom, status, headers, bytes, seen } = image;
	const host = new URL(url).host;
	const own =
		host === new URL(service).host ? 'the service itself' : 'another host than the service';
	const type = headers['content-type'] ?? 'no content type';
	const really = seen === undefined ? 'no image by its first bytes' : `${seen} by its first bytes`;
	const moved = servedFrom === undefined ? '' : `, redirected to ${new URL(servedFrom).host}`;
	const lasts = headers.expires ?? headers['cache-control'];
	return settled(
		`HTTP ${status} without the key from ${host} (${own})${moved}; ${type}, ${really}; ${sizeOf(bytes)}${lasts ? `; cached: ${lasts}` : ''}. How long links last is still open.`,
	);
}

function lastTask(reading: Reading): Task | undefined {
	const last = reading.looks.at(-1);
	return last && 'value' in last ? last.value : undefined;
}

const isWebAddress = (value: unknown): boolean =>
	typeof value === 'string' && /^https?:\/\//i.test(value.trim());

const paths = (fields: Field[]): string =>
	[...new Set(fields.map(({ path }) => `\`${path}\``))].join(', ');
