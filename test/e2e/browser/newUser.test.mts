import axios from 'axios';
import versions from '../../../host/versions.json' with { type: 'json' };
import { callbackToken, withToken } from '../../../nodes/Flux2/api/callback.ts';
import { CREATE_PATH, MODEL } from '../../../nodes/Flux2/api/contract.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { API_KEY } from '../account.mts';
import { findChromium } from '../chromium.mts';
import { N8nInstance, tarball } from '../n8nInstance.mts';
import { reportedTest, writeReport } from '../reportedTest.mts';
import { waitUntil } from '../waitUntil.mts';
import { testPrivateCallbackUrl } from './callbackUrl.mts';
import { Editor } from './editor.mts';
import { testFirstWorkflow } from './firstWorkflow.mts';
import { testOperations } from './operations.mts';
import { testPanelTexts, testTriggerTexts } from './panelTexts.mts';
import { countColors, saveDocsImage, saveScreenshot } from './screenshots.mts';

const refused = 'Invalid API key. Copy it again from your API in One account.';

const searches = [
	'flux',
	'image',
	'generate image',
	'edit image',
	'product photo',
	'image generation',
	'text to image',
];

/** n8n shows one description for a node and its trigger. */
const description = 'Generate images with Flux 2, or start a workflow when an image is ready';

let n8n: N8nInstance;
let sandbox: Sandbox;
let editor: Editor;
let browserVersion = '';

beforeAll(async () => {
	n8n = await N8nInstance.open(versions.n8n, await tarball());
	await n8n.start();
	sandbox = await startSandbox({ apiKey: API_KEY, seconds: () => 2 });
	n8n.onClose(() => sandbox.stop());
	const chromium = await findChromium();
	if (chromium === undefined)
		throw new Error('Chromium is not installed. Install it with `sudo apt-get install chromium`.');
	editor = await Editor.open(n8n.server.url, chromium);
	n8n.onClose(() => editor.close());
	browserVersion = editor.page.context().browser()?.version() ?? '';
});

afterAll(async () => {
	writeReport('browser', {
		order: 3,
		title: `The editor of n8n ${versions.n8n}, in a browser`,
		environment: {
			Browser: `Chromium ${browserVersion}, without a window`,
			n8n: `${versions.n8n}, one process, SQLite, files in the file system`,
		},
	});
	await n8n?.close();
});

reportedTest('a new user signs in and finds the node by searching for "flux"', async () => {
	await editor.signIn(n8n.owner);
	await editor.newWorkflow();
	await editor.byTestId('canvas-plus-button').first().click();
	for (const text of searches) {
		expect(await editor.search(text)).toContain('Flux 2');
		expect(await editor.descriptionOf('Flux 2')).toBe(description);
	}
	expect(await editor.search('flux')).toEqual(['Flux 2']);
	await editor.byTestId('node-creator-item-name').first().click();
	await editor.byTestId('node-creator-category-item').filter({ hasText: 'Actions' }).click();
	const actions = await editor.byTestId('node-creator-item-name').allInnerTexts();
	expect(actions.map((action) => action.trim()).sort()).toEqual([
		'Edit an image',
		'Estimate the cost of an image',
		'Generate an image',
		'Get an image by task ID',
		'On image failed',
		'On image ready',
	]);
	await editor.pickAction('Actions', 'Generate an image');
	return `found by "${searches.join('", "')}" as "${description}"; its actions: ${actions.join(', ')}`;
});

reportedTest(
	'the credential dialog shows our message for an invalid key and accepts a valid one',
	async () => {
		await editor.byTestId('node-credentials-slot').getByRole('button').first().click();
		const dialog = editor.byTestId('credential-edit-dialog');
		await dialog.waitFor();
		const suggested = (await editor.byTestId('credential-name').innerText()).replaceAll(
			/\s+/g,
			' ',
		);
		expect(suggested.trim()).toBe('API in One account');
		await editor.field('apiKey').locator('input').fill(`${API_KEY}x`);
		await editor.field('baseUrl').locator('input').fill(sandbox.url);
		await editor.byTestId('credential-save-button').click();
		await editor.page.getByText('More details').click();
		await editor.page.getByText(refused).waitFor();
		await editor.field('apiKey').locator('input').fill(API_KEY);
		await editor.byTestId('credential-save-button').click();
		// n8n closes the dialog when the test has passed.
		await dialog.waitFor({ state: 'hidden' });
		const selected = editor.byTestId('node-credentials-select').locator('input').first();
		expect((await selected.inputValue()).replaceAll(/\s/g, ' ')).toBe('API in One account');
		expect(sandbox.billing.creates).toBe(0);
		return `suggested name "${suggested.trim()}"; "Couldn’t connect with these settings": "${refused}"; then saved and selected in the node`;
	},
);

reportedTest(
	'fields and price notice change with mode, resolution, Wait For and operation',
	async () => {
		const first = '5 credits per image (about $0.05)';
		expect((await editor.notices()).join()).toContain(first);
		await editor.selectOption('mode', /Flex/);
		expect((await editor.notices()).join()).toContain('14 credits per image (about $0.14)');
		await editor.selectOption('resolution', /2K/);
		expect((await editor.notices()).join()).toContain('24 credits per image (about $0.24)');
		await editor.selectOption('mode', /Pro/);
		expect((await editor.notices()).join()).toContain('7 credits per image (about $0.07)');
		await editor.selectOption('resolution', /1K/);

		const isShown = async (field: string) => await editor.field(field).isVisible();
		expect(await isShown('callbackUrl')).toBe(true);
		await editor.selectOption('waitFor', /Callback/);
		expect(await isShown('callbackUrl')).toBe(false);
		await editor.selectOption('waitFor', /Nothing/);
		expect([await isShown('callbackUrl'), await isShown('download')]).toEqual([true, false]);
		await editor.selectOption('waitFor', /Image/);

		await editor.selectOption('operation', /Get Task/);
		expect([await isShown('taskId'), await isShown('prompt')]).toEqual([true, false]);
		await editor.selectOption('operation', /Generate Image/);
		expect([await isShown('taskId'), await isShown('prompt')]).toEqual([false, true]);
		return '5, 14, 24 and 7 credits in the notice; Callback URL, Download and Task ID are shown and hidden';
	},
);

