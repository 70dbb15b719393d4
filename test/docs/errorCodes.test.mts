import { errorCodeOf, type ErrorCode } from '../../nodes/Flux2/api/errorCodes.ts';
import { allErrorCodes } from '../api/allErrorCodes.mts';
import type { Failure, Step } from '../../nodes/Flux2/api/failures.ts';
import { Flux2Failure } from '../../nodes/Flux2/api/failures.ts';
import { failureJson } from '../../nodes/Flux2/actions/failureItem.ts';
import { plain, section, tableRows } from './pages.mts';

const apiErrors = (step: Step): Failure[] => [
	...Array.from({ length: 200 }, (_, index) => 400 + index).map(
		(code): Failure => ({ kind: 'api-error', step, code, text: '' }),
	),
	...[400, 422, 451, 500, 501].map(
		(code): Failure => ({ kind: 'api-error', step, code, text: 'moderated' }),
	),
];

/** Failures of either request, with everything in them that decides about code, charge and status. */
const failuresOf = (step: Step): Failure[] => [
	...apiErrors(step),
	{ kind: 'blocked-by-firewall', step, text: '' },
	...[301, 302, 303, 307, 308].map(
		(status): Failure => ({ kind: 'redirected', step, host: '', status }),
	),
	...[true, false].map((sent): Failure => ({ kind: 'no-answer', step, code: '', sent })),
	{ kind: 'unreadable-answer', step, excerpt: '' },
];

const withoutTask: Failure[] = [
	{ kind: 'invalid-input', problem: '', advice: '' },
	{ kind: 'credit-limit', credits: 1, held: 0, limit: 1 },
	{ kind: 'daily-credit-limit', credits: 1, held: 0, limit: 1 },
	...failuresOf('create'),
	{ kind: 'unconfirmed', sentAt: '' },
	{ kind: 'restarted', by: 'restarted' },
	{ kind: 'not-created' },
	{ kind: 'cancelled' },
];

const withTask: Failure[] = [
	{ kind: 'task-failed', providerStatus: 'failed', reason: '' },
	{ kind: 'task-failed', providerStatus: 'failed', reason: 'moderated' },
	{ kind: 'no-image', providerStatus: '', excerpt: '' },
	{ kind: 'timeout', seconds: 1, providerStatus: 'pending' },
	{ kind: 'timeout', seconds: 1, providerStatus: 'reviewing' },
	{ kind: 'unexpected', text: '' },
	{ kind: 'cancelled' },
];

const items = [
	...withoutTask.map((failure) => failureJson(new Flux2Failure(failure))),
	...withTask.map((failure) => failureJson(new Flux2Failure(failure, 'n41'))),
	failureJson(new Flux2Failure({ kind: 'api-error', step: 'poll', code: 404, text: '' }, 'n41')),
];

/** Values in the order in which the page lists them. */
const order = ['no', 'maybe', 'yes', 'failed', 'pending', 'unknown'];

function valuesOf(code: ErrorCode, key: 'charged' | 'status'): string {
	const values = new Set(
		items.filter(({ errorCode }) => errorCode === code).map((item) => String(item[key])),
	);
	return order.filter((value) => values.has(value)).join(', ');
}

const codes = [...new Set(items.map(({ errorCode }) => errorCode as ErrorCode))];
const page = section('docs/troubleshooting.md', '## Error codes');
const rows = tableRows(page);

test('every error code is documented once', () => {
	expect(rows.map(([code]) => code).sort()).toEqual([...allErrorCodes].sort());
	expect([...codes].sort()).toEqual([...allErrorCodes].sort());
});

test.each(rows)(
	'%s: the page says what was charged and what status the item has',
	(code, charged, status) => {
		const known = code as ErrorCode;
		expect({ charged, status }).toEqual({
			charged: valuesOf(known, 'charged'),
			status: valuesOf(known, 'status'),
		});
	},
);

test('after a failed status check, the task is pending and counts as charged', () => {
	expect(plain(page)).toContain('then charged is yes and status is pending');
	const others = failuresOf('poll').filter((failure) => errorCodeOf(failure) !== 'task-not-found');
	const outcomes = others.map((failure) => failureJson(new Flux2Failure(failure, 'n41')));
	expect(new Set(outcomes.map(({ charged }) => charged))).toEqual(new Set(['yes']));
	expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['pending']));
});

test('the README explains every status', () => {
	const explained = tableRows(section('README.md', '### When something fails'));
	const statuses = new Set(['succeeded', ...items.map(({ status }) => String(status))]);
	expect(explained.map(([status]) => status).sort()).toEqual([...statuses].sort());
});
