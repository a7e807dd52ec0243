import { createBatcher, type Batcher, type BatchLimits } from './batcher.ts';
import type { Core } from './core.ts';
import type { DomainError } from './domain-error.ts';

export interface GroupCommitOptions<I, R> extends BatchLimits {
  /** Writes one batch in one transaction and returns for each request, in order, its result or its refusal. */
  readonly write: (key: string, requests: readonly I[]) => Promise<readonly (R | DomainError)[]>;
}

/**
 * Creates a group commit: writes that arrive while a batch of their key is written are written together by the next transaction. So a hot
 * row is locked once for hundreds of requests, and each request still gets its own result. `submit` resolves after the commit.
 */
export const createGroupCommit = <I, R>(core: Pick<Core, 'clock'>, { write, ...limits }: GroupCommitOptions<I, R>): Batcher<I, R> =>
  createBatcher(core, { ...limits, run: write });
