import { Ledger } from '../../nodes/Flux2/transport/ledger';

const NOW = '2026-11-22T12:00:00.000Z';

describe('the ledger', () => {
	test('returns the task of a retried item, also after it was stored and read back', () => {
		const context = {};
		const first = new Ledger(context, 0, '6');
		first.sending(3, 'abc', NOW, 5);
		first.created(3, 'abc', 'task-1');
		const stored: object = JSON.parse(JSON.stringify(context));
		const entry = new Ledger(stored, 0, '7').find(3, 'abc');
		expect(entry).toMatchObject({ state: 'created', taskId: 'task-1', credits: 5, sentAt: NOW });
	});

	test('returns nothing for another item, another request or another run of a loop', () => {
		const context = {};
		const ledger = new Ledger(context, 0, '6');
		ledger.sending(3, 'abc', NOW, 5);
		ledger.created(3, 'abc', 'task-1');
		expect(ledger.find(2, 'abc')).toBeUndefined();
		expect(ledger.find(3, 'abd')).toBeUndefined();
		expect(new Ledger(context, 1, '6').find(3, 'abc')).toBeUndefined();
	});

	test('keeps a request without a response as unconfirmed in its execution, but not in a retry by a person', () => {
		const context = {};
		new Ledger(context, 0, '6').sending(0, 'abc', NOW, 5);
		expect(new Ledger(context, 0, '6').find(0, 'abc')).toMatchObject({ state: 'sending' });
		expect(new Ledger(context, 0, '7').find(0, 'abc')).toBeUndefined();
	});

	test('forgets a rejected request, and its credits', () => {
		const ledger = new Ledger({}, 0, '6');
		ledger.sending(0, 'abc', NOW, 24);
		ledger.sending(1, 'abc', NOW, 24);
		expect(ledger.credits).toBe(48);
		ledger.forget(0, 'abc');
		expect(ledger.find(0, 'abc')).toBeUndefined();
		expect(ledger.credits).toBe(24);
	});

	test('knows which tasks belong to its requests', () => {
		const ledger = new Ledger({}, 0, '6');
		ledger.sending(0, 'abc', NOW, 5);
		ledger.created(0, 'abc', 'task-1');
		expect(ledger.holds('task-1')).toBe(true);
		expect(ledger.holds('task-2')).toBe(false);
	});
});
