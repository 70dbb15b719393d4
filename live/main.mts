// `npm run live`: for people with an API key of their own. `--help` says what it does.
import confirm from '@inquirer/confirm';
import { wordsOf } from './client.mts';
import { LiveCheck } from './liveCheck.mts';
import { readOptions } from './options.mts';

let check: LiveCheck | undefined;
// A reader who stops early (`| head`) must not end an exchange that costs credits.
process.stdout.on('error', () => undefined);
process.once('SIGINT', () => {
	console.error(`\nStopped. ${check?.cost ?? 'Nothing was charged.'}`);
	process.exit(130);
});

try {
	const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
	const options = readOptions(process.argv.slice(2), process.env, isTerminal);
	check = new LiveCheck(options, console.log, (message) => confirm({ message, default: false }));
	process.exitCode = await check.run();
} catch (error) {
	console.error(`${wordsOf(error)}\n${check?.cost ?? 'Nothing was charged.'}`);
	process.exitCode = 1;
}
