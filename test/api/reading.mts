import { errorIn, failureText } from '../../nodes/Flux2/api/answerError';
import { shorten } from '../../nodes/Flux2/api/excerpt';
import { failureIn } from '../../nodes/Flux2/api/failedAnswer';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { describesTask, readTask } from '../../nodes/Flux2/api/readTask';
import { isAboutAnotherTask, payloadOf } from '../../nodes/Flux2/api/response';
import type { Task } from '../../nodes/Flux2/api/task';
import { idOf } from '../../nodes/Flux2/api/taskIds';
import { redacted } from '../../nodes/Flux2/transport/redact';
import { SENT } from './anyJson.mts';

export const ID = 'n41xxxx_flux2';

/** What the reader makes of an answer; anything thrown but its own failures is a defect. */
export function read(answer: unknown, sent = SENT): Task | Flux2Failure {
	try {
		return readTask(answer, ID, sent);
	} catch (error) {
		if (error instanceof Flux2Failure) return error;
		throw error;
	}
}

/** Everything that looks at an answer before or beside the reader. */
export function glance(answer: unknown): void {
	errorIn(200, answer);
	errorIn(502, answer);
	payloadOf(answer);
	idOf(payloadOf(answer));
	failureText(payloadOf(answer));
	describesTask(answer, 500);
	isAboutAnotherTask(answer, ID);
	for (const step of ['create', 'poll'] as const)
		for (const status of [200, 403, 502]) failureIn(step, status, answer);
	shorten(answer);
	redacted(structuredClone(answer), (text) => text);
}
