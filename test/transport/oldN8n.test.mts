import type { IExecuteFunctions } from 'n8n-workflow';
import { failureItem } from '../../nodes/Flux2/actions/failureItem';
import { ReferenceFiles } from '../../nodes/Flux2/actions/generate/referenceFiles';
import { Flux2Failure } from '../../nodes/Flux2/api/failures';
import { whyNoWaiting } from '../../nodes/Flux2/transport/waiting';

/** What n8n 1.85 gives to a node, as far as these functions ask for it. */
const context = {
	evaluateExpression: () => 'http://localhost:5678/webhook-waiting/7',
	getInputData: () => [{ json: {}, binary: { data: { id: 'filesystem-v2:1', mimeType: '' } } }],
	getMode: () => 'manual',
	getNode: () => ({ executeOnce: false, onError: 'continueErrorOutput' }),
	helpers: {},
} as unknown as IExecuteFunctions;

test('n8n 1.85, which does not tell a node the settings of its workflow, can wait for a callback', () => {
	expect(whyNoWaiting(context, false)).toBeUndefined();
});

test('n8n 1.85, which cannot sign links to files, refuses a file as reference image in plain words', async () => {
	const files = new ReferenceFiles(context, 'https://apiin.one');
	await expect(files.check(0, 'data')).rejects.toMatchObject({
		failure: {
			kind: 'invalid-input',
			problem: 'This version of n8n cannot give API in One a link to a file',
		},
	});
});

test('n8n 1.85, which clears the error of an item when it moves it to the error output, can do so', () => {
	const item = failureItem(context, new Flux2Failure({ kind: 'not-created' }), 0);
	expect(item.error).toBeDefined();
	Object.assign(item, { error: undefined });
	expect(item).toMatchObject({ error: undefined, json: { errorCode: 'not-created' } });
});
