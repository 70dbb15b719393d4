import { randomBytes } from 'node:crypto';
import type { Delivery } from './callbackSender.mts';
import type { CreateRequest } from './createRequest.mts';
import type { Fault } from './faultTags.mts';
import { findFault } from './faultTags.mts';
import type { ReferenceImage } from './referenceImages.mts';
import type { TaskFailure } from './taskFailures.mts';

/** A task's ID in JSON. */
export type TaskId = string | number | bigint;

/** A task as the service knows it. Tests read it; only the sandbox changes it. */
export interface SandboxTask {
	readonly id: string;
	/** The ID as responses give it. */
	readonly responseId: TaskId;
	readonly prompt: string;
	/** The body of the create, as received. */
	readonly body: Readonly<Record<string, unknown>>;
	readonly request: CreateRequest;
	readonly faults: readonly Fault[];
	/** The URLs of its images, known before they are done. */
	readonly imageUrls: readonly string[];
	readonly createdAt: number;
	/** When its images are ready. */
	readonly readyAt: number;
	/** When its status says so; Infinity for never. */
	readonly dueAt: number;
	/** In credits, as `refunded`. */
	readonly charged: number;
	state: 'pending' | 'succeeded' | 'failed';
	completedAt?: number;
	/** How it failed. */
	failure?: TaskFailure;
	refunded: number;
	/** Requests for its status. */
	polls: number;
	/** Requests for its images. */
	downloads: number;
	/** Attempts to deliver its callbacks. */
	readonly deliveries: Delivery[];
	/** Empty until they have been downloaded. */
	referenceImages: readonly ReferenceImage[];
	/** Which of its reference images are on other machines, counted from 1: the sandbox downloads none. */
	notDownloaded: readonly number[];
}

const MAX_IMAGES = 9;
const EXTENSIONS = { png: 'png', jpeg: 'jpg', webp: 'webp' } as const;

/** The file format of an image. */
export type ImageFormat = keyof typeof EXTENSIONS;

/** An ID as on the service's page (`n41xxxx_flux2`). */
export const newTaskId = (): string => `n41${randomBytes(5).toString('hex')}_flux2`;

/** An ID that JavaScript reads as a number with all its digits. */
export const newNumericTaskId = (): number => randomBytes(6).readUIntBE(0, 6);

/** An ID of 19 digits, of which JavaScript cannot hold the last ones. */
export const newLongTaskId = (): bigint =>
	10n ** 18n + BigInt(`0x${randomBytes(7).toString('hex')}`) * 2n + 1n;

/** Image URLs that nobody can guess, as the service asks for no key there. */
export function newImageUrls(baseUrl: string, faults: readonly Fault[]): string[] {
	const count = findFault('task', '<n> images', faults)?.number ?? 1;
	const origin = findFault('image', 'ftp', faults) ? baseUrl.replace(/^http/, 'ftp') : baseUrl;
	const comma = findFault('image', 'comma in the url', faults);
	const folder = comma ? 'images/fit=cover,q=90' : 'images';
	const extension = EXTENSIONS[imageFormatFor(faults)];
	return Array.from(
		{ length: Math.min(MAX_IMAGES, Math.max(1, count)) },
		() => `${origin}/${folder}/${randomBytes(16).toString('hex')}.${extension}`,
	);
}

export function imageFormatFor(faults: readonly Fault[]): ImageFormat {
	if (findFault('image', 'jpeg', faults)) return 'jpeg';
	return findFault('image', 'webp', faults) ? 'webp' : 'png';
}
