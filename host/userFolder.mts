import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserFacingError } from './userFacingError.mts';

/**
 * The user folder of an existing n8n: the folder that contains `.n8n`. The folder `.n8n` itself is
 * accepted too.
 *
 * @throws UserFacingError when no n8n has ever been started with this folder.
 */
export function findUserFolder(path: string): string {
	const given = resolve(path);
	const folder = basename(given) === '.n8n' ? dirname(given) : given;
	if (!existsSync(folder)) throw new UserFacingError(`There is no folder ${folder}.`);
	// n8n writes this file, with its encryption key, when it is started for the first time.
	if (existsSync(join(folder, '.n8n', 'config'))) return folder;
	throw new UserFacingError(
		`${folder} is not the user folder of an n8n: it contains no .n8n/config. The user folder is the value of N8N_USER_FOLDER or, without that variable, the home folder of the user that runs n8n. If this n8n is new, start it once first.`,
	);
}
