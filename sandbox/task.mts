import { randomBytes } from 'node:crypto';
import type { Trouble } from './askedFor.mts';
import { find } from './askedFor.mts';
import type { Delivery } from './callbacks.mts';
import type { Order } from './order.mts';
import type { Reference } from './references.mts';

/** A task as the service knows it. Tests read it; only the desk writes it. */
export interface SandboxTask {
	readonly id: string;
	/** The id as answers bear it. */
	readonly wireId: string | number;
	readonly prompt: string;
	/** The body of the create, as received. */
	readonly body: Readonly<Record<string, unknown>>;
	readonly order: Order;
	readonly troubles: readonly Trouble[];
	/** Where its images are, whether or not it has been done yet. */
	readonly imageUrls: readonly string[];
	readonly createdAt: number;
	/** When its images are there. */
	readonly readyAt: number;
	/** When it says so; Infinity for never. */
	readonly dueAt: number;
	readonly charged: number;
	state: 'pending' | 'succeeded' | 'failed';
	settledAt?: number;
	/** Why it failed. */
	reason?: string;
	refunded: number;
	/** Requests for its status. */
	looks: number;
	/** Requests for its images. */
	fetches: number;
	/** Callbacks sent, one entry for each try. */
	readonly deliveries: Delivery[];
	/** Its reference images, once they have been fetched. */
	references: readonly Reference[];
}

const MOST_IMAGES = 9;
const EXTENSIONS = { png: 'png', jpeg: 'jpg', webp: 'webp' } as const;

/** An id as on the service's page (`n41xxxx_flux2`). */
export const newTaskId = (): string => `n41${randomBytes(5).toString('hex')}_flux2`;

/** An id that JSON can bear as a number. */
export const newNumericTaskId = (): number => randomBytes(6).readUIntBE(0, 6);

/** Image URLs that nobody can guess, as the service needs no key for them. */
export function newImageUrls(base: string, troubles: readonly Trouble[]): string[] {
	const wanted = find('task', '<n> images', troubles)?.number ?? 1;
	const root = find('image', 'ftp', troubles) ? base.replace(/^http/, 'ftp') : base;
	const folder = find('image', 'comma in the url', troubles) ? 'images/fit=cover,q=90' : 'images';
	const extension = EXTENSIONS[formatOf(troubles)];
	return Array.from(
		{ length: Math.min(MOST_IMAGES, Math.max(1, wanted)) },
		() => `${root}/${folder}/${randomBytes(16).toString('hex')}.${extension}`,
	);
}

/** The file format of the task's images. */
export function formatOf(troubles: readonly Trouble[]): 'png' | 'jpeg' | 'webp' {
	if (find('image', 'jpeg', troubles)) return 'jpeg';
	return find('image', 'webp', troubles) ? 'webp' : 'png';
}
