import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredWorkflow } from '../../host/rest.mts';
import type { Account, Line } from './line.mts';
import { imagesIn, outputOf } from './seen.mts';
import { chain, flux2, nothing, prompts, webhook } from './sketch.mts';
import { tried } from './tried.mts';

/** Production executions that may run at once from here on: one worker, so to speak. */
const oneAtATime = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };

const texts = Array.from({ length: 10 }, (_, number) => `month ${number} [task: takes 75 s]`);

const neverCalled = ['one [callback: never]', 'two [callback: never] [task: never]'];

/** Executions that wait for callbacks, in an n8n that dies meanwhile. */
export function parked(line: () => Line): void {
	let account: Account;
	let workflow: StoredWorkflow;
	let parkedId: string;

	tried('ten items wait for their callbacks, and n8n is killed meanwhile', async () => {
		account = await line().openAccount('Parked');
		workflow = await line().publish(
			chain(
				'Parked',
				webhook('parked', 'onReceived'),
				prompts(...texts),
				flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
				nothing('Woken'),
			),
			account,
		);
		const started = Date.now();
		await line().call('parked');
		({ id: parkedId } = await line().executionIn(workflow, 'waiting'));
		const seconds = Math.round((Date.now() - started) / 1000);
		expect(account.sandbox.books.creates).toBe(10);
		// n8n writes its event log a moment after the database. Killed in between, it takes what is
		// waiting for what was running, and calls it crashed.
		await sleep(3_000);
		await line().server.kill();
		await line().start(oneAtATime);
		const { status } = await line().api.execution(parkedId);
		expect(status).toBe('waiting');
		return `parked after ${seconds} s; kill -9, a new start, and it is still "waiting"; ${account.spent()}`;
	});

	tried('another execution runs meanwhile where only one may run at a time', async () => {
		const other = await line().openAccount('Meanwhile');
		await line().publish(
			chain('Meanwhile', webhook('meanwhile', 'lastNode'), prompts('a kite'), flux2()),
			other,
		);
		const started = Date.now();
		const response = await line().call('meanwhile');
		const seconds = (Date.now() - started) / 1000;
		expect(response.status).toBe(200);
		expect((await line().api.execution(parkedId)).status).toBe('waiting');
		expect(other.sandbox.books.creates).toBe(1);
		return `done in ${seconds.toFixed(0)} s, beside ten parked images, with N8N_CONCURRENCY_PRODUCTION_LIMIT=1`;
	});

	tried('it wakes with ten images, in order, each paid once', async () => {
		const [execution] = await line().endedExecutions(workflow, 1, 120_000);
		await account.sandbox.idle();
		expect(execution?.status).toBe('success');
		const output = outputOf(execution!, 'Woken');
		expect(
			output.map(({ json }) => account.sandbox.tasks.get(String(json.taskId))?.prompt),
		).toEqual(texts);
		expect(output.map(({ json }) => json.status)).toEqual(texts.map(() => 'succeeded'));
		expect(imagesIn(output)).toBe(10);
		expect(Math.min(...(await line().filesOf(output)))).toBeGreaterThan(100);
		const { creates, creditsCharged } = account.sandbox.books;
		expect({ creates, creditsCharged }).toEqual({ creates: 10, creditsCharged: 50 });
		return `${imagesIn(output)} images; ${account.spent()}`;
	});
}

/** The deadline of a parked execution: it begins early and is held against its end late. */
export function deadline(line: () => Line): { begin: () => Promise<void>; end: () => void } {
	let account: Account;
	let workflow: StoredWorkflow;
	let started: number;
	return {
		async begin() {
			account = await line().openAccount('Deadline');
			workflow = await line().publish(
				chain(
					'Deadline',
					webhook('deadline', 'onReceived'),
					prompts(...neverCalled),
					flux2({ waitFor: 'callback', options: { timeoutSeconds: 65 } }),
					nothing('Went on'),
				),
				account,
			);
			started = Date.now();
			await line().call('deadline');
		},
		end: () =>
			tried('at the deadline the items go on as pending, with their task IDs', async () => {
				const [execution] = await line().endedExecutions(workflow, 1, 170_000);
				expect(execution?.status).toBe('success');
				const output = outputOf(execution!, 'Went on').map(({ json }) => json);
				expect(output.map(({ status }) => status)).toEqual(['pending', 'pending']);
				const prompts = output.map(
					({ taskId }) => account.sandbox.tasks.get(String(taskId))?.prompt,
				);
				expect(prompts).toEqual(neverCalled);
				const { startedAt, stoppedAt } = execution as unknown as Record<string, string>;
				const took = Math.round((Date.parse(stoppedAt!) - Date.parse(startedAt!)) / 1000);
				expect(Date.now() - started).toBeGreaterThan(65_000);
				return `2 items with status "pending" after ${took} s; ${account.spent()}`;
			}),
	};
}
