/** The refusals of values that must be unique. Each says what is taken and what to do next. */
import type { ErrorCode } from '@cartwright/contracts';
import { DomainError, type DomainErrorOptions } from './domain-error.ts';

type TakenCode = Extract<ErrorCode, `${string}_TAKEN`>;

/** The refusal as data, for reports: `claim` says what is taken, `next` what to do. Both are sentences. */
export const takenRefusal = (code: TakenCode, claim: string, next: string): { readonly code: TakenCode; readonly message: string } => ({
  code,
  message: `${claim} ${next}`,
});

/** The error for a value that is taken: `claim` says what is taken, `next` what to do. Both are sentences. */
export const taken = <C extends TakenCode>(code: C, claim: string, next: string, options?: DomainErrorOptions<C>): DomainError =>
  DomainError.of(code, takenRefusal(code, claim, next).message, options);

/** Names a value in a message: "the SKU A-1", or "this SKU" when it is not known. */
const namedBy = (what: string, value: string | null): string => (value === null ? `this ${what}` : `the ${what} ${value}`);

interface TakenField {
  /** What has the value: `product`. */
  readonly thing: string;
  readonly field: string;
  /** Null when the database does not name it. */
  readonly value: string | null;
  /** Path of the field in the request, by default its name; null when only the caller knows which of several records has the value. */
  readonly path?: string | null;
  /** Among which things the value is unique, such as `with the same parent`; all by default. */
  readonly among?: string;
}

/** The error for a field whose value another record has. It names the field, unless `path` is null. */
export const takenField = <C extends TakenCode>(
  code: C,
  { thing, field, value, among, path = field }: TakenField,
  options?: DomainErrorOptions<C>,
): DomainError =>
  taken(
    code,
    `Another ${thing}${among === undefined ? '' : ` ${among}`} already has ${namedBy(field, value)}.`,
    `Choose another ${field}, or open that ${thing} to edit it.`,
    {
      ...(path !== null && { fields: [{ path, message: `is already the ${field} of another ${thing}` }] }),
      ...options,
    },
  );
