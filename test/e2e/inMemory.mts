import { twentyAtOnce } from './generate.mts';
import type { Line } from './line.mts';
import { errorOf, outputOf } from './seen.mts';
import { chain, fetchFile, fingerprint, flux2, pressHere, prompts, webhook } from './sketch.mts';
import { tried } from './tried.mts';

/** What differs where n8n keeps files in memory, as 1.x does unless somebody sets it otherwise. */
export function inMemory(line: () => Line): void {
	const as = (what: string) => `with files in memory (the default of n8n 1.x): ${what}`;

	beforeAll(async () => {
		await line().server.stop();
		await line().start({ N8N_DEFAULT_BINARY_DATA_MODE: 'default' });
	});

	tried(as('ten prompts become ten images that the next node can read'), async () => {
		const account = await line().openAccount('In memory');
		const texts = Array.from({ length: 10 }, (_, number) => `picture ${number}`);
		const execution = await line().press(
			chain('In memory', pressHere(), prompts(...texts), flux2(), fingerprint()),
			account,
		);
		expect(errorOf(execution)).toBeUndefined();
		const prints = outputOf(execution, 'Fingerprint').map(({ json }) => json.sha256);
		expect(new Set(prints).size).toBe(10);
		return `10 different files; ${account.spent()}`;
	});

	twentyAtOnce(
		line,
		as('twenty images that are ready at once start twenty runs, each with its file'),
	);

	tried(as('a parked execution wakes with its images'), async () => {
		const account = await line().openAccount('Parked in memory', { seconds: () => 4 });
		const workflow = await line().publish(
			chain(
				'Parked in memory',
				webhook('parked-in-memory', 'onReceived'),
				prompts('one', 'two', 'three'),
				flux2({ waitFor: 'callback', options: { timeoutSeconds: 600 } }),
				fingerprint(),
			),
			account,
		);
		await line().call('parked-in-memory');
		const [execution] = await line().endedExecutions(workflow, 1);
		expect(execution?.status).toBe('success');
		const prints = outputOf(execution!, 'Fingerprint').map(({ json }) => json.sha256);
		expect(new Set(prints).size).toBe(3);
		return `3 different files; ${account.spent()}`;
	});

	tried(
		as('a file of the item is refused as reference image, before anything is ordered'),
		async () => {
			const account = await line().openAccount('Reference in memory');
			const photo = await line().press(
				chain('Photo', pressHere(), prompts('a brass lamp'), flux2({ download: false })),
				account,
			);
			const execution = await line().press(
				chain(
					'Reference in memory',
					pressHere(),
					fetchFile(String(outputOf(photo)[0]?.json.imageUrl)),
					flux2({
						prompt: 'the lamp on a desk',
						referenceImages: { image: [{ from: 'binary', field: 'data' }] },
					}),
				),
				account,
			);
			expect(execution.status).toBe('error');
			expect(errorOf(execution)?.message).toMatch(/memory/);
			expect(account.sandbox.books.creates).toBe(1);
			return `"${errorOf(execution)?.message}"; nothing but the photo was ordered`;
		},
	);
}
