import { inspect } from 'node:util';
import { accountState, resetAccounts } from '../../nodes/Flux2/transport/account';
import { useVirtualTime } from './virtualTime.mts';

const { now, sleep } = useVirtualTime();

beforeEach(resetAccounts);

const KEY = 'aio_secret_0123456789';
const account = { baseUrl: 'https://api.example', apiKey: KEY };
const DAY_MS = 24 * 3_600_000;

describe('what a process knows of an account', () => {
	test('is shared by all who use the same key at the same address', () => {
		expect(accountState({ ...account })).toBe(accountState(account));
	});

	test('is not shared with another key, or with the same key at another address', () => {
		const others = [
			{ ...account, apiKey: `${KEY}0` },
			{ ...account, baseUrl: 'https://other.example' },
			// So that no part of the one can pass for a part of the other.
			{ baseUrl: `${account.baseUrl}\na`, apiKey: KEY.slice(1) },
		];
		const states = [account, ...others].map((one) => accountState(one));
		expect(new Set(states).size).toBe(4);
	});

	test('holds no key', async () => {
		const state = accountState(account);
		await state.limiter.forRun().acquire('create', now() + 1_000);
		state.spending.reserve(5, 0);
		expect(inspect(state, { depth: Infinity, showHidden: true })).not.toContain('secret');
	});

	test('is kept while it is used, and forgotten after a day without use', async () => {
		const state = accountState(account);
		for (let day = 0; day < 3; day += 1) {
			await sleep(0.9 * DAY_MS);
			expect(accountState(account)).toBe(state);
		}
		await sleep(1.1 * DAY_MS);
		expect(accountState(account)).not.toBe(state);
	});

	test('is forgotten first for those that were not used for longest, beyond a hundred', () => {
		const state = accountState(account);
		const other = accountState({ ...account, apiKey: 'other-key' });
		for (let index = 0; index < 99; index += 1) {
			accountState({ ...account, apiKey: `key-${index}` });
			accountState(account);
		}
		expect(accountState(account)).toBe(state);
		expect(accountState({ ...account, apiKey: 'other-key' })).not.toBe(other);
	});

	test('is new after a reset', () => {
		const state = accountState(account);
		resetAccounts();
		expect(accountState(account)).not.toBe(state);
	});
});
