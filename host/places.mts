import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Downloaded and built things that can be made again (git-ignored). */
export const cacheFolder = join(root, '.cache');

/** The demo with its owner and the user's own workflows (git-ignored). */
export const demoFolder = join(root, '.demo');
