/**
 * The inbox of providers' events: the only functions that write `gateway_events.outcome`. An event is `received` until its
 * effect has happened (`applied`, `ignored`, `orphaned`) or has failed too often (`dead`), from where staff may try it once more.
 */
import { sql } from 'kysely';
import type { Core, Tx } from '../kernel/index.ts';
import type { NoticeResult } from './apply-notice.ts';

export interface EventKey {
  readonly provider: string;
  readonly eventId: string;
}

/** Tx step: the effect of an event has happened, in this very transaction. */
export const recordEventEnd = async (tx: Tx, { provider, eventId }: EventKey, end: NoticeResult): Promise<void> => {
  await sql`
    update gateway_events set outcome = ${end}, handled_at = now(), attempts = attempts + 1, retry_at = null, last_error = null
    where provider = ${provider} and event_id = ${eventId} and outcome = 'received'`.execute(tx.db);
};

/** The effect of an event failed: it is tried again after a growing pause, or never when it is `dead`. */
export const recordEventFailure = async (
  { db }: Pick<Core, 'db'>,
  { provider, eventId }: EventKey,
  { counts, dead, error }: { readonly counts: number; readonly dead: boolean; readonly error: unknown },
): Promise<void> => {
  await sql`
    update gateway_events set attempts = attempts + ${counts}, last_error = ${String(error)},
      retry_at = case when ${dead} then null else now() + least(interval '30 seconds' * power(2, attempts), interval '1 hour') end,
      outcome = case when ${dead} then 'dead' else outcome end, handled_at = case when ${dead} then now() else null end
    where provider = ${provider} and event_id = ${eventId} and outcome = 'received'`.execute(db);
};

/** Gives a dead event one more try, at once. */
export const reviveEvent = async ({ db }: Pick<Core, 'db'>, { provider, eventId }: EventKey): Promise<void> => {
  await sql`
    update gateway_events set outcome = 'received', handled_at = null, attempts = greatest(0, attempts - 1), retry_at = now()
    where provider = ${provider} and event_id = ${eventId} and outcome = 'dead'`.execute(db);
};
