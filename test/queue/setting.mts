import type { Scene } from './scene.mts';

/** What a run stood on, for the report. */
export const settingOf = ({ n8n, database }: Scene): Record<string, string> => ({
	n8n: `${n8n.version}, installed from npm with Node 24`,
	Package: 'packed, then installed as a community package in every user folder',
	Database: `PostgreSQL ${database.version}`,
	'Binary mode': n8n.version.startsWith('1.')
		? "memory (n8n's default)"
		: "database (n8n's default in queue mode)",
});
