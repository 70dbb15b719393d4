import { atEnd, itemsOf, outcomesOf, tally, tasksIn, untilAll, type Outcome } from './outcome.mts';
import type { Account, Scene } from './scene.mts';
import type { Entrance } from './workflows.mts';

/** Executions that look for their images, with a Flux 2 Trigger in "Callback URL". */
export interface Looking {
	entrance: Entrance;
	/** The workflow that the trigger starts. */
	net: Entrance;
	account: Account;
}

/** Sends the prompts, one execution each. */
export async function startLooking(scene: Scene, prompts: string[][]): Promise<Looking> {
	const net = await scene.triggered('Safety net');
	const entrance = await scene.generating('Looking', {
		waitFor: 'image',
		callbackUrl: scene.urlOf(net),
	});
	const account = scene.account();
	for (const some of prompts) await scene.send(entrance, some);
	return { entrance, net, account };
}

export const idsOf = (tasks: readonly { id: string }[]): Set<string> =>
	new Set(tasks.map(({ id }) => id));

/** Each of up to a hundred executions is on record in a row of its own, which no other worker writes. */
export async function expectOwnRows(
	{ database }: Scene,
	executions: ReadonlyArray<{ id: string }>,
): Promise<void> {
	const endings = executions.map(({ id }) => ` ${id.slice(-2)}`);
	expect(await database.rowsNamed(endings)).toBe(executions.length);
}

/** Every image that was paid came through the trigger. Gives the runs that it started. */
export async function allDelivered(
	scene: Scene,
	{ net, account }: Pick<Looking, 'net' | 'account'>,
	images: number,
): Promise<Outcome[]> {
	const runs = await untilAll(scene.fleet.api, net.workflow.id, {
		count: images,
		are: atEnd,
		withinMs: 60_000,
	});
	const delivered = await outcomesOf(scene.fleet.api, runs);
	expect(tasksIn(delivered)).toEqual(idsOf(account.tasks));
	expect(await scene.imagesIn(itemsOf(delivered))).toBe(images);
	return delivered;
}

/** Ten executions of three items end well, and each image was bought once. */
export async function tenEndWell(
	scene: Scene,
	{ entrance, account }: Pick<Looking, 'entrance' | 'account'>,
	withinMs: number,
): Promise<Outcome[]> {
	const all = await untilAll(scene.fleet.api, entrance.workflow.id, {
		count: 10,
		are: atEnd,
		withinMs,
	});
	const outcomes = await outcomesOf(scene.fleet.api, all);
	const items = itemsOf(outcomes);
	expect(tally(all)).toEqual({ success: 10 });
	expect(account).toMatchObject({ creates: 30, credits: 150 });
	expect(new Set(items.map(({ taskId }) => taskId))).toEqual(idsOf(account.tasks));
	expect(await scene.imagesIn(items)).toBe(30);
	return outcomes;
}
