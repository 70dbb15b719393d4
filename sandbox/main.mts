import { parseArgs } from 'node:util';
import { CREATE_PATH, MODEL } from '../nodes/Flux2/api/contract.ts';
import type { Sandbox } from './server.mts';
import { startSandbox } from './server.mts';

const DEFAULT_PORT = 3456;

const welcome = ({ url, apiKey }: Sandbox) => `
API in One sandbox

  Base URL   ${url}
  API key    ${apiKey}

  Tasks, balance and the list of faults: ${url}/  (also in sandbox/README.md)

Try it:

  curl -s ${url}${CREATE_PATH} \\
    -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' \\
    -d '{"model":"${MODEL}","prompt":"a red fox in the snow","aspect_ratio":"16:9"}'

Ctrl-C stops it.
`;

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { port: { type: 'string' } } });
	const port = Number(values.port || process.env.PORT || DEFAULT_PORT);
	if (!Number.isInteger(port) || port < 0 || port > 65_535) {
		throw new Error('The port must be a number from 0 to 65535.');
	}
	const sandbox = await startSandbox({ port });
	console.log(welcome(sandbox));
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => void sandbox.stop());
	}
}

main().catch((error: NodeJS.ErrnoException) => {
	console.error(
		error.code === 'EADDRINUSE'
			? 'The port is in use. Stop what uses it, or choose another: npm run sandbox -- --port 3457'
			: error.message,
	);
	process.exitCode = 1;
});
