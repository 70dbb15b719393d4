import { UserFacingError } from '../../host/userFacingError.mts';

/** A server is neither running nor installed. */
export class MissingServer extends UserFacingError {
	constructor(server: string) {
		super(
			`${server} is neither running nor installed on this machine. Start both servers with \`docker compose -f test/queue/compose.yml up -d\`, or install them with \`apt-get install postgresql redis-server\`.`,
		);
	}
}
