import getPort, { portNumbers } from 'get-port';
import { UserFacingError } from './userFacingError.mts';

/**
 * The port named in an environment variable, or else the default.
 *
 * @throws UserFacingError when it is not a port number, or is taken.
 */
export async function choosePort(
	variable: 'PORT' | 'SANDBOX_PORT',
	defaultPort: number,
	user: string,
): Promise<number> {
	const value = process.env[variable] || String(defaultPort);
	const port = Number(value);
	if (!Number.isInteger(port) || port < 1024 || port > 65_535)
		throw new UserFacingError(`${variable} must be a number from 1024 to 65535, not "${value}".`);
	if ((await getPort({ port })) === port) return port;
	const free = await getPort({ port: portNumbers(Math.min(port + 1, 65_435), 65_535) });
	throw new UserFacingError(
		`Port ${port}, which ${user} needs, is in use by another program; choose a free one, for example: ${variable}=${free} npm start`,
	);
}
