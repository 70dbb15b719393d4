import { fieldsOf } from './fields.mts';
import { placeOfId, seconds, type Finding } from './findings.mts';
import type { Recording, Ring } from './recording.mts';
import type { Reading } from './replay.mts';

const MAY_SIGN = /sign|hmac|digest|auth|token|secret|key/i;

/** What the callbacks say, one question each: nothing about them is published. */
export function callbackFindings(recording: Recording, reading: Reading): Finding[] {
	const { asked, callbacks: rings } = recording;
	if (asked.callback_url === undefined)
		return [open('Callbacks', 'none was ordered; add --callback <url> --listen <port>.')];
	const taken = settled('callback_url', 'the order was taken with it.');
	if (rings === undefined)
		return [taken, open('Callbacks', 'not listened for here: look at the address you gave.')];
	const [first] = rings;
	if (first === undefined)
		return [taken, open('Callbacks', 'none arrived. Does the address lead to this machine?')];
	return [
		taken,
		settled('How often it rings', howOften(recording, rings)),
		settled('Task ID in a callback', ids(recording, reading, rings)),
		settled('Shape of a callback', shapes(recording, rings)),
		settled(
			'The token in the address',
			rings.every(({ tokenKept }) => tokenKept)
				? 'comes back.'
				: 'does NOT come back: a Flux 2 Trigger with "Require Token" refuses these.',
		),
		settled('How a callback comes', manner(rings)),
		open(
			'Repeats of a callback',
			'each was answered with 200; what it does on an error is unseen.',
		),
	];
}

function howOften({ looks }: Recording, rings: Ring[]): string {
	const times = rings.map(({ afterMs }) => seconds(afterMs)).join(', ');
	const count = rings.length === 1 ? 'once' : `${rings.length} times`;
	return `${count}, after ${times}; the image was seen after ${seconds(looks.at(-1)?.afterMs)}.`;
}

function ids({ taskId }: Recording, reading: Reading, rings: Ring[]): string {
	const places = [
		...new Set(
			rings.map(({ body, addedQuery }) =>
				Object.values(addedQuery).includes(taskId) ? 'in the query' : placeOfId({ body }, taskId),
			),
		),
	];
	const unread = reading.rings.filter((named) => !named.includes(taskId)).length;
	return `${places.join('; ')}.${unread === 0 ? '' : ` In ${unread} of ${rings.length} the node finds none: an execution that waits is woken all the same, a Flux 2 Trigger starts nothing.`}`;
}

function shapes({ looks }: Recording, rings: Ring[]): string {
	const pathsOf = (body: unknown) =>
		JSON.stringify([...new Set(fieldsOf(body).map(({ path }) => path))].sort());
	const alike = rings.some(({ body }) => pathsOf(body) === pathsOf(looks.at(-1)?.body));
	if (alike) return 'the same fields as the look that shows the image.';
	const last = fieldsOf(rings.at(-1)?.body).map(({ path, type }) => `${path || 'all'} (${type})`);
	return `not that of a look; the last one: ${[...new Set(last)].join(', ')}.`;
}

function manner(rings: Ring[]): string {
	const [{ method, headers, otherHeaders }] = rings as [Ring, ...Ring[]];
	const names = [...Object.keys(headers), ...otherHeaders];
	const signs = names.filter((name) => MAY_SIGN.test(name));
	return `${method}, ${headers['content-type'] ?? 'no content type'}; ${signs.length === 0 ? 'no header that could be a signature' : `perhaps signed: ${signs.join(', ')}`}.`;
}

const settled = (question: string, answer: string): Finding => ({
	question,
	settled: true,
	answer,
});
const open = (question: string, answer: string): Finding => ({ question, settled: false, answer });
