import { Lifetime } from '../../host/lifetime.mts';

test('what began last ends first, once, however often the end is asked for', async () => {
	const ended: string[] = [];
	const lifetime = new Lifetime();
	lifetime.atEnd(async () => ended.push('sandbox'));
	lifetime.atEnd(async () => ended.push('n8n'));

	await Promise.all([lifetime.end(), lifetime.end()]);
	expect(ended).toEqual(['n8n', 'sandbox']);
	expect(lifetime.isEnding).toBe(true);
});

test('one failure does not keep the rest alive', async () => {
	const ended: string[] = [];
	const complain = jest.spyOn(console, 'error').mockImplementation(() => {});
	const lifetime = new Lifetime();
	lifetime.atEnd(async () => ended.push('sandbox'));
	lifetime.atEnd(() => Promise.reject(new Error('n8n hangs')));

	await lifetime.end();
	expect(ended).toEqual(['sandbox']);
	expect(complain).toHaveBeenCalledTimes(1);
	complain.mockRestore();
});
