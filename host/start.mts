import { stopChildProcesses } from './childProcess.mts';
import { CleanupStack } from './cleanupStack.mts';
import type { Command, Mode } from './commands.mts';
import { npm } from './command.mts';
import { installN8n } from './installN8n.mts';
import { cacheFolder, root } from './paths.mts';
import { step } from './progress.mts';
import { UserFacingError } from './userFacingError.mts';
import versions from './versions.json' with { type: 'json' };

const modes: Record<string, Mode> = { '': 'demo', '--check': 'check', '--dev': 'dev' };

const usage = `Usage:
  npm start                       starts n8n with the Flux 2 nodes, a sandbox, and a first workflow
  npm start -- --check            generates one image without a browser, and exits
  npm start -- --check <version>  does that in another version of n8n, such as 1.85.4
  npm run dev                     like npm start, and reloads the nodes when their code changes`;

/**
 * Installs what is missing, side by side, and runs the command. The development tools may be missing
 * too, so this file and what it imports use none of them.
 */
export async function start(
	args: string[],
	{ areToolsMissing }: { areToolsMissing: boolean },
): Promise<void> {
	const cleanup = new CleanupStack();
	cleanup.defer(stopChildProcesses);
	let isReady = false;
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			// The second signal ends at once; the supervisors end what is still running.
			if (cleanup.isStarted) process.exit(130);
			console.log(`\nStopping (${signal}) …`);
			void cleanup.run().then(() => process.exit(isReady ? 0 : 130));
		});
	}
	try {
		const [name = '', version = versions.n8n, ...rest] = args;
		const mode = modes[name];
		// A demo keeps its database, which another version of n8n may not be able to open.
		if (mode === undefined || rest.length > 0 || (version !== versions.n8n && mode !== 'check'))
			throw new UserFacingError(usage);
		const [n8n, run] = await Promise.all([
			installN8n(version),
			prepare(mode, cleanup, areToolsMissing),
		]);
		const { ended } = await run(n8n);
		isReady = true;
		await ended;
	} catch (error) {
		if (cleanup.isStarted) return;
		console.error(`\n${messageOf(error)}`);
		await cleanup.run();
		process.exit(1);
	}
}

async function prepare(
	mode: Mode,
	cleanup: CleanupStack,
	areToolsMissing: boolean,
): Promise<Command> {
	if (areToolsMissing)
		await step('Installing the development tools (once)', async () => {
			const logFile = `${cacheFolder}/logs/tools.log`;
			await npm(['ci', '--no-audit', '--no-fund'], { cwd: root, logFile });
		});
	const { prepareCommand } = await import('./commands.mts');
	return await prepareCommand(mode, cleanup);
}

function messageOf(error: unknown): string {
	if (error instanceof UserFacingError) return error.message;
	// An axios error printed as an object fills pages with its sockets.
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
