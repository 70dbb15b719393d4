const logIntervalMs = 20_000;

/**
 * Prints the title of a step, its elapsed time while it runs, and how long it took. In a terminal one
 * line counts the seconds; in a log there is a new line every 20 seconds.
 */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const isTerminal = process.stdout.isTTY === true;
	process.stdout.write(isTerminal ? `${title} …` : `${title} …\n`);
	const timer = setInterval(
		() => process.stdout.write(isTerminal ? `\r${title} … ${seconds()} s` : `  ${seconds()} s\n`),
		isTerminal ? 1000 : logIntervalMs,
	);
	try {
		const result = await work();
		process.stdout.write(isTerminal ? `\r${title}: ${seconds()} s \n` : `  done, ${seconds()} s\n`);
		return result;
	} catch (error) {
		if (isTerminal) process.stdout.write('\n');
		throw error;
	} finally {
		clearInterval(timer);
	}
}
