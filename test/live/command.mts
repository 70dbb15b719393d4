import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../host/paths.mts';
import { wordsOf } from '../../live/client.mts';
import { LiveCheck } from '../../live/liveCheck.mts';
import { readOptions } from '../../live/options.mts';
import type { Recording } from '../../live/recording.mts';

/** What came of a live check. */
export interface Ended {
	code: number;
	/** All it printed. */
	output: string;
	/** What it recorded where `npm test` reads. */
	recordings: Array<{ file: string; text: string; recording: Recording }>;
	/** What it kept elsewhere. */
	incomplete: string[];
}

export interface Call {
	url?: string;
	key?: string;
	args?: string[];
	/** Sits at the terminal and says yes or no. */
	says?: boolean;
}

const tsx = pathToFileURL(require.resolve('tsx')).href;

const newFolder = async () => await mkdtemp(join(tmpdir(), 'flux2-live-'));

const envOf = ({ url, key }: Call): NodeJS.ProcessEnv => ({
	APIINONE_API_KEY: key ?? '',
	...(url === undefined ? {} : { APIINONE_BASE_URL: url }),
});

/** The command as a user starts it, but for npm, and with nobody at a terminal. */
export async function runAsProcess(call: Call): Promise<Ended> {
	const into = await newFolder();
	const args = [...(call.args ?? []), '--into', into];
	const child = spawn(process.execPath, ['--import', tsx, 'live/main.mts', ...args], {
		cwd: root,
		env: { ...process.env, ...envOf(call) },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const chunks: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
	child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
	const code = await new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (exit) => resolve(exit ?? 1));
	});
	return { code, output: Buffer.concat(chunks).toString(), ...(await takeFilesFrom(into)) };
}

/** The same within this process, for all that ends early. */
export async function runHere(call: Call): Promise<Ended> {
	const into = await newFolder();
	const lines: string[] = [];
	const { says } = call;
	const print = (line: string): void => void lines.push(line);
	let check: LiveCheck | undefined;
	let code = 1;
	try {
		const args = [...(call.args ?? []), '--into', into];
		const options = readOptions(args, envOf(call), says !== undefined);
		check = new LiveCheck(options, print, async (question) => (print(question), says === true));
		code = await check.run();
	} catch (error) {
		print(`${wordsOf(error)}\n${check?.cost}`);
	}
	return { code, output: lines.join('\n'), ...(await takeFilesFrom(into)) };
}

/** Reads what is in a folder, and removes it. */
async function takeFilesFrom(folder: string): Promise<Pick<Ended, 'recordings' | 'incomplete'>> {
	const entries = await readdir(folder, { withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
	const texts = async (names: string[], where: string) =>
		await Promise.all(names.map(async (name) => await readFile(join(where, name), 'utf8')));
	const whole = await texts(files, folder);
	const aside = join(folder, 'incomplete');
	const incomplete = await texts(await readdir(aside).catch(() => []), aside);
	await rm(folder, { recursive: true });
	return {
		recordings: whole.map((text, index) => ({
			file: files[index] ?? '',
			text,
			recording: JSON.parse(text) as Recording,
		})),
		incomplete,
	};
}
