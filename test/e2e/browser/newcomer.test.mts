import axios from 'axios';
import versions from '../../../host/versions.json' with { type: 'json' };
import { MODEL, CREATE_PATH } from '../../../nodes/Flux2/api/contract.ts';
import { callbackToken, withToken } from '../../../nodes/Flux2/api/callback.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/server.mts';
import { findChromium } from '../chromium.mts';
import { KEY, Line, tarball } from '../line.mts';
import { tried, writeTried } from '../tried.mts';
import { Editor } from './editor.mts';
import { coloursIn, contactSheet, keep, look } from './pictures.mts';

const refused =
	'API in One refused this key. Copy it again from your API in One account, without spaces.';

let line: Line;
let sandbox: Sandbox;
let editor: Editor;
let browserVersion = '';

beforeAll(async () => {
	line = await Line.open(versions.n8n, await tarball());
	await line.start();
	sandbox = await startSandbox({ apiKey: KEY, seconds: () => 2 });
	line.atEnd(() => sandbox.stop());
	const chromium = await findChromium();
	if (chromium === undefined)
		throw new Error('There is no Chromium; get one with `sudo apt-get install chromium`.');
	editor = await Editor.open(line.server.url, chromium);
	line.atEnd(() => editor.close());
	browserVersion = editor.page.context().browser()?.version() ?? '';
});

afterAll(async () => {
	writeTried('browser', {
		order: 3,
		title: `The editor of n8n ${versions.n8n}, in a browser`,
		setting: {
			Browser: `Chromium ${browserVersion}, without a window`,
			n8n: `${versions.n8n}, one process, SQLite, files in the file system`,
		},
	});
	await line?.close();
});

tried('a newcomer signs in and finds the node by searching "flux"', async () => {
	await editor.signIn(line.owner);
	await editor.newWorkflow();
	await editor.part('canvas-plus-button').first().click();
	const found = await editor.search('flux');
	expect(found[0]).toBe('Flux 2');
	expect((await editor.search('image generation'))[0]).toBe('Flux 2');
	expect((await editor.search('text to image'))[0]).toBe('Flux 2');
	await editor.search('flux');
	await editor.part('node-creator-item-name').first().click();
	await editor.part('node-creator-category-item').filter({ hasText: 'Actions' }).click();
	const actions = await editor.part('node-creator-item-name').allInnerTexts();
	expect(actions.filter((action) => !/^(On|Generate|Get) \w+/.test(action))).toEqual([]);
	await editor.pick('Actions', 'Generate an image');
	return `found by "flux", "image generation" and "text to image"; its actions: ${actions.join(', ')}`;
});

tried(
	'the credential dialog refuses a wrong key in our sentence, and takes the right one',
	async () => {
		await editor.part('node-credentials-slot').getByRole('button').first().click();
		const dialog = editor.part('credential-edit-dialog');
		await dialog.waitFor();
		// n8n takes the word "API" out of the name that it proposes.
		await editor.part('credential-name').click();
		await editor.page.keyboard.press('Control+A');
		await editor.page.keyboard.type('API in One (sandbox)');
		await editor.page.keyboard.press('Enter');
		await editor.field('apiKey').locator('input').fill(`${KEY}x`);
		await editor.field('baseUrl').locator('input').fill(sandbox.url);
		await editor.part('credential-save-button').click();
		await editor.page.getByText('More details').click();
		await editor.page.getByText(refused).waitFor();
		await editor.field('apiKey').locator('input').fill(KEY);
		await editor.part('credential-save-button').click();
		// n8n closes the dialog by itself when the test has passed.
		await dialog.waitFor({ state: 'hidden' });
		const chosen = editor.part('node-credentials-select').locator('input').first();
		expect(await chosen.inputValue()).toBe('API in One (sandbox)');
		expect(sandbox.books.creates).toBe(0);
		return `"Couldn’t connect with these settings": "${refused}"; then saved, and chosen in the node`;
	},
);

tried('the fields follow the choices: price, callback, Get Task', async () => {
	expect((await editor.notices()).join()).toContain('5 credits (about $0.05)');
	await editor.choose('mode', /Flex/);
	expect((await editor.notices()).join()).toContain('14 credits (about $0.14)');
	await editor.choose('resolution', /2K/);
	expect((await editor.notices()).join()).toContain('24 credits (about $0.24)');
	await editor.choose('mode', /Pro/);
	expect((await editor.notices()).join()).toContain('7 credits (about $0.07)');
	await editor.choose('resolution', /1K/);

	const isShown = async (field: string) => await editor.field(field).isVisible();
	expect(await isShown('callbackUrl')).toBe(true);
	await editor.choose('waitFor', /Callback/);
	expect(await isShown('callbackUrl')).toBe(false);
	await editor.choose('waitFor', /Nothing/);
	expect([await isShown('callbackUrl'), await isShown('download')]).toEqual([true, false]);
	await editor.choose('waitFor', /Image/);

	await editor.choose('operation', /Get Task/);
	expect([await isShown('taskId'), await isShown('prompt')]).toEqual([true, false]);
	await editor.choose('operation', /Generate/);
	expect([await isShown('taskId'), await isShown('prompt')]).toEqual([false, true]);
	return '5, 14, 24 and 7 credits in the notice; Callback URL, Download and Task ID come and go';
});

