import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { API_KEY } from './account.mts';
import type { N8nInstance } from './n8nInstance.mts';
import { reportedTest } from './reportedTest.mts';

/** Prints all rows of an SQLite database. It runs in n8n's Node 24, which has SQLite built in. */
const printDatabase = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
	for (const { name } of tables)
		for (const row of database.prepare('select * from "' + name + '"').iterate())
			console.log(name, JSON.stringify(Object.values(row).map((value) =>
				value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value))));
`;

/** The encodings and parts of the key to search for. */
const keyPatterns = [
	API_KEY,
	Buffer.from(API_KEY).toString('base64').replace(/=+$/, ''),
	Buffer.from(API_KEY).toString('hex'),
	API_KEY.slice(0, 16),
	API_KEY.slice(-14),
];

/** Searches everything that n8n and the nodes have written for the key. */
export function testSecrets(n8n: () => N8nInstance): void {
	reportedTest('the API key is stored nowhere except in the encrypted credential', async () => {
		const { userFolder, installation } = n8n();
		const folder = join(userFolder, '.n8n');
		const { stdout: database } = await promisify(execFile)(
			installation.node,
			['--no-warnings', '-e', printDatabase, join(folder, 'database.sqlite')],
			{ maxBuffer: 1e9 },
		);
		const entries = await readdir(userFolder, { recursive: true, withFileTypes: true });
		const files = entries
			.filter((entry) => entry.isFile() && !/[\\/]node_modules[\\/]/.test(entry.parentPath + '/'))
			.map((entry) => join(entry.parentPath, entry.name));
		const texts = new Map<string, string>([['the database', database]]);
		for (const file of [...files, ...n8n().logFiles])
			texts.set(file, await readFile(file, 'latin1'));
		// Proves that the search covers what the runs have stored.
		expect(database).toContain('month 9 [task: takes 75 s]');
		expect(database.match(/^credentials_entity/gm)?.length).toBeGreaterThan(10);
		const found = [...texts].flatMap(([where, text]) =>
			keyPatterns
				.filter((pattern) => text.includes(pattern))
				.map((pattern) => `${pattern} in ${where}`),
		);
		expect(found).toEqual([]);
		const executions = database.match(/^execution_data/gm)?.length ?? 0;
		const credentials = database.match(/^credentials_entity/gm)?.length ?? 0;
		return `not found in ${executions} stored executions, ${n8n().logFiles.length} logs and ${files.length} files; ${credentials} credentials, all encrypted`;
	});
}
