import { type ChildProcess, fork } from 'node:child_process';

/** A process of our own that answers questions, so that what it does disturbs no measurement here. */
export class Child<Question extends object, Answer> {
	private constructor(private readonly process: ChildProcess) {}

	/** @param options flags for Node, beside those of this process. */
	static start<Question extends object, Answer>(
		script: URL,
		options: { setup?: object; flags?: string[] } = {},
	): Child<Question, Answer> {
		const { setup = {}, flags = [] } = options;
		return new Child(
			fork(script, [JSON.stringify(setup)], { execArgv: [...process.execArgv, ...flags] }),
		);
	}

	async ask(question: Question): Promise<Answer> {
		return await new Promise<Answer>((resolve, reject) => {
			const onExit = (code: number | null): void =>
				reject(new Error(`${this.process.spawnfile} ended with ${code} instead of an answer`));
			this.process.once('exit', onExit);
			this.process.once('message', (message) => {
				this.process.removeListener('exit', onExit);
				const { answer, problem } = message as { answer: Answer; problem?: string };
				if (problem === undefined) resolve(answer);
				else reject(new Error(problem));
			});
			this.process.send(question);
		});
	}

	/** The child ends by itself once nobody can ask it anything any more. */
	async end(): Promise<void> {
		const { exitCode, signalCode } = this.process;
		if (exitCode !== null || signalCode !== null) return;
		const gone = new Promise<void>((resolve) => this.process.once('exit', () => resolve()));
		if (this.process.connected) this.process.disconnect();
		await gone;
	}
}
