/** The errors that are thrown on purpose below the HTTP layer. */
import { errorRules, type ErrorCode, type ErrorDetails, type FieldIssue } from '@cartwright/contracts';

/** What an error tells besides its code and message. */
export interface DomainErrorOptions<C extends ErrorCode = ErrorCode> {
  /** Facts for programs, as `errorDetails` of the contract describes them. Shown to the caller. */
  readonly details?: ErrorDetails<C>;
  readonly fields?: readonly FieldIssue[];
  /** The failure is the stored outcome of completed work, such as a declined charge: an idempotent repeat gets it again. */
  readonly afterEffect?: boolean;
  /** The failure is replayed from the idempotency store. */
  readonly replayed?: boolean;
  readonly cause?: unknown;
}
type WithoutDetails = Omit<DomainErrorOptions, 'details'> & { readonly details?: never };
/** A code, a sentence, and options whose details fit the code. A code that is known at run time only has no details. */
type Refusal =
  | { readonly [C in ErrorCode]: readonly [code: C, message: string, options?: DomainErrorOptions<C>] }[ErrorCode]
  | readonly [code: ErrorCode, message: string, options?: WithoutDetails];

/** A refusal the caller can understand. `message` is a sentence for people and contains nothing internal. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly fields: readonly FieldIssue[] | undefined;
  readonly afterEffect: boolean;
  readonly replayed: boolean;

  constructor(...[code, message, options = {}]: Refusal) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.fields = options.fields;
    this.afterEffect = options.afterEffect ?? false;
    this.replayed = options.replayed ?? false;
  }

  /** For a code that is known at run time only. */
  static of<C extends ErrorCode>(code: C, message: string, options?: DomainErrorOptions<C>): DomainError {
    return new DomainError(...([code, message, options] as unknown as Refusal));
  }

  get status(): number {
    return errorRules[this.code].status;
  }
}

/** The details of an error with this code; undefined for another error. */
export const detailsOf = <C extends ErrorCode>(error: unknown, code: C): ErrorDetails<C> | undefined =>
  error instanceof DomainError && error.code === code ? (error.details as ErrorDetails<C>) : undefined;

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