tried('the image is seen in the output panel, with its credits above', async () => {
	await editor
		.field('prompt')
		.locator('textarea')
		.fill('A lighthouse on a cliff at dawn, soft fog');
	await editor.choose('aspectRatio', /16:9/);
	const panel = await keep(
		'panel.png',
		await editor.pictureOfFields(editor.part('fixed-collection-add')),
	);
	await editor.executeStep();
	const output = editor.part('output-panel');
	await output.getByText('1 image, 5 credits by the price list').waitFor({ timeout: 60_000 });
	expect(await editor.viewImage()).toBeGreaterThan(1000);
	await editor.page.waitForTimeout(1_000);
	const picture = await editor.picture(output, 375);
	expect(await coloursIn(picture)).toBeGreaterThan(200);
	return `"1 image, 5 credits by the price list"; the image under Binary → View; ${panel}, ${await keep('output.png', picture)}`;
});

tried('a bad prompt gives an error that can be read, and costs nothing', async () => {
	const before = sandbox.books.creates;
	await editor.field('prompt').locator('textarea').fill('ab');
	await editor.page.waitForTimeout(500);
	await editor.executeStep();
	const output = editor.part('output-panel');
	const message = editor.part('node-error-message');
	await message.getByText('The prompt is too short: 2 characters, at least 3 are needed').waitFor();
	await output.getByText('Nothing was charged').first().waitFor();
	expect(sandbox.books.creates).toBe(before);
	await editor.field('prompt').locator('textarea').fill('A lighthouse [task: failed]');
	await editor.page.waitForTimeout(500);
	await editor.executeStep();
	await output
		.getByText(/The image could not be made/)
		.first()
		.waitFor({ timeout: 60_000 });
	const [failed] = [...sandbox.tasks.values()].reverse();
	expect(await output.innerText()).toContain(failed?.id);
	const error = await keep('error.png', await editor.picture(output, 345));
	return `"The prompt is too short: 2 characters, at least 3 are needed"; a failed task is named; ${error}`;
});

tried('the trigger is added, and its URL is copied with a click', async () => {
	await editor.part('ndv-close-button').click();
	await editor.part('node-creator-plus-button').click();
	await editor.search('flux');
	await editor.part('node-creator-item-name').first().click();
	await editor.pick('Triggers', 'On image succeeded');
	await editor.page.getByText('Webhook URLs').click();
	await editor.part('radio-button-production').click();
	const url = editor.page.getByText(/\/webhook\/[0-9a-f-]+\/flux2/).first();
	await url.waitFor();
	await url.click();
	const copied = await line.until(
		'something has been copied',
		async () => (await editor.copied()) || undefined,
	);
	expect(copied).toMatch(new RegExp(`^${line.server.url}/webhook/[0-9a-f-]{36}/flux2$`));
	const trigger = await keep(
		'trigger.png',
		await editor.pictureOfFields(editor.part('collection-parameter-add')),
	);
	return `copied ${copied.replace(/[0-9a-f-]{36}/, '…').replace(/:\d+/, ':…')}; ${trigger}`;
});

tried('"Execute step" on the trigger listens at the test URL, and shows the image', async () => {
	await editor.part('radio-button-test').click();
	const url = editor.page.getByText(/\/webhook-test\/[0-9a-f-]+\/flux2/).first();
	await url.waitFor();
	const testUrl = (await url.innerText()).trim();
	await look('idle.png', await editor.page.screenshot());
	await editor.executeStep();
	await editor.page.getByText('Listening for test event').first().waitFor();
	await look('listening.png', await editor.page.screenshot());
	await axios.post(
		sandbox.url + CREATE_PATH,
		{ model: MODEL, prompt: 'A pier', callback_url: withToken(testUrl, callbackToken(KEY)) },
		{ headers: { Authorization: `Bearer ${KEY}` }, proxy: false },
	);
	expect(await editor.viewImage()).toBeGreaterThan(1000);
	await look('listened.png', await editor.page.screenshot());
	return '"Listening for test event"; rung, the image stands in the output panel';
});

tried('in the dark theme the icons are the light ones', async () => {
	await editor.page.waitForTimeout(1_500);
	const icons = async () =>
		await editor.page
			.locator('img[src*="flux2"]')
			.evaluateAll((images) => images.map((image) => image.getAttribute('src') ?? ''));
	expect((await icons()).filter((src) => src.includes('dark'))).toEqual([]);
	await editor.goDark();
	await editor.page.locator('img[src*="flux2.dark.svg"]').first().waitFor();
	await look('dark.png', await editor.page.screenshot());
	return 'flux2.svg in the light theme, flux2.dark.svg in the dark one';
});

tried('a sheet of sandbox pictures for the README', async () => {
	const wishes = [
		['A lighthouse on a cliff at dawn', '16:9'],
		['A blue ceramic mug on a breakfast table', '1:1'],
		['A bicycle at the edge of a lake', '3:2'],
		['A market stall with lemons, early sun', '4:3'],
		['A paper boat on a calm pond', '9:16'],
		['A brass desk lamp in the evening', '16:9'],
	];
	const http = axios.create({ baseURL: sandbox.url, proxy: false });
	const pictures: Buffer[] = [];
	for (const [prompt, aspect_ratio] of wishes) {
		const before = new Set(sandbox.tasks.keys());
		await http.post(
			CREATE_PATH,
			{ model: MODEL, prompt, aspect_ratio },
			{ headers: { Authorization: `Bearer ${KEY}` } },
		);
		const task = [...sandbox.tasks.values()].find(({ id }) => !before.has(id));
		await line.until('it is ready', () => (task?.state === 'succeeded' ? true : undefined));
		const { data } = await http.get<Buffer>(task!.imageUrls[0]!, { responseType: 'arraybuffer' });
		pictures.push(Buffer.from(data));
	}
	const sheet = await contactSheet(
		pictures,
		'Sandbox pictures: drawn on this machine for tests, not by Flux 2.',
	);
	return `${wishes.length} pictures; ${await keep('gallery.png', sheet)}`;
});
