// `npm test`: everything that can be said without a running n8n, one after another. Further
// arguments go to jest: `npm test -- test/api`.
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { npmCommand } from '../host/command.mts';
import { root } from '../host/places.mts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const reports = join(root, '.reports');
const report = join(reports, 'jest.json');

const script = (name: string) => [...npmCommand(), 'run', '--silent', name];
const steps: Array<[title: string, command: string[]]> = [
	['Lint', script('lint')],
	['Types', script('typecheck')],
	['Build, pack and scan', script('scan')],
	['Tests', [process.execPath, jest, '--json', `--outputFile=${report}`, ...process.argv.slice(2)]],
];

await mkdir(reports, { recursive: true });
await rm(report, { force: true });

for (const [index, [title, command]] of steps.entries()) {
	console.log(`\n━━ ${index + 1}/${steps.length} ${title}\n`);
	const started = Date.now();
	const code = await run(command);
	const seconds = Math.round((Date.now() - started) / 1000);
	if (code !== 0) {
		const left = steps.slice(index + 1).map(([later]) => later.toLowerCase());
		console.error(
			`\n"${title}" failed after ${seconds} s; see above.${left.length > 0 ? ` Not run: ${left.join('; ')}.` : ''}`,
		);
		process.exit(1);
	}
	console.log(`\n${title}: passed, ${seconds} s`);
}

function run([command = '', ...args]: string[]): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: root,
			stdio: ['ignore', 'inherit', 'inherit'],
		});
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
}
