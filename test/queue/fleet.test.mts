import { setTimeout as sleep } from 'node:timers/promises';
import { tried, writeTried } from '../e2e/tried.mts';
import { deliver } from './deliver.mts';
import type { Worker } from './fleet.mts';
import { allDelivered, idsOf, startLooking, tenEndWell } from './journeys.mts';
import {
	atEnd,
	isParked,
	itemsOf,
	listed,
	outcomesOf,
	shownInEditor,
	tally,
	tasksIn,
	untilAll,
} from './outcome.mts';
import { prompts } from './prompts.mts';
import { type Account, openScene, type Scene } from './scene.mts';
import { settingOf } from './setting.mts';
import { until } from './until.mts';

let scene: Scene;
beforeAll(async () => {
	scene = await openScene('fleet', { webhooks: 2 });
}, 300_000);
afterAll(async () => {
	if (scene === undefined) return;
	writeTried('queue', {
		order: 10,
		title: `n8n ${scene.n8n.version} in queue mode`,
		setting: { ...settingOf(scene), Processes: 'main, two workers, two webhook processes' },
	});
	await scene.close();
}, 120_000);

/** The worker that has begun with most of these executions, and which they are. */
async function busiest(
	ids: readonly string[],
): Promise<{ worker: Worker; other: Worker; its: string[] }> {
	const [one, two] = scene.fleet.workers as [Worker, Worker];
	const [ofOne, ofTwo] = await Promise.all(
		[one, two].map(async (worker) => (await worker.begun()).filter((id) => ids.includes(id))),
	);
	const [first = [], second = []] = [ofOne, ofTwo];
	return first.length >= second.length
		? { worker: one, other: two, its: first }
		: { worker: two, other: one, its: second };
}

