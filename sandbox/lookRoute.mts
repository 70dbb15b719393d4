import type { FastifyInstance, FastifyReply } from 'fastify';
import { taskPath } from '../nodes/Flux2/api/contract.ts';
import type { Trouble } from './askedFor.mts';
import { turnOf } from './askedFor.mts';
import type { Clock } from './clock.mts';
import type { Desk } from './desk.mts';
import { Refusal, wordsFor } from './refusal.mts';
import { retryAfterHeader } from './retryAfter.mts';
import { SHAPES } from './shapes.mts';
import { shapeOfAnswers, sightOfLook } from './sight.mts';
import type { SandboxTask } from './task.mts';
import type { Turns } from './troubles.mts';
import type { Wire } from './wire.mts';
import { bytesOf, JSON_TYPE } from './wire.mts';

interface LookNeeds {
	clock: Clock;
	desk: Desk;
	wire: Wire;
	/** Where redirects to another host lead. */
	elsewhere: string;
}

/** One look on its way through. */
interface Visit extends LookNeeds {
	reply: FastifyReply;
	trouble: Trouble;
	task: SandboxTask;
}

const OTHER_ID = 'n41somebodyelse_flux2';

const TROUBLED: Readonly<Record<Turns<'poll'>, (visit: Visit) => unknown>> = {
	'<status>': ({ trouble: { number, pause }, clock }) => {
		throw new Refusal(number, wordsFor(number), retryAfterHeader(pause, clock.now()));
	},
	'code <status>': ({ reply, trouble: { number, pause }, clock }) =>
		reply
			.headers(retryAfterHeader(pause, clock.now()))
			.send({ code: number, message: wordsFor(number) }),
	reset: ({ reply, wire }) => wire.reset(reply),
	silence: async ({ reply, wire }) => await wire.silence(reply),
	'half a body': ({ reply, wire, task, clock }) =>
		wire.half(reply, JSON_TYPE, bytesOf(answerAbout(task, clock))),
	'slow body': async ({ reply, wire, task, clock }) =>
		await wire.slow(reply, JSON_TYPE, bytesOf(answerAbout(task, clock))),
	html: ({ reply, wire }) => wire.html(reply, 200),
	'html <status>': ({ reply, trouble, wire }) => wire.html(reply, trouble.number),
	'broken json': ({ reply, wire, task, clock }) => wire.brokenJson(reply, answerAbout(task, clock)),
	empty: ({ reply }) => reply.send(''),
	'wrong id': ({ reply, task, clock }) =>
		reply.send(SHAPES[shapeOfAnswers(task)]({ ...sightOfLook(task, clock.now()), id: OTHER_ID })),
	redirect: ({ reply, elsewhere, task }) => reply.redirect(elsewhere + taskPath(task.id), 302),
};

const answerAbout = (task: SandboxTask, clock: Clock): object =>
	SHAPES[shapeOfAnswers(task)](sightOfLook(task, clock.now()));

/** `GET /api/v1/tasks/{task_id}` */
export function lookRoute(app: FastifyInstance, needs: LookNeeds): void {
	app.get<{ Params: { id: string } }>(`${taskPath('')}:id`, async ({ params: { id } }, reply) => {
		const task = await needs.desk.find(id);
		if (!task) throw new Refusal(404, `Task ${id} not found`);
		const trouble = turnOf('poll', task.troubles, task.looks++);
		if (!trouble) return answerAbout(task, needs.clock);
		await TROUBLED[trouble.words]({ ...needs, reply, trouble, task });
		return reply;
	});
}
