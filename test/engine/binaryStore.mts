import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Container } from './insideN8n.mts';
import { BinaryDataConfig, BinaryDataService, FileLocation } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';
import { userFolder } from './environment.mts';

/** Where n8n keeps binary data: on disk (what 2.x does by default), or in the item itself. */
export type BinaryMode = 'filesystem' | 'default';

/** How many there are: with the last one goes all that n8n has written. */
let opened = 0;

/** n8n's binary data service in a folder of its own. One process has one: the last opened counts. */
export class BinaryStore {
	private readonly folder = path.join(userFolder, randomUUID());
	private readonly service = Container.get(BinaryDataService);

	async open(mode: BinaryMode): Promise<void> {
		opened += 1;
		const config = Container.get(BinaryDataConfig);
		config.mode = mode;
		config.localStoragePath = this.folder;
		await this.service.init();
	}

	async close(): Promise<void> {
		opened -= 1;
		await rm(opened === 0 ? userFolder : this.folder, { recursive: true, force: true });
	}

	/** A binary field for an input item, kept as n8n keeps one. */
	async keep(bytes: Buffer, fileName: string, mimeType: string): Promise<IBinaryData> {
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
