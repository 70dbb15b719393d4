/** What a user reads: what happened, and below it what it cost and what to do next. */
export interface ErrorMessage {
	message: string;
	description: string;
}
