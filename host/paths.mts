import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Downloads, builds and logs; can be deleted at any time (git-ignored). */
export const cacheFolder = join(root, '.cache');

/** The demo's n8n user folder, with the user's own workflows (git-ignored). */
export const demoFolder = join(root, '.demo');
