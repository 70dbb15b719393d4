import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser in the environment variable CHROMIUM, else one on the PATH, else undefined. */
export async function findChromium(): Promise<string | undefined> {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const candidates = [
		process.env.CHROMIUM,
		...names.flatMap((name) => folders.map((folder) => join(folder, name))),
	];
	for (const file of candidates) if (file && (await isExecutable(file))) return file;
	return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
	try {
		await access(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
