import getPort, { portNumbers } from 'get-port';
import { PlainFailure } from './plainFailure.mts';

/** The port that the environment names, or the usual one; refused in one sentence when it is taken. */
export async function choosePort(
	variable: 'PORT' | 'SANDBOX_PORT',
	usual: number,
	what: string,
): Promise<number> {
	const wish = process.env[variable] || String(usual);
	const port = Number(wish);
	if (!Number.isInteger(port) || port < 1024 || port > 65_535)
		throw new PlainFailure(`${variable} has to be a number from 1024 to 65535, not "${wish}".`);
	if ((await getPort({ port })) === port) return port;
	const free = await getPort({ port: portNumbers(Math.min(port + 1, 65_435), 65_535) });
	throw new PlainFailure(
		`Port ${port}, which ${what} would use, is taken by another program; choose a free one like this: ${variable}=${free} npm start`,
	);
}
