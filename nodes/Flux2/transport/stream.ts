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
		const settle = (act: () => void) => (): void => {
			readable.removeListener('readable', onReadable);
			readable.removeListener('end', onEnd);
			readable.removeListener('error', onError);
			readable.removeListener('close', onClose);
			act();
		};
		const onError = (error: Error): void => settle(() => reject(error))();
		const onClose = (): void => onError(broken);
		const onEnd = (): void => settle(() => resolve(Buffer.alloc(0)))();
		const onReadable = (): void => {
			// Not just what came first: a server may begin with a single byte, which shows nothing.
			const chunk: unknown = readable.read(HEAD_BYTES);
			if (chunk !== null) settle(() => resolve(Buffer.from(chunk as Buffer)))();
		};
		readable.on('readable', onReadable);
		readable.on('end', onEnd);
		readable.on('error', onError);
		readable.on('close', onClose);
	});
	if (head.length > 0) readable.unshift(head);
	return head;
}

/**
 * Ends the stream with an error as soon as more than `maxBytes` have come into it. Counted where data
 * enters: n8n reads a stream in different ways, and listening or pausing would disturb some of them.
 */
export function limitBytes(stream: Stream, maxBytes: number, tooMuch: () => Error): void {
	const source = stream as Stream & { push(chunk: Buffer | null, encoding?: string): boolean };
	const push = source.push.bind(source);
	let bytes = 0;
	source.push = (chunk, encoding) => {
		bytes += chunk?.length ?? 0;
		if (bytes <= maxBytes) return push(chunk, encoding);
		stream.destroy(tooMuch());
		return false;
	};
}
