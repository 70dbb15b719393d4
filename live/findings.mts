import { errorIn } from '../nodes/Flux2/api/answerError.ts';
import { taskIdsOf } from '../nodes/Flux2/api/callback.ts';
import { AMBIGUOUS_STATUS_KEY, speaksOfRequest } from '../nodes/Flux2/api/contract.ts';
import { urlsIn } from '../nodes/Flux2/api/imageUrls.ts';
import { readTask } from '../nodes/Flux2/api/readTask.ts';
import { payloadOf } from '../nodes/Flux2/api/response.ts';
import { meaningOf, wordIn } from '../nodes/Flux2/api/status.ts';
import { fieldsOf, READ_KEYS, shapeOf, valuesIn, type Field } from './fields.mts';
import { CREDITS } from './options.mts';
import { messagesOf, secondsOf, type Message, type Recording, type Step } from './recording.mts';

const PRICE = /credit|cost(?!.?time)|price|charge|consum|balance/i;
const SIGNATURE = /sign|hmac|digest|auth|token|secret|key/i;

const isStatus = ({ path, key }: Field): boolean =>
	(READ_KEYS.has(key) || key === AMBIGUOUS_STATUS_KEY) && !speaksOfRequest(path);

const isWrapped = ({ body }: Message): string =>
	fieldsOf(body).some(({ path }) => path.startsWith('data.')) ? 'yes' : 'no';

function refusal(recording: Recording, step: Step): string {
	const [{ status = 0, body }] = messagesOf(recording, step) as [Message];
	const error = errorIn(status, body);
	const place = valuesIn([body], ({ value }) => value !== '' && value === error?.text);
	return `HTTP ${status}, read as ${error?.code ?? 'no error'}; its text ${place}.`;
}

function imageLine(recording: Recording): string {
	const [{ status, headers, body }] = messagesOf(recording, 'image') as [Message];
	const image = body as { url: string; servedFrom: string; bytes: number; type?: string };
	const urls = [recording.service, image.url, image.servedFrom].map((url) => new URL(url).host);
	const type = `${headers['content-type']}, ${image.type ?? 'no image'} by its first bytes`;
	const cached = headers.expires ?? headers['cache-control'] ?? 'not said';
	return `Image: HTTP ${status} without the key: the service is ${urls[0]}, the link leads to ${urls[1]}, the file came from ${urls[2]}; ${type}; ${image.bytes} bytes; cached: ${cached}.`;
}

/** What a recording with an image settles of the questions that are open, and what not, in lines. */
export function findingsOf(recording: Recording): { answered: string[]; open: string[] } {
	const { taskId = '', request, messages } = recording;
	const [create] = messagesOf(recording, 'create') as [Message];
	const answers = [create, ...messagesOf(recording, 'poll')];
	const [first, last] = [answers[1] ?? create, answers.at(-1) ?? create];
	const bodies = answers.map(({ body }) => body);
	const words = bodies.map((body) => wordIn(payloadOf(body, taskId)));
	const unknown = words.filter((word) => word !== '' && meaningOf(word) === 'unknown');
	const task = readTask(last.body, taskId, urlsIn(request ?? {}));
	const imageUrls = 'imageUrls' in task ? task.imageUrls : [];
	const isId = ({ value }: Field): boolean => String(value) === taskId;
	const isImage = ({ value }: Field): boolean => imageUrls.includes(String(value).trim());
	const isOther = (field: Field) => /^\s*https?:/i.test(String(field.value)) && !isImage(field);
	const headers = messages.map((message) => message.headers);
	const limits = valuesIn(headers, ({ key }) => /retry-after|ratelimit/.test(key));
	const callbacks = messagesOf(recording, 'callback');
	return {
		answered: [
			`Wrapped in "data": create ${isWrapped(create)}, poll ${isWrapped(last)}.`,
			`Task ID: create ${valuesIn([create.body], isId)}; poll ${valuesIn([last.body], isId)}.`,
			`Status: ${valuesIn(bodies, isStatus)}. New to the node, which waits: ${unknown.join(', ') || 'none'}.`,
			`Image URLs: ${valuesIn([last.body], isImage)}${'unknownKeys' in task ? ', under keys that the node did not know' : ''}. Addresses that the node leaves alone: ${valuesIn([last.body], isOther)}.`,
			`Wrong key: ${refusal(recording, 'wrong key')}`,
			`Unknown task: ${refusal(recording, 'unknown task')}`,
			`Credits: ${'creditsCharged' in task ? task.creditsCharged : 'none'} read by the node, ${CREDITS} by the price list; ${valuesIn([create.body, last.body], ({ key }) => PRICE.test(key))}.`,
			imageLine(recording),
			`Time: the image was seen after ${secondsOf(last)}; a poll right after the create got ${errorIn(first.status ?? 0, first.body)?.code ?? 'the task'}.`,
			...(request?.callback_url ? ['callback_url: the create was accepted with it.'] : []),
			...(callbacks.length > 0 ? callbackLines(taskId, callbacks, last) : []),
		],
		open: [
			`Retry-After: nothing was refused for coming too often. Headers on limits: ${limits}.`,
			callbacks.length > 0
				? 'Repeats of a callback: each was answered with 200; what an error brings is unseen.'
				: 'Callbacks: none was recorded; that takes --callback <url>, leading to --listen <port>.',
			'A task that fails: this one did not: the words of a failure, and the refund, are unseen.',
			'How long images last: the link was used at once.',
		],
	};
}

function callbackLines(taskId: string, callbacks: Message[], poll: Message): string[] {
	const { headers, callback } = callbacks[0] ?? poll;
	const named = callbacks.map((one) => taskIdsOf(one.body, one.callback?.addedQuery));
	const unread = named.filter((ids) => !ids.includes(taskId)).length;
	const content = callbacks.flatMap((one) => [one.body, one.callback?.addedQuery]);
	const shapes = callbacks.map(({ body }) => shapeOf(body).join(', '));
	const isSame = shapes.includes(shapeOf(poll.body).join(', '));
	const isKept = callbacks.every((one) => one.callback?.tokenKept);
	const signs = Object.keys(headers).filter((name) => SIGNATURE.test(name));
	return [
		`Number of callbacks: ${callbacks.length}, after ${callbacks.map(secondsOf).join(', ')}; the image was seen after ${secondsOf(poll)}.`,
		`Task ID in a callback: ${valuesIn(content, ({ value }) => String(value) === taskId)}. In ${unread} of ${callbacks.length} the node finds none: those start no Flux 2 Trigger.`,
		`Shape of a callback: ${isSame ? 'that of the last poll' : shapes.join('; then ')}.`,
		`Token in the callback URL: ${isKept ? 'comes back.' : 'does NOT come back: a Flux 2 Trigger with "Require Token" refuses these.'}`,
		`Request of a callback: ${callback?.method}, ${headers['content-type']}; headers that may sign it: ${signs.join(', ') || 'none'}.`,
	];
}
