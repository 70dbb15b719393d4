import { createRequire } from 'node:module';
import type * as BackendCommon from '@n8n/backend-common';
import type * as BackendNetwork from '@n8n/backend-network';
import type * as Di from '@n8n/di';

/**
 * n8n-core's own copies of its dependencies. npm may install other versions of the same packages at
 * the top level, whose container does not have n8n-core's services.
 */
const core = createRequire(createRequire(import.meta.url).resolve('n8n-core'));

export const { Container } = core('@n8n/di') as typeof Di;
export const { Logger } = core('@n8n/backend-common') as typeof BackendCommon;
export const { parseIncomingMessage } = core('@n8n/backend-network') as typeof BackendNetwork;
