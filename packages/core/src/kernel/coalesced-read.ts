import { createBatcher, type BatchLimits } from './batcher.ts';
import type { Core } from './core.ts';
import type { DomainError } from './domain-error.ts';

/** The limits of a coalesced read, and how it reads. */
export interface CoalescedReadOptions<I, R> extends BatchLimits {
  /** Reads for all requests with one query and returns for each, in order, its result or its refusal. Writes nothing. */
  readonly read: (key: string, requests: readonly I[]) => Promise<readonly (R | DomainError)[]>;
}

/** Reads that share queries. */
export interface CoalescedRead<I, R> {
  /** Resolves with a result that was read after the call began. Throws the refusal of the request, `BUSY`, or the error of the query. */
  read(key: string, request: I): Promise<R>;
}

/**
 * Creates a coalesced read: reads that arrive while a query of their key runs share the next query, so no result is older than its request.
 */
export const createCoalescedRead = <I, R>(
  core: Pick<Core, 'clock'>,
  { read, ...limits }: CoalescedReadOptions<I, R>,
): CoalescedRead<I, R> => {
  const { submit } = createBatcher(core, { ...limits, run: read });
  return { read: submit };
};
