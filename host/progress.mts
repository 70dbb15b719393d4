const quietHeartbeatMs = 20_000;

/**
 * Announces a step, shows that it is alive while it takes its time, and says how long it took. In a
 * terminal the line counts the seconds; in a log a new line appears now and then.
 */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const isTerminal = process.stdout.isTTY === true;
	process.stdout.write(isTerminal ? `${title} …` : `${title} …\n`);
	const heartbeat = setInterval(
		() => process.stdout.write(isTerminal ? `\r${title} … ${seconds()} s` : `  ${seconds()} s\n`),
		isTerminal ? 1000 : quietHeartbeatMs,
	);
	try {
		const result = await work();
		process.stdout.write(isTerminal ? `\r${title}: ${seconds()} s \n` : `  done, ${seconds()} s\n`);
		return result;
	} catch (error) {
		if (isTerminal) process.stdout.write('\n');
		throw error;
	} finally {
		clearInterval(heartbeat);
	}
}
