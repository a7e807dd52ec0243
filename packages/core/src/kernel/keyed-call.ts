/** A call that runs under an idempotency key. */
import type { Claim } from './lease.ts';

/** A call as its key stores it permanently: hashes only, because personal data must not outlive its purpose. */
export interface KeyedRequest {
  /** Hash of actor, endpoint and key. */
  readonly requestKey: string;
  readonly endpoint: string;
  /** Hash of the input, salted with the key. */
  readonly fingerprint: string;
}

/** A call that holds its key. `withIdempotency` passes it on as `Core.call`; only the kernel reads more than `request` of it. */
export interface KeyedCall extends Claim {
  readonly request: KeyedRequest;
  /** The result of the call's transaction, when an earlier holder committed it and then died. */
  readonly effect: { readonly result: unknown } | null;
  /** The answer was stored with the transaction. */
  answered?: boolean;
  transacted?: boolean;
  /** The key had its effect before, and its record was deleted since. */
  repeated?: boolean;
}
