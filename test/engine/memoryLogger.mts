import { Container, Logger } from './n8nInternals.mts';
import { LoggerProxy } from 'n8n-workflow';

/** One line that the node, or n8n on its behalf, wrote to n8n's log. */
export interface LogLine {
	level: 'error' | 'warn' | 'info' | 'debug';
	message: string;
	metadata?: unknown;
}

class MemoryLogger {
	readonly lines: LogLine[] = [];

	error = (message: string, metadata?: unknown) => this.write('error', message, metadata);
	warn = (message: string, metadata?: unknown) => this.write('warn', message, metadata);
	info = (message: string, metadata?: unknown) => this.write('info', message, metadata);
	debug = (message: string, metadata?: unknown) => this.write('debug', message, metadata);
	scoped = () => this;

	private write(level: LogLine['level'], message: string, metadata?: unknown) {
		this.lines.push({ level, message, metadata });
	}
}

/**
 * n8n's logger, kept in memory. n8n's services take their logger from the container when they are
 * constructed, so it is registered before any of them exists.
 */
export const memoryLogger = new MemoryLogger();

Container.set(Logger, memoryLogger as unknown as InstanceType<typeof Logger>);
LoggerProxy.init(memoryLogger);
