import type { Outcome } from '../nodes/Flux2/api/failures.ts';
import type { TerminalTask, Task } from '../nodes/Flux2/api/task.ts';
import { pollUntilDone } from '../nodes/Flux2/transport/polling.ts';
import { outcomeOf } from './outcome.mts';
import type { Look } from './recording.mts';
import { UNKNOWN_TASK, type Asked, type Service } from './service.mts';

/** As long as the node looks, unless told otherwise. */
const TIMEOUT_SECONDS = 300;

/** Time, so that the sandbox need not be waited for. */
export interface Time {
	now(): number;
	pause(ms: number): Promise<void>;
}

/** Two questions that cost nothing: who has a wrong key, and who asks for a task that is not there. */
export async function askForFree(
	service: Service,
): Promise<{ wrongKey: Asked<Task>; unknownTask: Asked<Task> }> {
	const wrongKey = await service.lookWithWrongKey();
	return { wrongKey, unknownTask: await service.look(UNKNOWN_TASK) };
}

/** What the looks at a task brought. */
export interface Followed {
	/** Every answer that differed from those before it. */
	looks: Look[];
	outcome: Outcome<TerminalTask>;
}

/** Looks at a task as the node does, only at once for the first time, to see what a new one shows. */
export async function follow(
	service: Service,
	taskId: string,
	orderedAt: number,
	time: Time,
	told: (asked: Asked<Task>, afterMs: number) => void = () => undefined,
): Promise<Followed> {
	const looks: Look[] = [];
	const seen = new Set<string>();
	let isFirst = true;
	const getTask = async (): Promise<Task> => {
		const asked = await service.look(taskId);
		const afterMs = time.now() - orderedAt;
		const { answer, outcome } = asked;
		const mark = JSON.stringify([answer?.status, answer?.body]);
		if (answer !== undefined && !seen.has(mark)) looks.push({ afterMs, ...answer });
		if (!seen.has(mark)) told(asked, afterMs);
		seen.add(mark);
		if ('failure' in outcome) throw outcome.failure;
		return outcome.value;
	};
	const outcome = await outcomeOf(
		pollUntilDone({
			taskId,
			createdAt: orderedAt,
			deadline: orderedAt + TIMEOUT_SECONDS * 1_000,
			timeoutSeconds: TIMEOUT_SECONDS,
			getTask,
			pause: async (ms) => {
				await time.pause(isFirst ? 0 : ms);
				isFirst = false;
				return true;
			},
			now: () => time.now(),
			random: () => Math.random(),
		}),
	);
	return { looks, outcome };
}
