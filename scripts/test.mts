// `npm test`: every check that needs no running n8n, one after another. Further arguments go to
// jest: `npm test -- test/api`.
import { startChildProcess } from '../host/childProcess.mts';
import { npmCommand } from '../host/command.mts';
import { root } from '../host/paths.mts';
import { runJest } from './jest.mts';

const steps: Array<[title: string, run: () => Promise<number>]> = [
	['Lint', () => runScript('lint')],
	['Types', () => runScript('typecheck')],
	['Build, pack and scan', () => runScript('scan')],
	['Tests', () => runJest('jest', [])],
];

for (const [index, [title, run]] of steps.entries()) {
	console.log(`\n━━ ${index + 1}/${steps.length} ${title}\n`);
	const started = Date.now();
	const exitCode = await run();
	const seconds = Math.round((Date.now() - started) / 1000);
	if (exitCode !== 0) {
		const left = steps.slice(index + 1).map(([later]) => later.toLowerCase());
		console.error(
			`\n"${title}" failed after ${seconds} s; see above.${left.length > 0 ? ` Not run: ${left.join('; ')}.` : ''}`,
		);
		process.exit(1);
	}
	console.log(`\n${title}: passed, ${seconds} s`);
}

async function runScript(name: string): Promise<number> {
	const [npm, ...args] = npmCommand();
	return await startChildProcess(npm, [...args, 'run', '--silent', name], {
		cwd: root,
		env: process.env,
	}).exited;
}
