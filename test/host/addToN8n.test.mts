import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	addPackage,
	installedVersion,
	packageFolder,
	removePackage,
} from '../../host/communityPackage.mts';
import { dockerLines } from '../../host/dockerLines.mts';
import { root } from '../../host/paths.mts';
import { findUserFolder } from '../../host/userFolder.mts';

let folder: string;
let userFolder: string;
const nodes = () => join(userFolder, '.n8n', 'nodes');
const list = async () =>
	(JSON.parse(await readFile(join(nodes(), 'package.json'), 'utf8')) as { dependencies: object })
		.dependencies;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'flux2-add-'));
	userFolder = join(folder, 'home');
	await mkdir(join(userFolder, '.n8n'), { recursive: true });
	await writeFile(join(userFolder, '.n8n', 'config'), '{"encryptionKey":"secret"}');
});
afterEach(async () => await rm(folder, { recursive: true }));

/** A packed package, as `npm pack` writes it. */
async function pack(version: string, file = 'dist/Flux2.node.js'): Promise<string> {
	const source = join(folder, version, 'package');
	await mkdir(join(source, 'dist'), { recursive: true });
	const manifest = { name: 'n8n-nodes-flux2', version, devDependencies: { jest: '30' } };
	await writeFile(join(source, 'package.json'), JSON.stringify(manifest));
	await writeFile(join(source, file), 'exports.version = 1;');
	const tarball = join(folder, `${version}.tgz`);
	execFileSync('tar', ['-czf', tarball, '-C', join(folder, version), 'package']);
	return tarball;
}

/** Another community package, as n8n installs it. */
async function installOther(): Promise<void> {
	const other = join(nodes(), 'node_modules', 'n8n-nodes-other');
	await mkdir(other, { recursive: true });
	await writeFile(join(other, 'package.json'), '{"version":"3.1.0"}');
	const dependencies = { 'n8n-nodes-other': '3.1.0' };
	await writeFile(
		join(nodes(), 'package.json'),
		JSON.stringify({ name: 'installed-nodes', dependencies }),
	);
}

test('a package is added beside others and taken out again, and the others are kept', async () => {
	await installOther();
	expect(await addPackage(await pack('0.2.0'), userFolder)).toBe('0.2.0');
	expect(await installedVersion(userFolder)).toBe('0.2.0');
	expect(await list()).toEqual({ 'n8n-nodes-other': '3.1.0', 'n8n-nodes-flux2': '0.2.0' });
	expect(existsSync(join(packageFolder(userFolder), 'dist', 'Flux2.node.js'))).toBe(true);

	await removePackage(userFolder);
	expect(await installedVersion(userFolder)).toBeUndefined();
	expect(await list()).toEqual({ 'n8n-nodes-other': '3.1.0' });
	expect(await readdir(join(nodes(), 'node_modules'))).toEqual(['n8n-nodes-other']);
});

test('a newer package replaces an older one completely', async () => {
	await addPackage(await pack('0.1.0', 'dist/Old.node.js'), userFolder);
	await addPackage(await pack('0.2.0'), userFolder);
	expect(await readdir(join(packageFolder(userFolder), 'dist'))).toEqual(['Flux2.node.js']);
	expect(await list()).toEqual({ 'n8n-nodes-flux2': '0.2.0' });
});

test('a broken package leaves the installed one as it is', async () => {
	await addPackage(await pack('0.1.0'), userFolder);
	const broken = join(folder, 'broken.tgz');
	await writeFile(broken, 'not a tarball');
	await expect(addPackage(broken, userFolder)).rejects.toThrow();
	expect(await installedVersion(userFolder)).toBe('0.1.0');
	expect(await readdir(join(nodes(), 'node_modules'))).toEqual(['n8n-nodes-flux2']);
});

test('the user folder is found by itself or by the folder .n8n in it', () => {
	expect(findUserFolder(userFolder)).toBe(userFolder);
	expect(findUserFolder(join(userFolder, '.n8n'))).toBe(userFolder);
});

test('a folder in which n8n has never been started is refused', async () => {
	expect(() => findUserFolder(join(folder, 'nowhere'))).toThrow(/There is no folder .*nowhere/);
	expect(() => findUserFolder(folder)).toThrow(/not the user folder of an n8n/);
	await mkdir(join(folder, '.n8n'));
	expect(() => findUserFolder(folder)).toThrow(/start it once first/);
});

test('the command says how it is used, and what is wrong', async () => {
	const run = async (...args: string[]) =>
		await new Promise<string>((resolve) => {
			const command = ['--import', 'tsx', join(root, 'host', 'addToN8n.mts'), ...args];
			execFile(process.execPath, command, { cwd: root }, (_, stdout, stderr) =>
				resolve(stdout + stderr),
			);
		});
	expect(await run()).toContain('npm run add-to-n8n -- <user folder>');
	expect(await run('--wrong', userFolder)).toContain('Usage:');
	expect(await run(folder)).toContain('not the user folder of an n8n');
	expect(await run('--remove', userFolder)).toContain('n8n-nodes-flux2 is not installed in');
});

test('the lines for Docker install and remove the package in the home folder of the container', async () => {
	const inHome = (lines: string) => {
		const line = lines.split('\n').find((one) => one.includes('docker exec')) ?? '';
		const script = line.trim().replace(/^docker exec (-i )?my-n8n /, '');
		execFileSync('sh', ['-c', script], { env: { ...process.env, HOME: userFolder } });
	};
	inHome(dockerLines('my-n8n', await pack('0.2.0')));
	expect(await installedVersion(userFolder)).toBe('0.2.0');
	inHome(dockerLines('my-n8n', undefined));
	expect(await installedVersion(userFolder)).toBeUndefined();
});
