/** Work that one request starts and others share, such as a batch or a cached read. */
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs work outside of every request: without their logging and tracing contexts, and not as part of their transactions. Otherwise shared
 * work would belong to the request that happens to come first. Taken when this module is loaded, before any request.
 */
export const runAsSharedWork: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
