import type { Task } from '../../nodes/Flux2/api/task';
import { Ledger, type LedgerKey } from '../../nodes/Flux2/transport/ledger';

const NOW = '2026-11-22T12:00:00.000Z';

const task = (id: string): Task => ({
	state: 'pending',
	id,
	providerStatus: 'IN_PROGRESS',
	imageUrls: [],
});

/** The first image of an item, unless said otherwise. */
const keyOf = (itemIndex: number, fingerprint = 'abc', imageIndex = 0): LedgerKey => ({
	itemIndex,
	imageIndex,
	fingerprint,
});

describe('the ledger', () => {
	test('returns the task of a retried item, also after it was stored and read back', () => {
		const context = {};
		const first = new Ledger(context, 0, '6');
		first.sending(keyOf(3), NOW, 5);
		first.created(keyOf(3), task('task-1'));
		const stored: object = JSON.parse(JSON.stringify(context));
		const entry = new Ledger(stored, 0, '7').find(keyOf(3));
		expect(entry).toMatchObject({ state: 'created', taskId: 'task-1', credits: 5, sentAt: NOW });
	});

	test('returns nothing for another item, another image, another request or another run of a loop', () => {
		const context = {};
		const ledger = new Ledger(context, 0, '6');
		ledger.sending(keyOf(3), NOW, 5);
		ledger.created(keyOf(3), task('task-1'));
		expect(ledger.find(keyOf(2))).toBeUndefined();
		expect(ledger.find(keyOf(3, 'abc', 1))).toBeUndefined();
		expect(ledger.find(keyOf(3, 'abd'))).toBeUndefined();
		expect(new Ledger(context, 1, '6').find(keyOf(3))).toBeUndefined();
	});

	test('keeps a request without a response as unconfirmed in its execution, but not in a retry by a person', () => {
		const context = {};
		new Ledger(context, 0, '6').sending(keyOf(0), NOW, 5);
		expect(new Ledger(context, 0, '6').find(keyOf(0))).toMatchObject({ state: 'sending' });
		expect(new Ledger(context, 0, '7').find(keyOf(0))).toBeUndefined();
	});

	test('keeps the reason why a request is unconfirmed', () => {
		const ledger = new Ledger({}, 0, '6');
		ledger.sending(keyOf(0), NOW, 5);
		ledger.unconfirmed(keyOf(0), 'API in One did not answer');
		expect(ledger.find(keyOf(0))?.reason).toBe('API in One did not answer');
		ledger.unconfirmed(keyOf(1), 'no such request');
		expect(ledger.find(keyOf(1))).toBeUndefined();
	});

	test('keeps the task that the response to an unconfirmed request names, also after it was stored', () => {
		const context = {};
		const ledger = new Ledger(context, 0, '6');
		ledger.sending(keyOf(0), NOW, 5);
		ledger.unconfirmed(keyOf(0), 'API in One returned an error (502)', 'task-1');
		const stored: object = JSON.parse(JSON.stringify(context));
		const entry = new Ledger(stored, 0, '6').find(keyOf(0));
		expect(entry).toMatchObject({ state: 'sending', taskId: 'task-1' });
		expect(new Ledger(stored, 0, '7').find(keyOf(0))).toBeUndefined();
	});

	test('keeps the images of a create that named no task, because nobody can ask for them again', () => {
		const context = {};
		const done: Task = {
			state: 'succeeded',
			id: '',
			providerStatus: '',
			imageUrls: ['https://cdn.example/a.png'],
		};
		const ledger = new Ledger(context, 0, '6');
		ledger.sending(keyOf(0), NOW, 5);
		ledger.created(keyOf(0), done);
		const stored: object = JSON.parse(JSON.stringify(context));
		expect(new Ledger(stored, 0, '7').find(keyOf(0))?.task).toEqual(done);
		expect(ledger.has('')).toBe(false);
	});

	test('forgets a rejected request, and its credits', () => {
		const ledger = new Ledger({}, 0, '6');
		ledger.sending(keyOf(0), NOW, 24);
		ledger.sending(keyOf(1), NOW, 24);
		expect(ledger.credits).toBe(48);
		ledger.forget(keyOf(0));
		expect(ledger.find(keyOf(0))).toBeUndefined();
		expect(ledger.credits).toBe(24);
	});

	test('counts the credits of every image of an item, and of every run of a loop', () => {
		const context = {};
		new Ledger(context, 0, '6').sending(keyOf(0), NOW, 5);
		new Ledger(context, 0, '6').sending(keyOf(0, 'abc', 1), NOW, 5);
		new Ledger(context, 1, '6').sending(keyOf(0), NOW, 5);
		expect(new Ledger(context, 2, '6').credits).toBe(15);
	});

	test('knows which tasks belong to its requests', () => {
		const ledger = new Ledger({}, 0, '6');
		ledger.sending(keyOf(0), NOW, 5);
		ledger.created(keyOf(0), task('task-1'));
		expect(ledger.has('task-1')).toBe(true);
		expect(ledger.has('task-2')).toBe(false);
	});

	test('knows whether the callbacks of a task go to another execution', () => {
		const context = {};
		const first = new Ledger(context, 0, '6');
		first.sending(keyOf(0), NOW, 5);
		first.created(keyOf(0), task('task-1'));
		expect(first.isElsewhere(keyOf(0))).toBe(false);
		expect(new Ledger(context, 0, '7').isElsewhere(keyOf(0))).toBe(true);
	});
});
