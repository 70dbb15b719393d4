/** Enough to see what a file is. */
const HEAD_BYTES = 64;

/** The part of a Node stream that is used here; `node:stream` itself is closed to n8n packages. */
export type Stream = NodeJS.ReadableStream & { destroy(error?: Error): void };

/** The first bytes, put back so that whoever reads the stream gets all of it. */
export async function peek(stream: Stream): Promise<Buffer> {
	const readable = stream as Stream & { unshift(chunk: Buffer): void };
	const head = await new Promise<Buffer>((resolve, reject) => {
		const broken = new Error('the connection broke off');
		// It will tell of nothing any more.
		if ((readable as { destroyed?: boolean }).destroyed === true) return reject(broken);
		const finish = (act: () => void) => (): void => {
			readable.removeListener('readable', onReadable);
			readable.removeListener('end', onEnd);
			readable.removeListener('error', onError);
			readable.removeListener('close', onClose);
			act();
		};
		const onError = (error: Error): void => finish(() => reject(error))();
		const onClose = (): void => onError(broken);
		const onEnd = (): void => finish(() => resolve(Buffer.alloc(0)))();
		const onReadable = (): void => {
			// Not just what came first: a server may begin with a single byte, which shows nothing.
			const chunk: unknown = readable.read(HEAD_BYTES);
			if (chunk !== null) finish(() => resolve(Buffer.from(chunk as Buffer)))();
		};
		readable.on('readable', onReadable);
		readable.on('end', onEnd);
		readable.on('error', onError);
		readable.on('close', onClose);
	});
	if (head.length > 0) readable.unshift(head);
	return head;
}

/** Enough to see how a file ends, also where a few bytes follow its last part. */
const TAIL_BYTES = 1_024;

/** What has come into a stream so far. */
export interface Received {
	bytes: number;
	/** The last of them. */
	tail: Buffer;
}

/**
 * Counts what comes into the stream, and ends it with an error as soon as that is more than `maxBytes`.
 * Counted where data enters: n8n reads a stream in different ways, and listening or pausing would
 * disturb some of them.
 */
export function countBytes(stream: Stream, maxBytes: number, tooMuch: () => Error): Received {
	const source = stream as Stream & { push(chunk: Buffer | null, encoding?: string): boolean };
	const push = source.push.bind(source);
	const received: Received = { bytes: 0, tail: Buffer.alloc(0) };
	source.push = (chunk, encoding) => {
		if (chunk !== null) {
			received.bytes += chunk.length;
			const last = chunk.subarray(-TAIL_BYTES);
			received.tail = Buffer.concat([received.tail, last]).subarray(-TAIL_BYTES);
		}
		if (received.bytes <= maxBytes) return push(chunk, encoding);
		stream.destroy(tooMuch());
		return false;
	};
	return received;
}