describe('n8n in queue mode', () => {
	tried(
		'forty executions of five items, over both workers: each image is bought once',
		async () => {
			const { fleet } = scene;
			const entrance = await scene.generating('Forty of five', { waitFor: 'image' });
			const account = scene.account();
			for (const some of prompts(40, 5, 'Bottle')) await scene.send(entrance, some);
			const all = await untilAll(fleet.api, entrance.workflow.id, {
				count: 40,
				are: atEnd,
				withinMs: 120_000,
			});
			const outcomes = await outcomesOf(fleet.api, all);
			const items = itemsOf(outcomes);
			const [one = [], two = []] = await Promise.all(fleet.workers.map((worker) => worker.begun()));
			expect(tally(all)).toEqual({ success: 40 });
			expect(account).toMatchObject({ creates: 200, credits: 1000 });
			expect(idsOf(account.tasks)).toEqual(new Set(items.map(({ taskId }) => taskId)));
			expect(new Set(account.tasks.map(({ prompt }) => prompt)).size).toBe(200);
			expect(await scene.imagesIn(items)).toBe(200);
			expect(await shownInEditor(fleet.api, outcomes.slice(0, 5))).toBe(25);
			expect(Math.min(one.length, two.length)).toBeGreaterThan(0);
			return `200 creates, 1000 credits, 200 images, 0 duplicates; the workers ran ${one.length} and ${two.length} executions`;
		},
	);

	tried(
		'a worker is killed (kill -9) while ten executions look: nothing is bought again, and the Flux 2 Trigger in "Callback URL" brings every image',
		async () => {
			const { fleet } = scene;
			const looking = await startLooking(scene, prompts(10, 3, 'Looked at [task: takes 15 s]'));
			const { entrance, account } = looking;
			await until('30 tasks are ordered', () => account.creates === 30, 30_000);
			const ids = (await listed(fleet.api, entrance.workflow.id)).map(({ id }) => id);
			const { worker, its: lost } = await busiest(ids);
			await worker.kill();
			const killedAt = Date.now();
			const restarted = worker.start();

			const all = await untilAll(fleet.api, entrance.workflow.id, {
				count: 10,
				are: atEnd,
				withinMs: 120_000,
			});
			const seconds = Math.round((Date.now() - killedAt) / 1000);
			const delivered = await allDelivered(scene, looking, 30);
			await restarted;
			const outcomes = await outcomesOf(fleet.api, all);
			const dead = outcomes.filter(({ id }) => lost.includes(id));
			const alive = outcomes.filter(({ id }) => !lost.includes(id));
			expect(dead.every(({ status }) => status === 'error' || status === 'crashed')).toBe(true);
			expect(tally(alive)).toEqual({ success: 10 - lost.length });
			expect(await scene.imagesIn(itemsOf(alive))).toBe(3 * alive.length);
			expect(account).toMatchObject({ creates: 30, credits: 150 });
			expect(delivered).toHaveLength(30);

			expect(await shownInEditor(fleet.api, delivered)).toBe(30);

			const words = JSON.stringify(tally(dead));
			const retried = await retry(dead[0]?.id ?? '', account);
			return `30 creates, 150 credits; the ${lost.length} executions of the dead worker ended as ${words} after ${seconds} s ("${dead[0]?.error.slice(0, 70)}…"), naming ${tasksIn(dead).size} of their tasks, and the other worker began none of them again; ${itemsOf(alive).length} images came out of the other executions, 30 of 30 out of the trigger, 0 twice, and n8n's own output panel shows them; "Retry" on a dead execution: ${retried}`;
		},
		240_000,
	);

	/** What "Retry" in the list of executions does with an execution whose worker died. */
	async function retry(id: string, account: Account): Promise<string> {
		const before = account.creates;
		// n8n answers when the retry has ended.
		const retriedAs = await scene.fleet.api.retry(id);
		const [retried] = await outcomesOf(scene.fleet.api, [{ id: retriedAs, status: '' }]);
		expect(account.creates).toBe(before);
		return `${retried?.status} ("${retried?.error.slice(0, 70)}…") and no new orders`;
	}

	tried(
		'a worker is killed (kill -9) while ten executions are parked: all wake on the other worker, with all images',
		async () => {
			const { fleet } = scene;
			const entrance = await scene.generating('Parked', { waitFor: 'callback' });
			const account = scene.account();
			for (const some of prompts(10, 3, 'Parked [task: takes 25 s]'))
				await scene.send(entrance, some);
			const parked = await untilAll(fleet.api, entrance.workflow.id, {
				count: 10,
				are: isParked,
				withinMs: 40_000,
			});
			const { worker, other, its } = await busiest(parked.map(({ id }) => id));
			await worker.kill();
			const before = (await other.begun()).length;
			const outcomes = await tenEndWell(scene, { entrance, account }, 90_000);
			const woken = (await other.begun()).length - before;
			await worker.start();
			expect(await shownInEditor(fleet.api, outcomes)).toBe(30);
			expect(woken).toBe(10);
			return `30 creates, 150 credits, 30 images, 0 duplicates, nothing crashed; ${its.length} of the ten had been parked by the worker that died`;
		},
		240_000,
	);

	tried(
		'two webhook processes get 200 callbacks for 50 tasks: every task comes at least once and at most twice',
		async () => {
			const { fleet, sandbox } = scene;
			const net = await scene.triggered('Two doors');
			const entrance = await scene.generating('Ordering', { waitFor: 'nothing' });
			const account = scene.account();
			for (const some of prompts(5, 10, 'Ordered')) await scene.send(entrance, some);
			await until('50 tasks are ordered', () => account.creates === 50, 30_000);
			const { tasks } = account;
			await until(
				'all tasks are settled',
				() => tasks.every(({ state }) => state === 'succeeded'),
				20_000,
			);
			const doors = fleet.webhooks.map((webhook) => scene.urlOf(net, webhook));
			const ids = tasks.map(({ id }) => id);
			const answers = await deliver(doors, ids, { each: 2, apiKey: sandbox.apiKey });
			const runs = async (count: number) => {
				await sleep(5_000);
				return await untilAll(fleet.api, net.workflow.id, { count, are: atEnd, withinMs: 60_000 });
			};
			const { length: first } = await runs(50);
			// Some seconds later: what one process has written down the other may know by now.
			await deliver(doors, ids, { each: 1, apiKey: sandbox.apiKey });
			const outcomes = await outcomesOf(fleet.api, await runs(first));
			const times = ids.map((id) => outcomes.filter(({ taskIds }) => taskIds.includes(id)).length);
			const twice = times.filter((many) => many > 1).length;
			expect(account).toMatchObject({ creates: 50, credits: 250 });
			expect(answers).toHaveLength(200);
			expect(answers.every((status) => status === 200)).toBe(true);
			expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
			expect(Math.max(...times)).toBeLessThanOrEqual(2);
			expect(await scene.imagesIn(itemsOf(outcomes))).toBe(outcomes.length);
			return `50 creates, 250 credits; 200 times the answer 200; ${first} runs, each with its image, and ${outcomes.length} after 100 more callbacks some seconds later; ${twice} of the 50 tasks came twice, once by each process`;
		},
		180_000,
	);
});
