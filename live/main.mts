// `npm run live`: for whoever has a key. See usage in options.mts.
import { createInterface } from 'node:readline/promises';
import { UserFacingError } from '../host/userFacingError.mts';
import { purchase } from './purchase.mts';
import { runLive } from './run.mts';

// Whoever reads along may stop (`| head`): that must not end an exchange that is paid for.
process.stdout.on('error', () => undefined);

process.once('SIGINT', () => {
	console.error(`\nStopped. ${purchase.inWords()}`);
	process.exit(130);
});

async function ask(question: string): Promise<string> {
	const terminal = createInterface({ input: process.stdin, output: process.stdout });
	// Here, Ctrl-C reaches only the question, and the end of the input answers it with nothing.
	terminal.once('SIGINT', () => terminal.close());
	const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
	try {
		return await Promise.race([terminal.question(question), closed]);
	} finally {
		terminal.close();
	}
}

try {
	process.exitCode = await runLive({
		args: process.argv.slice(2),
		env: process.env,
		print: (line) => console.log(line),
		...(process.stdin.isTTY && process.stdout.isTTY ? { ask } : {}),
	});
} catch (error) {
	// An HTTP library's error, printed whole, would show the header that bears the key.
	const isPlain = error instanceof UserFacingError;
	const words = error instanceof Error ? error.message : String(error);
	console.error(isPlain ? words : `A defect of the live check: ${words}. ${purchase.inWords()}`);
	process.exitCode = 1;
}
