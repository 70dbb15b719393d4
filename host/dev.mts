import { createRequire } from 'node:module';
import { join } from 'node:path';
import { startChildProcess } from './childProcess.mts';
import { packageFolder } from './communityPackage.mts';
import { root } from './paths.mts';

const { resolve } = createRequire(import.meta.url);

/** n8n then reloads a package when one of its files changes. */
export const devEnvironment = { N8N_DEV_RELOAD: 'true' };

/** Compiles and copies the package into the user folder of a running n8n whenever its code changes. */
export function watchPackage(userFolder: string): void {
	const outDir = join(packageFolder(userFolder), 'dist');
	const watch = ['--watch', '--preserveWatchOutput', '--outDir', outDir];
	const options = { cwd: root, env: { ...process.env, OUT_DIR: outDir } };
	startChildProcess(process.execPath, [resolve('typescript/bin/tsc'), ...watch], options);
	startChildProcess(process.execPath, [resolve('gulp/bin/gulp.js'), 'watch'], options);
}
