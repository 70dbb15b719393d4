import type { Chapter } from './fault.mts';
import { create } from './rows/create.mts';
import { image } from './rows/image.mts';
import { key } from './rows/key.mts';
import { limits } from './rows/limit.mts';
import { look } from './rows/look.mts';
import { many } from './rows/many.mts';
import { retry } from './rows/retry.mts';
import { stop } from './rows/stop.mts';
import { unwatched } from './rows/unwatched.mts';

/** Everything that can go wrong with money, images and the key, in the order of a task's life. */
export const matrix: Chapter[] = [create, look, image, many, stop, retry, unwatched, limits, key];
