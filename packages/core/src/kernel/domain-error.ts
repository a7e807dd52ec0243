/** The one error that is thrown on purpose below the edge. */
import { errorRules, type ErrorCode, type FieldIssue } from '@cartwright/contracts';

export interface DomainErrorOptions {
  /** Facts a program can act on. Shown to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly fields?: readonly FieldIssue[];
  /** The failure is the lasting outcome of work that was done, such as a declined charge: an idempotent repeat gets it again. */
  readonly afterEffect?: boolean;
  /** The failure comes from the idempotency store, not from running again. */
  readonly replayed?: boolean;
  readonly cause?: unknown;
}

/** A refusal the caller can understand. `message` is a sentence for people and hides nothing internal. */
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

/** The same answer for what does not exist and for what belongs to somebody else. */
export const notFound = (what: string): DomainError => new DomainError('NOT_FOUND', `${what} was not found.`);
