import { PlainFailure } from '../../host/plainFailure.mts';

/** What to do where a server is neither running nor installed. */
export const missing = (what: string): PlainFailure =>
	new PlainFailure(
		`There is no ${what} on this machine: start both servers with \`docker compose -f test/queue/compose.yml up -d\`, or install them with \`apt-get install postgresql redis-server\`.`,
	);
