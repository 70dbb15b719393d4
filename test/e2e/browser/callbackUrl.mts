import { DEFAULT_BASE_URL } from '../../../nodes/Flux2/api/contract.ts';
import { API_KEY } from '../account.mts';
import type { N8nInstance } from '../n8nInstance.mts';
import { reportedTest } from '../reportedTest.mts';
import { chain, flux2, manualTrigger } from '../workflowBuilder.mts';
import type { Editor } from './editor.mts';
import { saveScreenshot } from './screenshots.mts';

const PRIVATE_URL = 'http://192.168.1.5:5678/webhook/x';

/** A callback URL that API in One itself can never reach. Sends nothing, so it needs no network. */
export function testPrivateCallbackUrl(current: () => { editor: Editor; n8n: N8nInstance }): void {
	reportedTest('a callback URL on a private network is refused, and costs nothing', async () => {
		const { editor, n8n } = current();
		// Nothing is refused for its address at a sandbox, which is on this machine itself.
		const credential = await n8n.api.createCredential('The real service', {
			apiKey: API_KEY,
			baseUrl: DEFAULT_BASE_URL,
		});
		const workflow = chain(
			'Private callback URL',
			manualTrigger(),
			flux2({ prompt: 'A lighthouse', waitFor: 'nothing' }, { position: [240, 0] }),
		);
		const { id } = await n8n.api.importWorkflow(workflow, credential);
		await editor.page.goto(`${n8n.server.url}/workflow/${id}`);
		await editor.byTestId('canvas-node').filter({ hasText: 'Flux 2' }).dblclick();
		await editor.field('callbackUrl').locator('input').fill(PRIVATE_URL);
		await editor.page.waitForTimeout(500);
		await editor.executeStep();
		const message = editor.byTestId('node-error-message');
		await message.getByText('it is only reachable from a private network').waitFor();
		const text = await message.innerText();
		expect(text).toContain(PRIVATE_URL);
		await editor
			.byTestId('output-panel')
			.getByText(/Nothing was charged/)
			.first()
			.waitFor();
		await saveScreenshot('private-callback-url.png', await editor.page.screenshot());
		return `"${text}"`;
	});
}
