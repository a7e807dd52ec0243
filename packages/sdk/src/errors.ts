/** The one error that calls throw. */
import type { ErrorCode, Problem } from '@cartwright/contracts';

/** Codes that arise on this side of the wire. */
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

/** What went wrong, in a form to branch on: `if (error.code === 'INSUFFICIENT_STOCK')`. */
export class CartwrightError extends Error {
  /** The same in every realm and after minification: for logs, and where `instanceof` does not reach. */
  override readonly name = 'CartwrightError';
  /** What went wrong: a code of the shop's closed list, or one of this side of the wire. */
  readonly code: ErrorCode | ClientErrorCode;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** `safe`: the same call may be sent again after a pause. */
  readonly retry: 'never' | 'safe';
  /** What the operator finds the call by in the logs; null when no answer came. */
  readonly requestId: string | null;
  /** Fields that are wrong, with a sentence for each. */
  readonly fields: readonly { readonly path: string; readonly message: string }[];
  /** Facts to act on, such as what is still available. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Seconds the shop asked to wait. */
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

/** The caller's own signal ended the call. */
export const aborted = (signal: AbortSignal): CartwrightError =>
  new CartwrightError({ code: 'ABORTED', message: 'The call was ended by its caller.', status: 0, retry: 'never', cause: signal.reason });

/** What the shop said, as it said it: `cause` keeps the error of the wire for tRPC's own client. */
export const refusal = (
  problem: Problem,
  about: { readonly retryAfterSeconds?: number | null; readonly cause?: unknown } = {},
): CartwrightError =>
  new CartwrightError({ code: problem.code, message: problem.detail, status: problem.status, retry: problem.retry, problem, ...about });
