/**
 * The inbox of providers' events: the only functions that write `gateway_events.outcome`. An event is stored as `received` until it
 * has taken effect or has failed too often (`dead`), or as `waiting` until its subject is recorded. It ends as `applied` or `ignored`,
 * or as `orphaned`, `conflicting` or `dead`, which staff resolve and may retry once more.
 */
import type { PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { retries } from '../jobs/index.ts';
import { actorName, nextAttempt, storableText, type Actor, type Tx } from '../kernel/index.ts';

export type EventEnd = 'applied' | 'ignored' | 'orphaned' | 'conflicting' | 'waiting';

export interface EventKey {
  readonly provider: string;
  readonly eventId: string;
}

/** How many minutes an event may wait for its payment before staff must decide. */
export const waitMinutes = 15;

/**
 * Tx step: records that an event took effect in this transaction, or that it waits and is retried after a growing delay.
 * `attempts` is the number of earlier attempts.
 */
export const recordEventEnd = async (
  tx: Tx,
  { provider, eventId }: EventKey,
  { end, reason, attempts }: { readonly end: EventEnd; readonly reason: string | null; readonly attempts: number },
): Promise<void> => {
  const pauseMs = end === 'waiting' ? nextAttempt(retries.earlyProviderEvent, attempts + 1) : null;
  await sql`
    update gateway_events set outcome = ${end}, handled_at = case when ${pauseMs}::float8 is null then now() end, attempts = attempts + 1, last_error = ${reason},
      retry_at = now() + ${pauseMs}::float8 * interval '1 millisecond'
    where provider = ${provider} and event_id = ${eventId} and handled_at is null`.execute(tx.db);
};

/** Records a failed event: it is retried after `pauseMs`; null makes it `dead`. */
export const recordEventFailure = async (
  { db }: Pick<Tx, 'db'>,
  { provider, eventId }: EventKey,
  { counts, pauseMs, error }: { readonly counts: number; readonly pauseMs: number | null; readonly error: unknown },
): Promise<void> => {
  const dead = pauseMs === null;
  await sql`
    update gateway_events set attempts = attempts + ${counts}, last_error = ${storableText(String(error), 2_000)},
      retry_at = now() + ${pauseMs}::float8 * interval '1 millisecond',
      outcome = case when ${dead} then 'dead' else outcome end, handled_at = case when ${dead} then now() else null end
    where provider = ${provider} and event_id = ${eventId} and handled_at is null`.execute(db);
};

/** Reopens an event for another attempt. */
export const reviveEvent = async ({ db }: Pick<Tx, 'db'>, { provider, eventId }: EventKey): Promise<void> => {
  await sql`
    update gateway_events set outcome = 'received', handled_at = null, attempts = least(attempts, ${retries.providerEvent.attempts - 1}), retry_at = now()
    where provider = ${provider} and event_id = ${eventId} and outcome in ('dead', 'conflicting', 'orphaned', 'received')`.execute(db);
};

/** Tx step: closes conflicting events of a charge that is now recorded as a discrepancy, so that staff decide about it once. */
export const closeConflictsOnRecord = async (
  tx: Tx,
  {
    paymentId,
    reference,
    amountCents,
    currency,
  }: { readonly paymentId: PaymentId; readonly reference: string; readonly amountCents: number; readonly currency: string },
): Promise<void> => {
  await sql`
    update gateway_events set resolved_at = now(), resolved_by = 'system:settle', resolution = 'The charge is listed with what the provider says.'
    where provider = (select provider from payments where id = ${paymentId}) and gateway_reference = ${reference} and outcome = 'conflicting' and resolved_at is null
      and payload -> 'about' ->> 'subject' = 'charge' and (payload -> 'about' ->> 'amountCents')::bigint = ${amountCents} and payload -> 'about' ->> 'currency' = ${currency}`.execute(
    tx.db,
  );
};

/**
 * Closes an event that staff has resolved. For an unknown charge all its events are closed, because the list shows one
 * line for them. A closed event is not retried.
 */
export const resolveEvent = async (
  { db }: Pick<Tx, 'db'>,
  actor: Actor,
  { provider, eventId }: EventKey,
  resolution: string,
): Promise<void> => {
  await sql`
    update gateway_events e set resolved_at = now(), resolved_by = ${actorName(actor)}, resolution = ${resolution},
      outcome = case when handled_at is null then 'dead' else outcome end, handled_at = coalesce(handled_at, now()), retry_at = null
    where provider = ${provider} and resolved_at is null and (event_id = ${eventId} or (outcome = 'orphaned' and exists (
      select 1 from gateway_events x where x.provider = e.provider and x.event_id = ${eventId} and x.outcome = 'orphaned' and x.gateway_reference = e.gateway_reference)))`.execute(
    db,
  );
};
