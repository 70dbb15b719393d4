import type { Sandbox } from '../../../sandbox/server.mts';
import type { N8nInstance } from '../n8nInstance.mts';
import { reportedTest } from '../reportedTest.mts';
import type { Editor } from './editor.mts';
import { saveScreenshot } from './screenshots.mts';

/** The operations besides a plain Generate Image, in the editor. Starts in an open Flux 2 node. */
export function testOperations(
	current: () => { editor: Editor; sandbox: Sandbox; n8n: N8nInstance },
): void {
	reportedTest(
		'a callback URL that is a page of the editor is refused, and costs nothing',
		async () => {
			const { editor, sandbox, n8n } = current();
			const before = sandbox.billing.creates;
			await editor.field('prompt').locator('textarea').fill('A lighthouse');
			await editor
				.field('callbackUrl')
				.locator('input')
				.fill(`${n8n.server.url}/workflow/8gkRbqLmT2xW`);
			await editor.page.waitForTimeout(500);
			await editor.executeStep();
			const problem = 'The callback URL is a page of the n8n editor';
			await editor.byTestId('node-error-message').getByText(problem).waitFor();
			expect(sandbox.billing.creates).toBe(before);
			await editor.field('callbackUrl').locator('input').fill('');
			return `"${await editor.byTestId('node-error-message').innerText()}"`;
		},
	);

	reportedTest('Estimate Cost shows the cost of an image and requests nothing', async () => {
		const { editor, sandbox } = current();
		const before = sandbox.requests.length;
		await editor.selectOption('operation', /Estimate Cost/);
		await editor.executeStep();
		const output = editor.byTestId('output-panel');
		await output.getByText('creditsEstimated').first().waitFor();
		await output.getByText('usdEstimated').first().waitFor();
		expect(await output.innerText()).toContain('0.05');
		expect(sandbox.requests.length).toBe(before);
		await saveScreenshot('estimate.png', await editor.page.screenshot());
		return '5 credits, $0.05; no request';
	});

	reportedTest('Number of Images makes three images of one item', async () => {
		const { editor, sandbox } = current();
		const before = sandbox.billing.creates;
		await editor.selectOption('operation', /Generate Image/);
		await editor.addOption('Number of Images');
		await editor.field('numberOfImages').locator('input').fill('3');
		await editor.page.waitForTimeout(500);
		await editor.executeStep();
		const output = editor.byTestId('output-panel');
		await output.getByText('3 images, estimated cost 15 credits').waitFor({ timeout: 60_000 });
		await output.getByText('3 items').first().waitFor();
		expect(sandbox.billing.creates).toBe(before + 3);
		await saveScreenshot('three.png', await editor.page.screenshot());
		return '"3 images, estimated cost 15 credits"; 3 items';
	});

	reportedTest(
		'Edit Image is found in the panel and edits an image for each of the three items',
		async () => {
			const { editor, sandbox } = current();
			const photo = [...sandbox.tasks.values()].find(({ state }) => state === 'succeeded');
			const before = sandbox.billing.creates;
			await editor.byTestId('ndv-close-button').click();
			await editor.byTestId('node-creator-plus-button').click();
			expect(await editor.search('edit image')).toContain('Flux 2');
			await editor
				.byTestId('node-creator-item-name')
				.filter({ hasText: /^\s*Flux 2\s*$/ })
				.click();
			await editor.pickAction('Actions', 'Edit an image');
			await editor.field('prompt').locator('textarea').fill('The same place at night');
			await editor.byTestId('fixed-collection-add').click();
			await editor.field('url').locator('input').fill(photo!.imageUrls[0]!);
			await editor.page.waitForTimeout(500);
			await editor.executeStep();
			const output = editor.byTestId('output-panel');
			await output.getByText('3 images, estimated cost 15 credits').waitFor({ timeout: 60_000 });
			const edits = [...sandbox.tasks.values()].slice(-3);
			for (const { prompt, body } of edits)
				expect([prompt, body.input_urls]).toEqual(['The same place at night', photo!.imageUrls]);
			expect(sandbox.billing.creates).toBe(before + 3);
			await saveScreenshot('edit.png', await editor.page.screenshot());
			return '"3 images, estimated cost 15 credits"; each request names the image to edit';
		},
	);
}
