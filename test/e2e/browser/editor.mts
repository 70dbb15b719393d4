import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { Owner } from '../../../host/session.mts';

const flags = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** n8n's editor in a real browser, in the words of somebody who sits before it. */
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

	/** A part of the editor, by the name n8n's own tests call it. */
	part(name: string): Locator {
		return this.page.locator(`[data-test-id="${name}"]`);
	}

	/** The input of a node's field. */
	field(name: string): Locator {
		return this.part(`parameter-input-${name}`);
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
		await this.part('canvas-plus-button').waitFor();
	}

	/** Types into the search of the open node panel; gives what it finds. */
	async search(words: string): Promise<string[]> {
		const bar = this.part('node-creator-search-bar');
		await bar.fill('');
		await bar.pressSequentially(words, { delay: 30 });
		await this.page.waitForTimeout(800);
		return await this.part('node-creator-item-name').allInnerTexts();
	}

	/** Opens a closed group ("Triggers", "Actions") of a node in the panel and picks from it. */
	async pick(group: string, action: string): Promise<void> {
		const entry = this.part('node-creator-item-name').filter({
			hasText: new RegExp(`^${action}$`),
		});
		if (!(await entry.isVisible()))
			await this.part('node-creator-category-item').filter({ hasText: group }).click();
		await entry.click();
		await this.part('ndv').waitFor();
		await this.page.waitForTimeout(500);
	}

	/** Chooses from a field with options. */
	async choose(field: string, option: RegExp): Promise<void> {
		await this.field(field).click();
		await this.page.getByRole('option', { name: option }).click();
		await this.page.waitForTimeout(400);
	}

	/** The notices that the node shows among its fields. */
	async notices(): Promise<string[]> {
		return await this.part('node-parameters').locator('[class*="notice"]').allInnerTexts();
	}

	async executeStep(): Promise<void> {
		await this.part('node-execute-button').click();
	}

	/** Opens the image in the output panel. Gives its width, once it is there to be seen. */
	async viewImage(): Promise<number> {
		await this.part('ndv-view-binary-data').click();
		const image = this.part('output-panel').locator('img[src*="binary-data"]');
		await image.waitFor();
		return await image.evaluate(async (one) => {
			const picture = one as unknown as { decode(): Promise<void>; naturalWidth: number };
			await picture.decode();
			return picture.naturalWidth;
		});
	}

	/** What the clipboard holds. */
	async copied(): Promise<string> {
		return await this.page.evaluate<string>('navigator.clipboard.readText()');
	}

	/** Closes the messages in the corner, which would stand in a picture. */
	async closeToasts(): Promise<void> {
		const crosses = this.page.locator('.el-notification__closeBtn');
		for (let count = await crosses.count(); count > 0; count--) await crosses.first().click();
		await this.page.waitForTimeout(500);
	}

	/** Takes a picture of a part of the window, `height` pixels of it at most. */
	async picture(of: Locator, height: number): Promise<Buffer> {
		await this.settle();
		const { y, ...box } = await boxOf(of);
		return await this.page.screenshot({
			clip: { ...box, y, height: Math.min(box.height, height) },
		});
	}

	/** Takes a picture of a node's fields, from the tabs above them down to the last one wanted. */
	async pictureOfFields(last: Locator): Promise<Buffer> {
		await this.settle();
		const { x, width } = await boxOf(this.part('node-parameters'));
		const { y } = await boxOf(this.part('tab-params'));
		const end = await boxOf(last);
		const height = end.y + end.height + 14 - y;
		return await this.page.screenshot({
			clip: { x, y: y - 14, width: width - 2, height: height + 14 },
		});
	}

	/** Nothing in a picture shall be focused, hovered, or covered by a message. */
	private async settle(): Promise<void> {
		await this.closeToasts();
		await this.part('tab-params').click();
		await this.page.mouse.move(5, 5);
		await this.page.waitForTimeout(600);
	}

	/** The same for the eyes of somebody who prefers the dark. */
	async goDark(): Promise<void> {
		await this.page.evaluate('localStorage.setItem("N8N_THEME", "dark")');
		await this.page.reload();
	}
}

async function boxOf(
	part: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
	const box = await part.boundingBox();
	if (box === null) throw new Error('What the picture is of is not in sight');
	return box;
}
