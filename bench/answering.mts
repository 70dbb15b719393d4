/** What the parent has started this process with. */
export const setup = <Setup,>(): Setup => JSON.parse(process.argv[2] ?? '{}') as Setup;

/** The child's end of `Child`: answers one question after another until the parent lets go. */
export function answering<Question, Answer>(
	answer: (question: Question) => Promise<Answer> | Answer,
): void {
	process.on('disconnect', () => process.exit());
	process.on('message', async (question) => {
		try {
			process.send?.({ answer: await answer(question as Question) });
		} catch (error) {
			process.send?.({ problem: error instanceof Error ? error.stack : String(error) });
		}
	});
}
