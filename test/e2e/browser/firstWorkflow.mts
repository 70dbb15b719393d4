import { readExample } from '../../../host/workflow.mts';
import type { N8nInstance } from '../n8nInstance.mts';
import { reportedTest } from '../reportedTest.mts';
import type { Editor } from './editor.mts';
import { saveScreenshot } from './screenshots.mts';

/** The workflow that `npm start` opens, as a new user sees it. */
export function testFirstWorkflow(current: () => { editor: Editor; n8n: N8nInstance }): void {
	reportedTest('the editor offers the fields of the output before anything was run', async () => {
		const { editor, n8n } = current();
		const account = await n8n.openAccount('First workflow');
		const workflow = await readExample('first-image.json');
		const { id } = await n8n.api.importWorkflow(workflow, account.credential);
		const schema = editor.page.waitForResponse((response) =>
			response.url().endsWith('/schemas/n8n-nodes-flux2.flux2/1.0.0/generate.json'),
		);
		await editor.page.goto(`${n8n.server.url}/workflow/${id}`);
		await editor.byTestId('canvas-handle-plus').last().click();
		await editor.search('Edit Fields');
		await editor
			.byTestId('node-creator-item-name')
			.filter({ hasText: 'Edit Fields' })
			.first()
			.click();
		await editor.byTestId('ndv').waitFor();
		const response = await schema;
		expect(response.status()).toBe(200);
		const { properties } = (await response.json()) as { properties: Record<string, unknown> };
		const fields = ['taskId', 'status', 'imageUrl', 'creditsEstimated', 'charged', 'prompt'];
		expect(Object.keys(properties)).toEqual(expect.arrayContaining(fields));
		const input = editor.byTestId('ndv-input-panel');
		for (const field of fields) await input.getByText(field, { exact: true }).first().waitFor();
		await saveScreenshot('schema.png', await editor.page.screenshot());
		expect(account.sandbox.requests.length).toBe(0);
		await editor.byTestId('ndv-close-button').click();
		return `the preview lists ${Object.keys(properties).length} fields, among them ${fields.join(', ')}`;
	});

	reportedTest('the large button of the first workflow makes the first image', async () => {
		const { editor, n8n } = current();
		const account = await n8n.openAccount('First image');
		const workflow = await readExample('first-image.json');
		const { id } = await n8n.api.importWorkflow(workflow, account.credential);
		await editor.page.goto(`${n8n.server.url}/workflow/${id}`);
		const button = editor.byTestId('execute-workflow-button');
		await button.waitFor();
		expect((await button.innerText()).trim()).toBe('Execute workflow');
		await saveScreenshot('first.png', await editor.page.screenshot());
		await button.click();
		await editor.page
			.getByText('Workflow executed successfully')
			.first()
			.waitFor({ timeout: 60_000 });
		await editor.byTestId('canvas-node').filter({ hasText: 'Flux 2 Image' }).dblclick();
		expect(await editor.viewImage()).toBeGreaterThan(1000);
		expect(account.sandbox.billing.creates).toBe(1);
		return `one press of "Execute workflow", then View; ${account.spending()}`;
	});
}
