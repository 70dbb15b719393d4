import type { QueueFixture } from './fixture.mts';

/** What the tests ran on, for the report. */
export const reportEnvironment = ({ n8n, database }: QueueFixture): Record<string, string> => ({
	n8n: `${n8n.version}, installed from npm with Node 24`,
	Package: 'packed, then installed as a community package in every user folder',
	Database: `PostgreSQL ${database.version}`,
	'Binary mode': n8n.version.startsWith('1.')
		? "memory (n8n's default)"
		: "database (n8n's default in queue mode)",
});
