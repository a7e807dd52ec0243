/** Writes `gateway_events`, the inbox of providers' events. The only writer of `gateway_events.outcome`. */
import type { PaymentId, PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, storableText, type Actor, type GatewayNotice, type Tx } from '../kernel/index.ts';
import { toStored } from './gateway-event.payload.ts';
import type { EventEnd } from './gateway-event.state.ts';

export interface EventKey {
  readonly provider: string;
  readonly eventId: string;
}

/** An attempt that failed, and the pause before the next one. */
export interface FirstFailure {
  readonly attempts: number;
  readonly pauseMs: number | null;
  readonly failure: string;
}

/** Inserts an event; with `failed` it is due again after the pause. False for an event that exists already. */
export const insertEvent = async (
  { db }: Pick<Tx, 'db'>,
  provider: PaymentProvider,
  notice: GatewayNotice,
  failed: FirstFailure | null,
): Promise<boolean> => {
  const { attempts, pauseMs, failure } = failed ?? { attempts: 0, pauseMs: null, failure: null };
  const { rows } = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, retry_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${toStored(notice)},
      ${attempts}, now() + ${pauseMs}::float8 * interval '1 millisecond', ${failure})
    on conflict do nothing returning event_id as "eventId"`.execute(db);
  return rows.length > 0;
};

/** Inserts an event that cannot be read, as dead, with its problem. False for an event that exists already. */
export const insertDeadEvent = async (
  { db }: Pick<Tx, 'db'>,
  provider: PaymentProvider,
  notice: GatewayNotice,
  problem: string,
): Promise<boolean> => {
  const { rows } = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, outcome, handled_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${toStored(notice)}, 1, 'dead', now(), ${problem})
    on conflict do nothing returning event_id as "eventId"`.execute(db);
  return rows.length > 0;
};

/** Records that an event took effect in this transaction, or that it waits and is retried after `pauseMs`. */
export const recordEventEnd = async (
  tx: Tx,
  { provider, eventId }: EventKey,
  { end, reason, pauseMs }: { readonly end: EventEnd; readonly reason: string | null; readonly pauseMs: number | null },
): Promise<void> => {
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

/** Reopens an event for another attempt, and counts at most `attempts` earlier ones. */
export const reviveEvent = async ({ db }: Pick<Tx, 'db'>, { provider, eventId }: EventKey, attempts: number): Promise<void> => {
  await sql`
    update gateway_events set outcome = 'received', handled_at = null, attempts = least(attempts, ${attempts}), retry_at = now()
    where provider = ${provider} and event_id = ${eventId} and outcome in ('dead', 'conflicting', 'orphaned', 'received')`.execute(db);
};

/** Closes conflicting events of a charge that is now recorded as a discrepancy, so that staff decide about it once. */
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
