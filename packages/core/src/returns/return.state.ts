/** The statuses of a return: the allowed transitions, and the only functions that write `order_returns.status`. */
import type { ReturnStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, transitionsOf, type Actor, type Tx } from '../kernel/index.ts';
import type { ReturnRow } from './return.locks.ts';

/**
 * An approved return may still be refused until it arrives. When its order is cancelled, its shipped units are in
 * transit; a parcel may arrive after it was written off.
 */
export const returnTransitions = {
  requested: ['approved', 'rejected', 'in_transit'],
  approved: ['rejected', 'received', 'in_transit'],
  rejected: [],
  in_transit: ['received', 'written_off'],
  written_off: ['received'],
  received: [],
} as const satisfies Record<ReturnStatus, readonly ReturnStatus[]>;

const { assertTransition } = transitionsOf<ReturnStatus>('A return', returnTransitions);

const step = async (tx: Tx, back: ReturnRow, to: ReturnStatus, more: RawBuilder<unknown>): Promise<void> => {
  assertTransition(back.status, to);
  await sql`update order_returns set status = ${to}, ${more} where id = ${back.id} and status = ${back.status}`.execute(tx.db);
};

/** Records the decision of staff on a locked return. */
export const recordDecision = (tx: Tx, back: ReturnRow, to: 'approved' | 'rejected', actor: Actor, note: string | null): Promise<void> =>
  step(tx, back, to, sql`decision_note = ${note}, decided_by = ${actorName(actor)}, decided_at = now()`);

/** Records that the order of a locked return was cancelled: its units are expected for `returnTransitDays`. */
export const recordTransit = (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> =>
  step(
    tx,
    back,
    'in_transit',
    sql`due_at = now() + make_interval(days => ${tx.config.returnTransitDays}), decided_by = coalesce(decided_by, ${actorName(actor)}), decided_at = coalesce(decided_at, now())`,
  );

/** Records that the units of a locked return will not arrive. */
export const recordWriteOff = (tx: Tx, back: ReturnRow, actor: Actor): Promise<void> =>
  step(tx, back, 'written_off', sql`written_off_at = now(), written_off_by = ${actorName(actor)}`);

/** Records that a locked return has arrived, with the amounts refunded to payments and returned to store credit. */
export const recordArrival = (
  tx: Tx,
  back: ReturnRow,
  { refundCents, creditCents }: { readonly refundCents: number; readonly creditCents: number },
  actor: Actor,
): Promise<void> =>
  step(
    tx,
    back,
    'received',
    sql`received_at = now(), received_by = ${actorName(actor)}, refund_cents = ${refundCents}, store_credit_cents = ${creditCents}`,
  );
