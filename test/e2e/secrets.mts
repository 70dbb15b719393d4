import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KEY, type Line } from './line.mts';
import { tried } from './tried.mts';

/** Prints every text of an SQLite database, by the Node 24 that runs n8n: it has SQLite built in. */
const printDatabase = `
	const { DatabaseSync } = require('node:sqlite');
	const database = new DatabaseSync(process.argv[1], { readOnly: true });
	const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
	for (const { name } of tables)
		for (const row of database.prepare('select * from "' + name + '"').iterate())
			console.log(name, JSON.stringify(Object.values(row).map((value) =>
				value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value))));
`;

/** The forms in which a key may have been written down. */
const forms = [
	KEY,
	Buffer.from(KEY).toString('base64').replace(/=+$/, ''),
	Buffer.from(KEY).toString('hex'),
	KEY.slice(0, 16),
	KEY.slice(-14),
];

/** Where the key stands in what n8n and the nodes have written: nowhere but encrypted. */
export function secrets(line: () => Line): void {
	tried(
		'the key stands nowhere in what was written, but for the encrypted credential',
		async () => {
			const { userFolder, n8n } = line();
			const folder = join(userFolder, '.n8n');
			const { stdout: database } = await promisify(execFile)(
				n8n.node,
				['--no-warnings', '-e', printDatabase, join(folder, 'database.sqlite')],
				{ maxBuffer: 1e9 },
			);
			const entries = await readdir(userFolder, { recursive: true, withFileTypes: true });
			const files = entries
				.filter((entry) => entry.isFile() && !/[\\/]node_modules[\\/]/.test(entry.parentPath + '/'))
				.map((entry) => join(entry.parentPath, entry.name));
			const texts = new Map<string, string>([['the database', database]]);
			for (const file of [...files, ...line().logFiles])
				texts.set(file, await readFile(file, 'latin1'));
			// The search finds what is there.
			expect(database).toContain('month 9 [task: takes 75 s]');
			expect(database.match(/^credentials_entity/gm)?.length).toBeGreaterThan(10);
			const found = [...texts].flatMap(([where, text]) =>
				forms.filter((form) => text.includes(form)).map((form) => `${form} in ${where}`),
			);
			expect(found).toEqual([]);
			const executions = database.match(/^execution_data/gm)?.length ?? 0;
			const credentials = database.match(/^credentials_entity/gm)?.length ?? 0;
			return `not found in ${executions} stored executions, ${line().logFiles.length} logs and ${files.length} files; ${credentials} credentials, all encrypted`;
		},
	);
}
