import { reportedTest } from '../reportedTest.mts';
import type { Editor } from './editor.mts';
import { saveScreenshot } from './screenshots.mts';

/** The dropdowns of each operation, with all of its options and a reference image. */
const dropdowns = {
	'Generate Image': [
		'operation',
		'from',
		'mode',
		'resolution',
		'aspectRatio',
		'waitFor',
		'onTimeout',
	],
	'Edit Image': ['operation', 'from', 'mode', 'resolution', 'aspectRatio', 'waitFor', 'onTimeout'],
	'Estimate Cost': ['operation', 'from', 'mode', 'resolution', 'aspectRatio'],
	'Get Task': ['operation', 'onTimeout'],
};

/** Shows all fields at once, because n8n renders and cuts only what is in view. */
const tall = { width: 1500, height: 1900 };
const usual = { width: 1500, height: 940 };

/** Texts that have no room in the panel. Starts in any open node. */
export function testPanelTexts(current: () => Editor): void {
	reportedTest(
		'no text is cut in the panel of any operation, with all of its options',
		async () => {
			const editor = current();
			await editor.byTestId('ndv-close-button').click();
			await editor.byTestId('node-creator-plus-button').click();
			await editor.search('flux');
			await editor.byTestId('node-creator-item-name').first().click();
			await editor.pickAction('Actions', 'Edit an image');
			await editor.page.setViewportSize(tall);
			const url = 'https://shop.example/bottle.jpg';
			await editor.byTestId('fixed-collection-add').click();
			await editor.field('url').locator('input').fill(url);
			await editor.page.waitForTimeout(500);
			const added = new Set<string>();
			for (const [operation, fields] of Object.entries(dropdowns)) {
				await editor.selectOption('operation', new RegExp(operation));
				if (operation === 'Get Task')
					await editor.field('waitUntilSettled').locator('.el-switch').click();
				else expect(await editor.field('url').locator('input').inputValue()).toBe(url);
				const { names, cut } = await editor.addAllOptions();
				expect(cut).toEqual([]);
				for (const name of names) added.add(name);
				expect(await editor.cutPanelTexts()).toEqual([]);
				for (const field of fields)
					expect({ field, cut: (await editor.optionsOf(field)).cut }).toEqual({ field, cut: [] });
				const file = `texts-${operation.toLowerCase().replace(' ', '-')}.png`;
				await saveScreenshot(file, await editor.page.screenshot());
			}
			await editor.page.setViewportSize(usual);
			return `${Object.keys(dropdowns).join(', ')}: nothing is cut in the panel, in ${Object.values(dropdowns).flat().length} dropdowns and in the list of options (${[...added].join(', ')})`;
		},
	);
}

/** Starts in an open Flux 2 Trigger with its Webhook URLs open. */
export function testTriggerTexts(current: () => Editor): void {
	reportedTest('no text is cut in the panel of the trigger', async () => {
		const editor = current();
		await editor.page.setViewportSize(tall);
		await editor.addAllOptions();
		expect(await editor.field('requireToken').isVisible()).toBe(true);
		const { texts, cut } = await editor.optionsOf('events');
		expect(cut).toEqual([]);
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.page.getByText('While building your workflow').waitFor();
		expect(await editor.cutPanelTexts()).toEqual([]);
		await saveScreenshot('texts-trigger.png', await editor.page.screenshot());
		await editor.page.setViewportSize(usual);
		return `nothing is cut in the panel, its help, its option, and Trigger On (${texts.join(', ')})`;
	});
}
