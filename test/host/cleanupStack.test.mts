import { CleanupStack } from '../../host/cleanupStack.mts';

test('the last step runs first, and each runs once, however often the cleanup is started', async () => {
	const stopped: string[] = [];
	const cleanup = new CleanupStack();
	cleanup.defer(async () => stopped.push('sandbox'));
	cleanup.defer(async () => stopped.push('n8n'));

	await Promise.all([cleanup.run(), cleanup.run()]);
	expect(stopped).toEqual(['n8n', 'sandbox']);
	expect(cleanup.isStarted).toBe(true);
});

test('a step that fails does not keep the others from running', async () => {
	const stopped: string[] = [];
	const printError = jest.spyOn(console, 'error').mockImplementation(() => {});
	const cleanup = new CleanupStack();
	cleanup.defer(async () => stopped.push('sandbox'));
	cleanup.defer(() => Promise.reject(new Error('n8n hangs')));

	await cleanup.run();
	expect(stopped).toEqual(['sandbox']);
	expect(printError).toHaveBeenCalledTimes(1);
	printError.mockRestore();
});
