/** The error that all calls throw. */
import type { ErrorCode, Problem } from '@cartwright/contracts';

/** Error codes of the client itself. */
export type ClientErrorCode = 'TIMEOUT' | 'ABORTED' | 'UNREACHABLE' | 'UNEXPECTED_ANSWER' | 'WAITING_PLACE_USED';

interface ErrorInit {
  readonly code: ErrorCode | ClientErrorCode;
  readonly message: string;
  readonly status: number;
  readonly retry: 'never' | 'safe';
  readonly requestId?: string | null;
  readonly problem?: Problem;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number | null;
  readonly cause?: unknown;
}

/** Error of a call. Branch on its code: `if (error.code === 'INSUFFICIENT_STOCK')`. */
export class CartwrightError extends Error {
  /** Constant across realms and after minification: for logs, and where `instanceof` does not work. */
  override readonly name = 'CartwrightError';
  /** Error code: one of the shop's list, or one of the client. */
  readonly code: ErrorCode | ClientErrorCode;
  /** HTTP status; 0 without a response. */
  readonly status: number;
  /** `safe`: the same call may be sent again after a pause. */
  readonly retry: 'never' | 'safe';
  /** Request id, by which the operator finds the call in the logs; null without a response. */
  readonly requestId: string | null;
  /** Invalid fields, with a message for each. */
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  /** Facts for programs, such as the units still available. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds to wait before a retry, as requested by the shop; null if it requested none. */
  readonly retryAfterSeconds: number | null;

  constructor(init: ErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.status = init.status;
    this.retry = init.retry;
    this.requestId = (init.problem?.instance || init.requestId) ?? null;
    this.fields = init.problem?.fields ?? [];
    this.details = init.problem?.details ?? init.details ?? {};
    this.retryAfterSeconds = init.retryAfterSeconds ?? null;
  }
}

/** Error of a call that the caller's signal aborted. */
export const aborted = (signal: AbortSignal): CartwrightError =>
  new CartwrightError({ code: 'ABORTED', message: 'The call was aborted by its caller.', status: 0, retry: 'never', cause: signal.reason });

/** Converts a problem of the shop to an error. `cause` keeps the original error for tRPC's client. */
export const refusal = (
  problem: Problem,
  about: { readonly retryAfterSeconds?: number | null; readonly cause?: unknown } = {},
): CartwrightError =>
  new CartwrightError({ code: problem.code, message: problem.detail, status: problem.status, retry: problem.retry, problem, ...about });
