import type { IN8nHttpFullResponse } from 'n8n-workflow';
import { taskIdsOf } from '../../nodes/Flux2/api/callback.ts';
import { outcomeOf, type Outcome } from '../../nodes/Flux2/api/failures.ts';
import { urlsIn } from '../../nodes/Flux2/api/imageUrls.ts';
import { clientOf } from '../../live/client.mts';
import { messagesOf, type Message, type Recording, type Step } from '../../live/recording.mts';

/** The node's client, which gets a recorded response. Nothing is sent. */
const clientFor = ({ status = 0, headers, body }: Message) =>
	clientOf(
		'https://recorded.example',
		async () =>
			({ statusCode: status, headers, body: structuredClone(body) }) as IN8nHttpFullResponse,
	);

/** What the node makes of each message of a recording. */
export async function replay(recording: Recording) {
	const { request, taskId = '' } = recording;
	if (request === undefined) throw new Error('The recording is of no create.');
	const sent = urlsIn(request);
	const read = async (step: Step, id: string) =>
		await Promise.all(
			messagesOf(recording, step).map(
				async (message) => await outcomeOf(clientFor(message).getTask(id, { sent })),
			),
		);
	const [create] = messagesOf(recording, 'create');
	return {
		wrongKey: await read('wrong key', 'any'),
		unknownTask: await read('unknown task', 'any'),
		create: create && (await outcomeOf(clientFor(create).createTask(request, Infinity))),
		polls: await read('poll', taskId),
		/** The task IDs that each callback names. */
		callbacks: messagesOf(recording, 'callback').map(({ body, callback }) =>
			taskIdsOf(body, callback?.addedQuery),
		),
	};
}

/** The code of the error that the node reads in a response. */
export const errorCodeOf = (outcome: Outcome<unknown> | undefined): number | undefined =>
	outcome && 'failure' in outcome && outcome.failure.failure.kind === 'api-error'
		? outcome.failure.failure.code
		: undefined;
