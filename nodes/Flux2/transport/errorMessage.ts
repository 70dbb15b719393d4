/** What a user reads: what happened, and below it what it cost and what to do next. */
export interface ErrorMessage {
	message: string;
	description: string;
}

/** The service's own text, as a sentence that may follow another one. */
export const quoted = (text: string): string => (text === '' ? '' : ` API in One says: "${text}".`);
