/** Writes `gateway_events`, the inbox of providers' events. The only writer of `gateway_events.outcome`. */
import type { PaymentId, PaymentProvider } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type InsertObject } from 'kysely';
import { actorName, now, secondsFromNow, storableText, type Actor, type GatewayNotice, type Tx } from '../kernel/index.ts';
import { aboutText, eventColumns } from './gateway-event.payload.ts';
import type { EventEnd } from './gateway-event.state.ts';

/** What identifies an event. */
export interface EventKey {
  readonly provider: PaymentProvider;
  readonly eventId: string;
}

/** An attempt that failed, and the pause before the next one. */
export interface FirstFailure {
  readonly attempts: number;
  readonly pauseMs: number | null;
  readonly failure: string;
}

/** When an event is retried; null for never. */
const retryAfter = (pauseMs: number | null) => (pauseMs === null ? null : secondsFromNow(pauseMs / 1_000));

const insert = async ({ db }: Pick<Tx, 'db'>, row: InsertObject<Database, 'gateway_events'>): Promise<boolean> => {
  const inserted = await db
    .insertInto('gateway_events')
    .values(row)
    .onConflict((oc) => oc.doNothing())
    .returning('eventId')
    .executeTakeFirst();
  return inserted !== undefined;
};

/** Inserts an event; with `failed` it is due again after the pause. False for an event that exists already. */
export const insertEvent = (
  tx: Pick<Tx, 'db'>,
  provider: PaymentProvider,
  notice: GatewayNotice,
  failed: FirstFailure | null,
): Promise<boolean> => {
  const { attempts, pauseMs, failure } = failed ?? { attempts: 0, pauseMs: null, failure: null };
  return insert(tx, { ...eventColumns(provider, notice), attempts, retryAt: retryAfter(pauseMs), lastError: failure });
};

/** Inserts an event that cannot be read, as dead, with its problem. False for an event that exists already. */
export const insertDeadEvent = (tx: Pick<Tx, 'db'>, provider: PaymentProvider, notice: GatewayNotice, problem: string): Promise<boolean> =>
  insert(tx, { ...eventColumns(provider, notice), attempts: 1, outcome: 'dead', handledAt: now, lastError: problem });

/** Changes an event that has not taken effect. */
const changeOpenEvent = ({ db }: Pick<Tx, 'db'>, { provider, eventId }: EventKey) =>
  db.updateTable('gateway_events').where('provider', '=', provider).where('eventId', '=', eventId).where('handledAt', 'is', null);

/** Records that an event took effect in this transaction, or that it waits and is retried after `pauseMs`. */
export const recordEventEnd = async (
  tx: Tx,
  key: EventKey,
  { end, reason, pauseMs }: { readonly end: EventEnd; readonly reason: string | null; readonly pauseMs: number | null },
): Promise<void> => {
  await changeOpenEvent(tx, key)
    .set((eb) => ({
      outcome: end,
      handledAt: pauseMs === null ? now : null,
      attempts: eb('attempts', '+', 1),
      lastError: reason,
      retryAt: retryAfter(pauseMs),
    }))
    .execute();
};

/** Records a failed event: it is retried after `pauseMs`; null makes it `dead`. */
export const recordEventFailure = async (
  tx: Pick<Tx, 'db'>,
  key: EventKey,
  { counts, pauseMs, error }: { readonly counts: number; readonly pauseMs: number | null; readonly error: unknown },
): Promise<void> => {
  await changeOpenEvent(tx, key)
    .set((eb) => ({
      attempts: eb('attempts', '+', counts),
      lastError: storableText(String(error), 2_000),
      retryAt: retryAfter(pauseMs),
      ...(pauseMs === null && { outcome: 'dead', handledAt: now }),
    }))
    .execute();
};

/** Reopens an event for another attempt, and counts at most `attempts` earlier ones. */
export const reviveEvent = async ({ db }: Pick<Tx, 'db'>, { provider, eventId }: EventKey, attempts: number): Promise<void> => {
  await db
    .updateTable('gateway_events')
    .set((eb) => ({
      outcome: 'received',
      handledAt: null,
      attempts: eb.fn<number>('least', ['attempts', eb.val(attempts)]),
      retryAt: now,
    }))
    .where('provider', '=', provider)
    .where('eventId', '=', eventId)
    .where('outcome', 'in', ['dead', 'conflicting', 'orphaned', 'received'])
    .execute();
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
  await tx.db
    .updateTable('gateway_events')
    .set({ resolvedAt: now, resolvedBy: 'system:settle', resolution: 'The charge is listed with what the provider says.' })
    .where('provider', '=', (eb) => eb.selectFrom('payments').select('provider').where('id', '=', paymentId))
    .where('gatewayReference', '=', reference)
    .where('outcome', '=', sql.lit('conflicting'))
    .where('resolvedAt', 'is', null)
    .where(aboutText('subject'), '=', 'charge')
    .where((eb) => eb(eb.cast<number>(aboutText('amountCents'), 'bigint'), '=', amountCents))
    .where(aboutText('currency'), '=', currency)
    .execute();
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
  await db
    .updateTable('gateway_events as e')
    .set((eb) => ({
      resolvedAt: now,
      resolvedBy: actorName(actor),
      resolution,
      outcome: eb
        .case()
        .when('handledAt', 'is', null)
        .then('dead' as const)
        .else(eb.ref('outcome'))
        .end(),
      handledAt: eb.fn.coalesce('handledAt', now),
      retryAt: null,
    }))
    .where('provider', '=', provider)
    .where('resolvedAt', 'is', null)
    .where((eb) => {
      const orphaned = eb
        .selectFrom('gateway_events as x')
        .select('x.eventId')
        .whereRef('x.provider', '=', 'e.provider')
        .where('x.eventId', '=', eventId)
        .where('x.outcome', '=', 'orphaned')
        .whereRef('x.gatewayReference', '=', 'e.gatewayReference');
      return eb.or([eb('eventId', '=', eventId), eb.and([eb('outcome', '=', 'orphaned'), eb.exists(orphaned)])]);
    })
    .execute();
};
