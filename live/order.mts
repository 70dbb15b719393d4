import {
	priceOf,
	type Mode,
	type RequestBody,
	type Resolution,
} from '../nodes/Flux2/api/contract.ts';
import { validateInput, toRequestBody } from '../nodes/Flux2/api/request.ts';

/** The cheapest image of the price list. */
export const CHEAPEST: { mode: Mode; resolution: Resolution } = { mode: 'pro', resolution: '1K' };

export const CREDITS = priceOf(CHEAPEST.mode, CHEAPEST.resolution);

/** The price as it is said before anything is bought. One credit is about $0.01. [own] */
export const PRICE = `${CREDITS} credits by the price list (about $${(CREDITS / 100).toFixed(2)})`;

/** The one order of a live check. */
export const orderOf = (callbackUrl?: string): RequestBody =>
	toRequestBody(
		validateInput({
			prompt: 'A red fox in fresh snow, early in the morning',
			...CHEAPEST,
			aspectRatio: '1:1',
			references: [],
		}),
		[],
		callbackUrl,
	);
