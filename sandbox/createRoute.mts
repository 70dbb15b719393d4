import type { FastifyInstance, FastifyReply } from 'fastify';
import { CREATE_PATH, MODEL } from '../nodes/Flux2/api/contract.ts';
import type { Trouble } from './askedFor.mts';
import { askedFor, turnOf } from './askedFor.mts';
import type { Clock } from './clock.mts';
import type { Desk } from './desk.mts';
import { readOrder } from './order.mts';
import type { RateWindow } from './rateWindow.mts';
import { Refusal, refusalBody, wordsFor } from './refusal.mts';
import { retryAfterHeader } from './retryAfter.mts';
import { Tally } from './tally.mts';
import type { SandboxTask } from './task.mts';
import type { Turns } from './troubles.mts';
import type { Wire } from './wire.mts';
import { bytesOf, JSON_TYPE } from './wire.mts';

type Words = Turns<'create'>;

interface CreateNeeds {
	clock: Clock;
	desk: Desk;
	wire: Wire;
	rate: RateWindow;
	/** Where redirects to another host lead. */
	elsewhere: string;
}

/** One create on its way through. */
interface Visit extends CreateNeeds {
	reply: FastifyReply;
	trouble: Trouble;
}

/** What strikes before the request is taken: no task, nothing charged. */
const BEFORE = {
	'<status>': ({ trouble: { number, pause }, clock }) => {
		throw new Refusal(number, wordsFor(number), retryAfterHeader(pause, clock.now()));
	},
	'code <status>': ({ reply, trouble: { number, pause }, clock }) =>
		reply
			.headers(retryAfterHeader(pause, clock.now()))
			.send({ code: number, message: wordsFor(number) }),
	reset: ({ reply, wire }) => wire.reset(reply),
	silence: async ({ reply, wire }) => await wire.silence(reply),
	html: ({ reply, wire }) => wire.html(reply, 200),
	'html <status>': ({ reply, trouble, wire }) => wire.html(reply, trouble.number),
	redirect: ({ reply, elsewhere }) => reply.redirect(elsewhere + CREATE_PATH, 307),
} satisfies Partial<Record<Words, (visit: Visit) => unknown>>;

/** What strikes on the way of the answer: the task is there, and charged. */
const AFTER: Readonly<
	Record<
		Exclude<Words, keyof typeof BEFORE>,
		(visit: Visit, task: SandboxTask, previous: SandboxTask | undefined) => unknown
	>
> = {
	'<status> but charged': ({ reply, trouble: { number } }) =>
		reply.code(number).send(refusalBody(number, wordsFor(number))),
	'reset but charged': ({ reply, wire }) => wire.reset(reply),
	'silence but charged': async ({ reply, wire }) => await wire.silence(reply),
	'half a body': ({ reply, wire }, task) => wire.half(reply, JSON_TYPE, bytesOf(answerTo(task))),
	'slow body': async ({ reply, wire }, task) =>
		await wire.slow(reply, JSON_TYPE, bytesOf(answerTo(task))),
	'broken json': ({ reply, wire }, task) => wire.brokenJson(reply, answerTo(task)),
	'no id': ({ reply }) => reply.send(wrapped({ status: STATUS })),
	'same id': ({ reply }, task, previous) => reply.send(answerTo(previous ?? task)),
	'numeric id': ({ reply }, task) => reply.send(answerTo(task)),
	'camel id': ({ reply }, task) => reply.send(wrapped({ taskId: task.wireId, status: STATUS })),
	'old shape': ({ reply }, task) =>
		reply.send({
			id: task.wireId,
			status: 'pending',
			model: MODEL,
			created_at: new Date(task.createdAt).toISOString(),
		}),
};

const STATUS = 'IN_PROGRESS';
const wrapped = (data: object) => ({ code: 200, message: 'success', data });
const answerTo = (task: SandboxTask) => wrapped({ task_id: task.wireId, status: STATUS });

/** `POST /api/v1/images/generations` */
export function createRoute(app: FastifyInstance, needs: CreateNeeds): void {
	const creates = new Tally();
	app.post(CREATE_PATH, async (request, reply) => {
		needs.rate.enter();
		const order = readOrder(request.body);
		const troubles = askedFor(order.prompt);
		const trouble = turnOf('create', troubles, creates.next(order.prompt));
		if (trouble && isBefore(trouble.words)) {
			await BEFORE[trouble.words]({ ...needs, reply, trouble });
			return reply;
		}
		const previous = needs.desk.latest;
		const task = needs.desk.open(order, troubles, trouble?.words === 'numeric id');
		if (!trouble) return answerTo(task);
		await AFTER[trouble.words as keyof typeof AFTER]({ ...needs, reply, trouble }, task, previous);
		return reply;
	});
}

const isBefore = (words: Words): words is keyof typeof BEFORE => words in BEFORE;
