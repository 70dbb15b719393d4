/** An error whose message tells its reader everything: it is printed without a stack. */
export class UserFacingError extends Error {
	override name = 'UserFacingError';
}
