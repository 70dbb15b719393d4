import { startSandbox } from '../sandbox/server.mts';
import { Doorbell } from './doorbell.mts';
import { askForFree, follow, type Time } from './exchange.mts';
import { fetchImage } from './image.mts';
import { orderOf } from './order.mts';
import { isWhole, type Recording } from './recording.mts';
import { Secrets } from './secrets.mts';
import { Service } from './service.mts';

/** A ring within this machine takes no time worth speaking of. */
const RING_MS = { first: 30_000, quiet: 100 };

/** The same exchange with the sandbox, in a moment: its clock goes on whenever somebody would wait. */
export async function recordSandbox(withCallback: boolean): Promise<Recording> {
	let now = Date.now();
	const time: Time = {
		now: () => now,
		pause: async (ms) => {
			now += ms;
		},
	};
	// Nobody is woken: a task is settled by the look that finds its time has come.
	const clock = { now: () => now, sleep: async () => await new Promise<void>(() => undefined) };
	const sandbox = await startSandbox({ clock, images: 'plain', seconds: () => 5 });
	const bell = withCallback ? await Doorbell.at(0) : undefined;
	try {
		const secrets = new Secrets(sandbox.apiKey, bell?.url);
		bell?.expect(bell.url, secrets);
		const service = new Service(sandbox.url, sandbox.apiKey, secrets);
		const { wrongKey, unknownTask } = await askForFree(service);
		const orderedAt = time.now();
		const created = await service.create(orderOf(secrets.callbackUrl));
		if ('failure' in created.outcome) throw created.outcome.failure;
		const taskId = created.outcome.value;
		const { looks, outcome } = await follow(service, taskId, orderedAt, time);
		if ('failure' in outcome) throw outcome.failure;
		const [url = ''] = outcome.value.state === 'succeeded' ? outcome.value.imageUrls : [];
		const image = await fetchImage(url, secrets.hide);
		await bell?.untilQuiet(RING_MS.first, RING_MS.quiet);
		const recording = {
			format: 1 as const,
			service: sandbox.url,
			madeAt: new Date().toISOString(),
			asked: orderOf(bell && secrets.hide(secrets.callbackUrl ?? '')),
			taskId,
			wrongKey: wrongKey.answer,
			unknownTask: unknownTask.answer,
			create: created.answer,
			looks,
			image,
			...(bell ? { callbacks: bell.ringsSince(orderedAt) } : {}),
		};
		if (!isWhole(recording)) throw new Error('the sandbox gave no whole exchange');
		return recording;
	} finally {
		await bell?.stop();
		await sandbox.stop();
	}
}
