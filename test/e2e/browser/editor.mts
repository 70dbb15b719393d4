import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { Owner } from '../../../host/session.mts';
import { cutTexts } from './cutTexts.mts';

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Operates n8n's editor in a browser, as a user would. */
export class Editor {
	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly url: string,
	) {}

	static async open(url: string, executablePath: string): Promise<Editor> {
		const browser = await chromium.launch({ executablePath, args: flags });
		const context = await browser.newContext({
			viewport: { width: 1500, height: 940 },
			deviceScaleFactor: 1.5,
			colorScheme: 'light',
			permissions: ['clipboard-read', 'clipboard-write'],
		});
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		return new Editor(browser, page, url);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	/** An element of the editor, by the test ID that n8n's own tests use. */
	byTestId(name: string): Locator {
		return this.page.locator(`[data-test-id="${name}"]`);
	}

	/** The input of a node's field. */
	field(name: string): Locator {
		return this.byTestId(`parameter-input-${name}`);
	}

	async signIn({ email, password }: Owner): Promise<void> {
		await this.page.goto(this.url);
		await this.page.locator('input[type=email]').fill(email);
		await this.page.locator('input[type=password]').fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL((to) => !to.pathname.includes('signin'), { waitUntil: 'commit' });
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto(`${this.url}/workflow/new`);
		await this.byTestId('canvas-plus-button').waitFor();
	}

	/** Types into the search of the open node panel. Returns the names it finds. */
	async search(text: string): Promise<string[]> {
		const bar = this.byTestId('node-creator-search-bar');
		await bar.fill('');
		await bar.pressSequentially(text, { delay: 30 });
		await this.page.waitForTimeout(800);
		return await this.byTestId('node-creator-item-name').allInnerTexts();
	}

	/** The description of a node among the results of the search. */
	async descriptionOf(node: string): Promise<string> {
		const name = this.byTestId('node-creator-item-name').filter({
			hasText: new RegExp(`^\\s*${node}\\s*$`),
		});
		const entry = name.locator(
			'xpath=ancestor::*[.//*[@data-test-id="node-creator-item-description"]][1]',
		);
		return await entry.locator('[data-test-id="node-creator-item-description"]').innerText();
	}

	/** Selects an action of a node in the panel, after expanding its group ("Triggers", "Actions"). */
	async pickAction(group: string, action: string): Promise<void> {
		const entry = this.byTestId('node-creator-item-name').filter({
			hasText: new RegExp(`^${action}$`),
		});
		if (!(await entry.isVisible()))
			await this.byTestId('node-creator-category-item').filter({ hasText: group }).click();
		await entry.click();
		await this.byTestId('ndv').waitFor();
		await this.page.waitForTimeout(500);
	}

	/** Selects an option in a dropdown field. */
	async selectOption(field: string, option: RegExp): Promise<void> {
		await this.field(field).click();
		await this.page.getByRole('option', { name: option }).click();
		await this.page.waitForTimeout(400);
	}

	/** The texts of all options of a dropdown field, and those of them that are cut off. */
	async optionsOf(field: string): Promise<{ texts: string[]; cut: string[] }> {
		await this.field(field).click();
		const options = this.page.getByRole('option').filter({ visible: true });
		await options.first().waitFor();
		await this.page.waitForTimeout(400);
		const texts = await options.allInnerTexts();
		const cut = (await Promise.all((await options.all()).map(cutTexts))).flat();
		// A second click on the field would not close a list with checkboxes.
		await this.byTestId('tab-params').click();
		await this.page.waitForTimeout(400);
		return { texts, cut };
	}

	/** Texts in the open node's panel that are cut off: its fields, and what is beside them. */
	async cutPanelTexts(): Promise<string[]> {
		return await cutTexts(this.byTestId('ndv'));
	}

	/** Adds an option to the node's collection "Options", or an element to another list of fields. */
	async addOption(name: string): Promise<void> {
		await this.byTestId('collection-parameter-add').click();
		await this.entriesOfMenu().filter({ hasText: name }).first().click();
		await this.page.waitForTimeout(400);
	}

	/** Adds every option that the node's "Options" offer. Returns their names, and those that are cut off. */
	async addAllOptions(): Promise<{ names: string[]; cut: string[] }> {
		const names: string[] = [];
		const cut: string[] = [];
		const add = this.byTestId('collection-parameter-add');
		while ((await add.isVisible()) && (await add.isEnabled())) {
			await add.click();
			await this.page.waitForTimeout(800);
			const entries = this.entriesOfMenu();
			// n8n adds the only option of a node without a menu.
			if ((await entries.count()) === 0) break;
			for (const entry of await entries.all()) cut.push(...(await cutTexts(entry)));
			names.push((await entries.first().innerText()).trim());
			await entries.first().click();
			await this.page.waitForTimeout(400);
		}
		return { names, cut };
	}

	/** The entries of an open menu. n8n's navigation beside the canvas has menu items too. */
	private entriesOfMenu(): Locator {
		return this.page
			.locator('[data-reka-popper-content-wrapper] [role="menuitem"]')
			.or(this.page.getByRole('option'))
			.filter({ visible: true });
	}

	/** The texts of the notices between the node's fields. */
	async notices(): Promise<string[]> {
		return await this.byTestId('node-parameters').locator('[class*="notice"]').allInnerTexts();
	}

	async executeStep(): Promise<void> {
		await this.byTestId('node-execute-button').click();
	}

	/** Opens the image in the output panel. Returns its width in pixels once it has loaded. */
	async viewImage(): Promise<number> {
		await this.byTestId('ndv-view-binary-data').click();
		const image = this.byTestId('output-panel').locator('img[src*="binary-data"]');
		await image.waitFor();
		return await image.evaluate(async (element) => {
			const loaded = element as unknown as { decode(): Promise<void>; naturalWidth: number };
			await loaded.decode();
			return loaded.naturalWidth;
		});
	}

	/** The text in the clipboard. */
	async clipboardText(): Promise<string> {
		return await this.page.evaluate<string>('navigator.clipboard.readText()');
	}

	/** Closes the notifications in the corner, which would cover part of a screenshot. */
	async closeToasts(): Promise<void> {
		const closeButtons = this.page.locator('.el-notification__closeBtn');
		for (let count = await closeButtons.count(); count > 0; count--)
			await closeButtons.first().click();
		await this.page.waitForTimeout(500);
	}

	/** Takes a screenshot of an element, at most `height` CSS pixels of it. */
	async screenshot(element: Locator, height: number): Promise<Buffer> {
		await this.prepareScreenshot();
		const { y, ...box } = await boxOf(element);
		return await this.page.screenshot({
			clip: { ...box, y, height: Math.min(box.height, height) },
		});
	}

	/** Takes a screenshot of a node's fields, from the tabs above them down to `lastField`. */
	async screenshotOfFields(lastField: Locator): Promise<Buffer> {
		await this.prepareScreenshot();
		const { x, width } = await boxOf(this.byTestId('node-parameters'));
		const { y } = await boxOf(this.byTestId('tab-params'));
		const end = await boxOf(lastField);
		const height = end.y + end.height + 14 - y;
		return await this.page.screenshot({
			clip: { x, y: y - 14, width: width - 2, height: height + 14 },
		});
	}

	/** Removes focus, hover effects and notifications from what a screenshot shows. */
	private async prepareScreenshot(): Promise<void> {
		await this.closeToasts();
		await this.byTestId('tab-params').click();
		await this.page.mouse.move(5, 5);
		await this.page.waitForTimeout(600);
	}

	/** Switches the editor to the dark theme. */
	async switchToDarkTheme(): Promise<void> {
		await this.page.evaluate('localStorage.setItem("N8N_THEME", "dark")');
		await this.page.reload();
	}
}

async function boxOf(
	element: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
	const box = await element.boundingBox();
	if (box === null) throw new Error('The element for the screenshot is not visible');
	return box;
}
