import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { taskIdsOf } from '../nodes/Flux2/api/callback.ts';
import type { Outcome } from '../nodes/Flux2/api/failures.ts';
import type { Task } from '../nodes/Flux2/api/task.ts';
import { outcomeOf } from './outcome.mts';
import type { Answer, Recording } from './recording.mts';
import { clientOf, UNKNOWN_TASK } from './service.mts';

/** What the node makes of a recording. */
export interface Reading {
	wrongKey: Outcome<Task>;
	unknownTask: Outcome<Task>;
	/** The task ID. */
	create: Outcome<string>;
	looks: Array<Outcome<Task>>;
	/** The task IDs that each callback names. */
	rings: string[][];
}

/** Gives the node's client the recorded answers. Nothing is sent. */
export async function replay(recording: Recording): Promise<Reading> {
	const { taskId, asked, callbacks = [] } = recording;
	const read = async (answer: Answer, id: string) => await outcomeOf(answering(answer).getTask(id));
	return {
		wrongKey: await read(recording.wrongKey, UNKNOWN_TASK),
		unknownTask: await read(recording.unknownTask, UNKNOWN_TASK),
		create: await outcomeOf(
			answering(recording.create)
				.createTask(asked, Number.POSITIVE_INFINITY)
				.then(({ id }) => id),
		),
		looks: await Promise.all(recording.looks.map(async (look) => await read(look, taskId))),
		rings: callbacks.map(({ body, addedQuery }) => taskIdsOf(body, addedQuery)),
	};
}

/** A client of a service that knows one answer. The client may change what it reads, so it gets a copy. */
const answering = ({ status, headers, body }: Answer) =>
	clientOf(
		'https://recorded.example',
		async () =>
			({ statusCode: status, headers, body: structuredClone(body) }) as IN8nHttpFullResponse,
		(text) => text,
	);
