/** The errors that are thrown on purpose below the HTTP layer. */
import { errorRules, type ErrorCode, type FieldIssue } from '@cartwright/contracts';

export interface DomainErrorOptions {
  /** Details a program can act on. Shown to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly fields?: readonly FieldIssue[];
  /** The failure is the stored outcome of completed work, such as a declined charge: an idempotent repeat gets it again. */
  readonly afterEffect?: boolean;
  /** The failure is replayed from the idempotency store. */
  readonly replayed?: boolean;
  readonly cause?: unknown;
}

/** A refusal the caller can understand. `message` is a sentence for people and contains nothing internal. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly fields: readonly FieldIssue[] | undefined;
  readonly afterEffect: boolean;
  readonly replayed: boolean;

  constructor(code: ErrorCode, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.fields = options.fields;
    this.afterEffect = options.afterEffect ?? false;
    this.replayed = options.replayed ?? false;
  }

  get status(): number {
    return errorRules[this.code].status;
  }
}

/**
 * Codes of refusals that no client gets, because no procedure runs into them:
 * - `LEASE_LOST`: a worker works on a row that was cancelled or that another worker has taken over
 * - `CONSUMER_ACTIVE`: the command line is to retire a consumer that a running worker handles
 */
export type InternalCode = 'LEASE_LOST' | 'CONSUMER_ACTIVE';

/** A refusal for workers and the command line. Over HTTP it would be a defect: the client gets `INTERNAL`. */
export class InternalRefusal extends Error {
  override readonly name = 'InternalRefusal';
  readonly code: InternalCode;

  constructor(code: InternalCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether the work was cancelled, or another worker has taken it over. */
export const isLeaseLost = (error: unknown): boolean => error instanceof InternalRefusal && error.code === 'LEASE_LOST';
