import { allErrorCodes } from '../api/allErrorCodes.mts';
import type { ErrorCode } from '../../nodes/Flux2/api/errorCodes';

/** Codes that no item shows, and why. */
export const notInItems = {
	'not-created': 'only in a run that stops at its first failure, which outputs no items',
	cancelled: 'n8n drops what a stopped execution outputs',
	unexpected: 'a defect of this package',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Every error code that an item can show. With a new code the rows have to grow. */
export const errorCodesInItems = allErrorCodes.filter((code) => !(code in notInItems));
