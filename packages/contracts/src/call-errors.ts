/** Which error codes a call of a procedure can return. OpenAPI, the reference and the page of errors are derived from these lists. */
import type { ErrorCode } from './errors.ts';
import { isOpenToGuests, scopesOfAccess, type ProcedureContract } from './procedure.ts';
import { errorCodesOf } from './validation.ts';

/** Codes that every call can return: from its input, its budget, and a database that is unavailable or not migrated. */
export const errorsOfEveryCall: readonly ErrorCode[] = [
  'INVALID_INPUT',
  'UNKNOWN_FIELD',
  'RATE_LIMITED',
  'INTERNAL',
  'SERVICE_UNAVAILABLE',
  'NOT_MIGRATED',
];

/** Codes of a request that no procedure has read, whatever it calls. */
export const errorsOfRequests: readonly ErrorCode[] = [
  'MALFORMED_BODY',
  'BATCH_TOO_LARGE',
  'METHOD_NOT_ALLOWED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];

/** Codes of calls with an access token. A token that is not valid is refused also where none is needed. */
const errorsOfTokens = ['INVALID_TOKEN', 'ACCOUNT_INACTIVE'] as const;

/** Codes of calls with an `Idempotency-Key`. Keys are written by group commits, which answer `BUSY` when too many wait. */
const errorsOfKeys = [
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_RESPONSE_GONE',
  'BUSY',
] as const;

/** Registration, sign-in and refresh ignore the access token, because they replace it. */
export const ignoresToken = ({ access, budget }: ProcedureContract): boolean => access === 'public' && budget === 'auth';

/** Every code that a call of a procedure can return, each once, apart from `errorsOfRequests`. */
export const errorsOfCall = (entry: ProcedureContract): ErrorCode[] => {
  const keyed = entry.kind === 'mutation' ? entry.idempotency : undefined;
  return [
    ...new Set<ErrorCode>([
      ...errorsOfEveryCall,
      ...(ignoresToken(entry) ? [] : errorsOfTokens),
      ...(isOpenToGuests(entry.access) ? [] : (['UNAUTHENTICATED'] as const)),
      ...(scopesOfAccess(entry.access).length > 0 || entry.alsoNeeds ? (['FORBIDDEN'] as const) : []),
      ...(keyed ? errorsOfKeys : []),
      ...(keyed === 'required' ? (['IDEMPOTENCY_KEY_REQUIRED'] as const) : []),
      ...errorCodesOf(entry.input),
      ...(entry.errors ?? []),
    ]),
  ];
};
