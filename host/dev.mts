import { join } from 'node:path';
import { startChildProcess } from './childProcess.mts';
import { packageFolder } from './communityPackage.mts';
import { root } from './paths.mts';

/** n8n then reloads a package when one of its files changes. */
export const devEnvironment = { N8N_DEV_RELOAD: 'true' };

/** Compiles and copies the package into the user folder of a running n8n whenever its code changes. */
export function watchPackage(userFolder: string): void {
	const outDir = join(packageFolder(userFolder), 'dist');
	const watch = ['--watch', '--preserveWatchOutput', '--outDir', outDir];
	const options = { cwd: root, env: { ...process.env, OUT_DIR: outDir } };
	startChildProcess(
		process.execPath,
		[join(root, 'node_modules/typescript/bin/tsc'), ...watch],
		options,
	);
	startChildProcess(
		process.execPath,
		[join(root, 'node_modules/gulp/bin/gulp.js'), 'watch'],
		options,
	);
}
