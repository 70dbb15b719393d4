import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Container } from './n8nInternals.mts';
import { BinaryDataConfig, BinaryDataService, FileLocation } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';
import { userFolder } from './environment.mts';

/** Where n8n stores binary data: on disk (the default of 2.x), or in the item itself. */
export type BinaryMode = 'filesystem' | 'default';

/** Number of open stores: closing the last one deletes everything n8n has written. */
let openStores = 0;

/** n8n's binary data service with its own folder. It is a singleton: the store opened last applies. */
export class BinaryStore {
	private readonly folder = path.join(userFolder, randomUUID());
	private readonly service = Container.get(BinaryDataService);

	async open(mode: BinaryMode): Promise<void> {
		openStores += 1;
		const config = Container.get(BinaryDataConfig);
		config.mode = mode;
		config.localStoragePath = this.folder;
		await this.service.init();
	}

	async close(): Promise<void> {
		openStores -= 1;
		await rm(openStores === 0 ? userFolder : this.folder, { recursive: true, force: true });
	}

	/** Stores a file, for a binary field of an input item. */
	async store(bytes: Buffer, fileName: string, mimeType: string): Promise<IBinaryData> {
		return await this.service.store(FileLocation.ofExecution('test', 'input'), bytes, {
			fileName,
			mimeType,
			fileExtension: path.extname(fileName).slice(1),
			data: '',
		});
	}

	async read(binary: IBinaryData): Promise<Buffer> {
		return await this.service.getAsBuffer(binary);
	}
}
