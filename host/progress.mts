const logIntervalMs = 20_000;

interface Step {
	title: string;
	started: number;
}

const running = new Set<Step>();
let timer: NodeJS.Timeout | undefined;
/** The lines in the terminal that show the running steps, to be replaced. */
let drawnLines = 0;

const secondsOf = ({ started }: Step): number => Math.round((Date.now() - started) / 1000);

/**
 * Shows what is going on, and how long it has taken. Steps may run side by side: in a terminal each
 * has a line that counts its seconds; in a log there is a line every 20 seconds.
 */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
	const isTerminal = process.stdout.isTTY === true;
	const current: Step = { title, started: Date.now() };
	running.add(current);
	if (isTerminal) draw();
	else print(`${title} …`);
	timer ??= setInterval(isTerminal ? draw : log, isTerminal ? 1000 : logIntervalMs);
	try {
		const result = await work();
		end(current, isTerminal, `${title}: done, ${secondsOf(current)} s`);
		return result;
	} catch (error) {
		end(current, isTerminal, `${title}: stopped after ${secondsOf(current)} s`);
		throw error;
	}
}

function end(step: Step, isTerminal: boolean, line: string): void {
	running.delete(step);
	erase();
	print(line);
	if (isTerminal) draw();
	if (running.size > 0) return;
	clearInterval(timer);
	timer = undefined;
}

function draw(): void {
	erase();
	const columns = process.stdout.columns || 80;
	for (const step of running) {
		const seconds = ` … ${secondsOf(step)} s`;
		// A line that wraps could not be erased.
		print(step.title.slice(0, columns - seconds.length - 1) + seconds);
	}
	drawnLines = running.size;
}

function erase(): void {
	if (drawnLines > 0) process.stdout.write(`\x1b[${drawnLines}A\x1b[0J`);
	drawnLines = 0;
}

function log(): void {
	print(`  ${[...running].map((step) => `${step.title}: ${secondsOf(step)} s`).join(', ')}`);
}

function print(line: string): void {
	process.stdout.write(`${line}\n`);
}
