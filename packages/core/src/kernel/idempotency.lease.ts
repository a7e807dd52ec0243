/** The lease of a call on its idempotency key, for as long as it runs. */
import { sql } from 'kysely';
import { DomainError } from './domain-error.ts';
import { createLease } from './lease.ts';

/** The error of a repeat whose first call still runs, and of a call that has lost its key to a repeat. */
export const inProgress = (): DomainError =>
  new DomainError('IDEMPOTENCY_IN_PROGRESS', 'The first request with this Idempotency-Key is still running. Send it again in a second.', {
    details: { retryAfterSeconds: 1 },
  });

/** The lease of calls on their keys. */
export const keyLease = createLease({ seconds: 60, whileOpen: sql`state = 'in_progress'`, lost: inProgress });
