import { UserFacingError } from '../../host/userFacingError.mts';

/** The error for a server that is neither running nor installed. */
export const missingServer = (server: string): UserFacingError =>
	new UserFacingError(
		`${server} is neither running nor installed on this machine. Start both servers with \`docker compose -f test/queue/compose.yml up -d\`, or install them with \`apt-get install postgresql redis-server\`.`,
	);
