import type { FaultGroup } from './fault.mts';
import { callbacks } from './rows/callbacks.mts';
import { callbackShapes } from './rows/callbackShapes.mts';
import { create } from './rows/create.mts';
import { image } from './rows/image.mts';
import { key } from './rows/key.mts';
import { limits } from './rows/limit.mts';
import { many } from './rows/many.mts';
import { poll } from './rows/poll.mts';
import { retry } from './rows/retry.mts';
import { shapes } from './rows/shapes.mts';
import { stop } from './rows/stop.mts';

/** Everything that can go wrong with credits, images and the API key, in the order of a task's life. */
export const matrix: FaultGroup[] = [
	create,
	poll,
	image,
	many,
	stop,
	retry,
	callbacks,
	shapes,
	callbackShapes,
	limits,
	key,
];