reportedTest('the output panel shows the image and the estimated credits', async () => {
	await editor
		.field('prompt')
		.locator('textarea')
		.fill('A lighthouse on a cliff at dawn, soft fog');
	await editor.selectOption('aspectRatio', /16:9/);
	const panel = await saveDocsImage(
		'panel.png',
		await editor.screenshotOfFields(editor.field('waitFor')),
	);
	await editor.executeStep();
	const output = editor.byTestId('output-panel');
	await output.getByText('1 image, estimated cost 5 credits').waitFor({ timeout: 60_000 });
	expect(await editor.viewImage()).toBeGreaterThan(1000);
	await editor.page.waitForTimeout(1_000);
	const screenshot = await editor.screenshot(output, 375);
	expect(await countColors(screenshot)).toBeGreaterThan(200);
	return `"1 image, estimated cost 5 credits"; the image under Binary → View; ${panel}, ${await saveDocsImage('output.png', screenshot)}`;
});

reportedTest('a prompt that is too short shows a clear error and costs nothing', async () => {
	const before = sandbox.billing.creates;
	await editor.field('prompt').locator('textarea').fill('ab');
	await editor.page.waitForTimeout(500);
	await editor.executeStep();
	const output = editor.byTestId('output-panel');
	const message = editor.byTestId('node-error-message');
	await message.getByText('The prompt is too short: 2 characters, at least 3 are needed').waitFor();
	await output.getByText('Nothing was charged').first().waitFor();
	expect(sandbox.billing.creates).toBe(before);
	await editor.field('prompt').locator('textarea').fill('A lighthouse [task: failed]');
	await editor.page.waitForTimeout(500);
	await editor.executeStep();
	await output
		.getByText(/Image generation failed/)
		.first()
		.waitFor({ timeout: 60_000 });
	const [failed] = [...sandbox.tasks.values()].reverse();
	expect(await output.innerText()).toContain(failed?.id);
	const error = await saveDocsImage('error.png', await editor.screenshot(output, 345));
	return `"The prompt is too short: 2 characters, at least 3 are needed"; a failed task is named in the error; ${error}`;
});

testOperations(() => ({ editor, sandbox, n8n }));
testPanelTexts(() => editor);

reportedTest('the production URL of a new trigger is copied with a click', async () => {
	await editor.byTestId('ndv-close-button').click();
	await editor.byTestId('node-creator-plus-button').click();
	await editor.search('flux');
	await editor.byTestId('node-creator-item-name').first().click();
	await editor.pickAction('Triggers', 'On image ready');
	await editor.page.getByText('Webhook URLs', { exact: true }).click();
	await editor.byTestId('radio-button-production').click();
	const url = editor.page.getByText(/\/webhook\/[0-9a-f-]+\/flux2/).first();
	await url.waitFor();
	await url.click();
	const copied = await waitUntil(
		'the URL is in the clipboard',
		async () => (await editor.clipboardText()) || undefined,
	);
	expect(copied).toMatch(new RegExp(`^${n8n.server.url}/webhook/[0-9a-f-]{36}/flux2$`));
	const trigger = await saveDocsImage(
		'trigger.png',
		await editor.screenshotOfFields(editor.byTestId('collection-parameter-add')),
	);
	return `copied ${copied.replace(/[0-9a-f-]{36}/, '…').replace(/:\d+/, ':…')}; ${trigger}`;
});

testTriggerTexts(() => editor);

reportedTest(
	'"Execute step" on the trigger listens at the test URL and shows the image of a callback',
	async () => {
		await editor.byTestId('radio-button-test').click();
		const url = editor.page.getByText(/\/webhook-test\/[0-9a-f-]+\/flux2/).first();
		await url.waitFor();
		const testUrl = (await url.innerText()).trim();
		await saveScreenshot('idle.png', await editor.page.screenshot());
		await editor.executeStep();
		await editor.page.getByText('Listening for test event').first().waitFor();
		await saveScreenshot('listening.png', await editor.page.screenshot());
		await axios.post(
			sandbox.url + CREATE_PATH,
			{ model: MODEL, prompt: 'A pier', callback_url: withToken(testUrl, callbackToken(API_KEY)) },
			{ headers: { Authorization: `Bearer ${API_KEY}` }, proxy: false },
		);
		expect(await editor.viewImage()).toBeGreaterThan(1000);
		await saveScreenshot('received.png', await editor.page.screenshot());
		return '"Listening for test event"; after the callback, the output panel shows the image';
	},
);

testPrivateCallbackUrl(() => ({ editor, n8n }));

testFirstWorkflow(() => ({ editor, n8n }));

reportedTest('the dark theme uses the icons for dark backgrounds', async () => {
	await editor.page.waitForTimeout(1_500);
	const icons = async () =>
		await editor.page
			.locator('img[src*="flux2"]')
			.evaluateAll((images) => images.map((image) => image.getAttribute('src') ?? ''));
	expect((await icons()).filter((src) => src.includes('dark'))).toEqual([]);
	await editor.switchToDarkTheme();
	await editor.page.locator('img[src*="flux2.dark.svg"]').first().waitFor();
	await saveScreenshot('dark.png', await editor.page.screenshot());
	return 'flux2.svg in the light theme, flux2.dark.svg in the dark theme';
});
