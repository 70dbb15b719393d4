import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import type { NodeContext } from '../../nodes/Flux2/transport/credential';
import { getAccount } from '../../nodes/Flux2/transport/credential';

/** A node whose credential holds this beside the key. */
const nodeWith = (data: object) =>
	({
		getCredentials: async () => ({ apiKey: 'aio_123456', baseUrl: 'https://apiin.one', ...data }),
	}) as unknown as NodeContext;

describe('the daily credit limit of a credential', () => {
	test.each([
		['a number', { dailyCreditLimit: 500 }, 500],
		['a number that an expression gives as text', { dailyCreditLimit: '500' }, 500],
		['0, which is none', { dailyCreditLimit: 0 }, 0],
		['none in a credential that is older than the field', {}, 0],
	])('is %s', async (_name, data, limit) => {
		expect(await getAccount(nodeWith(data))).toMatchObject({ dailyCreditLimit: limit });
	});

	test.each([-1, 'five hundred', Number.NaN, Infinity])(
		'is refused where it cannot be kept to: %p',
		async (dailyCreditLimit) => {
			const failure = await getAccount(nodeWith({ dailyCreditLimit })).catch(
				(error: unknown) => error,
			);
			expect(failure).toBeInstanceOf(Flux2Failure);
			expect((failure as Flux2Failure).failure).toMatchObject({
				kind: 'invalid-input',
				advice: expect.stringContaining('Daily Credit Limit'),
			});
		},
	);
});
