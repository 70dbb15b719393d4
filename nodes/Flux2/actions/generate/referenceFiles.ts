import { createHash } from 'node:crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { Flux2Failure } from '../../api/failures';
import { ConcurrencyLimit } from '../../transport/concurrency';
import { isUnreachable } from '../../transport/reachability';

/** Long enough for a full queue at the service. */
const LINK_LIFETIME = '2 hours';

/** Files that are read at the same time. */
const MAX_CONCURRENT_FILES = 3;

const invalid = (problem: string, advice: string): never => {
	throw new Flux2Failure({ kind: 'invalid-input', problem, advice });
};

/** One file of the input, which any number of items may share. */
interface SharedFile {
	sha256?: Promise<string>;
	link?: Promise<string>;
}

/**
 * Files of the input items that serve as reference images. Each file is hashed once and copied once,
 * streamed, however many items share it.
 */
export class ReferenceFiles {
	private readonly files = new Map<string, SharedFile>();
	private readonly concurrency = new ConcurrencyLimit(MAX_CONCURRENT_FILES);

	constructor(
		private readonly ctx: IExecuteFunctions,
		private readonly baseUrl: string,
	) {}

	/**
	 * The SHA-256 of a file, in hex. That the service can fetch the file is checked too, before anything
	 * is created.
	 *
	 * @throws Flux2Failure `invalid-input`
	 */
	async check(itemIndex: number, field: string): Promise<string> {
		const file = this.find(itemIndex, field);
		const link =
			file.id === undefined ? await this.link(itemIndex, field) : this.sign(file, '1 minute');
		if (isUnreachable(link, this.baseUrl))
			invalid(
				`API in One cannot fetch the reference image: this n8n calls itself ${new URL(link).origin}`,
				'Set N8N_EDITOR_BASE_URL or WEBHOOK_URL (in n8n 2: N8N_WEBHOOK_URL) to the public address of this n8n, or use a URL as reference image.',
			);
		const shared = this.shared(file);
		return await (shared.sha256 ??= this.limited(async () => await this.hash(file)));
	}

	/**
	 * The public link to a copy of a file. A copy, because n8n moves files that came in by webhook.
	 *
	 * @throws Flux2Failure `invalid-input` where n8n keeps no files.
	 */
	async link(itemIndex: number, field: string): Promise<string> {
		const file = this.find(itemIndex, field);
		const shared = this.shared(file);
		return await (shared.link ??= this.limited(async () => await this.copy(file)));
	}

	private find(itemIndex: number, field: string): IBinaryData {
		const binary = this.ctx.getInputData()[itemIndex]?.binary;
		const file = binary?.[field];
		if (file !== undefined) return file;
		const names = Object.keys(binary ?? {});
		return invalid(
			`The item has no file in the binary field "${field}"`,
			names.length === 0
				? 'Put a node before this one that gives a file, such as "HTTP Request" or "Read File".'
				: `It has: ${names.join(', ')}.`,
		);
	}

	private shared({ id, data }: IBinaryData): SharedFile {
		const key = id ?? createHash('sha256').update(data).digest('hex');
		let shared = this.files.get(key);
		if (shared === undefined) this.files.set(key, (shared = {}));
		return shared;
	}

	private async limited<T>(work: () => Promise<T>): Promise<T> {
		await this.concurrency.acquire();
		try {
			return await work();
		} finally {
			this.concurrency.release();
		}
	}

	private async hash({ id, data }: IBinaryData): Promise<string> {
		const hash = createHash('sha256');
		if (id === undefined) return hash.update(Buffer.from(data, 'base64')).digest('hex');
		const stream = await this.ctx.helpers.getBinaryStream(id);
		for await (const chunk of stream) hash.update(chunk as Buffer);
		return hash.digest('hex');
	}

	private async copy({ id, data, fileName, mimeType }: IBinaryData): Promise<string> {
		const { helpers } = this.ctx;
		const content =
			id === undefined ? Buffer.from(data, 'base64') : await helpers.getBinaryStream(id);
		const copy = await helpers.prepareBinaryData(content, fileName ?? 'reference', mimeType);
		if (copy.id === undefined)
			return invalid(
				'This n8n keeps files in memory, so API in One cannot fetch the reference image',
				'Ask your n8n administrator to set N8N_DEFAULT_BINARY_DATA_MODE=filesystem, or use a URL as reference image.',
			);
		return this.sign(copy, LINK_LIFETIME);
	}

	private sign(file: IBinaryData, lifetime: typeof LINK_LIFETIME | '1 minute'): string {
		const { helpers } = this.ctx;
		// n8n 1.88 does not have it yet, 1.94 does.
		if (helpers.createBinarySignedUrl === undefined)
			return invalid(
				'This version of n8n cannot give API in One a link to a file',
				'Update n8n, or use a URL as reference image.',
			);
		return helpers.createBinarySignedUrl(file, lifetime);
	}
}
