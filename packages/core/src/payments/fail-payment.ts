import { sql } from 'kysely';
import { system, type Tx } from '../kernel/index.ts';
import { markOrderCancelled, shortenPaymentTime, type NewExpiry, type OrderRow } from '../orders/index.ts';
import { hasTriesLeft } from './payment.limits.ts';
import { paymentFacts, type PaymentRow } from './payment.row.ts';
import { recordDecline, type Decline } from './payment.store.ts';

/** The code of a failed payment of which the provider charged a different amount or currency. */
export const wrongAmount = 'wrong_amount';

/** What the failure of a payment wrote. */
export interface Failure {
  readonly decline: Decline;
  /** Whether it was the last allowed decline, so that the order was cancelled. */
  readonly isCancelled: boolean;
  /** The new expiry of the order; null when it stays. */
  readonly newExpiry: NewExpiry | null;
}

/**
 * Tx step on a locked payment and its locked order: the payment fails. A pending order waits for another attempt within its retry window;
 * after the last allowed decline it is cancelled, and its units are released.
 */
export const failPayment = async (tx: Tx, order: OrderRow, payment: PaymentRow, decline: Decline): Promise<Failure> => {
  await recordDecline(tx, payment, decline);
  const cause = decline.code === wrongAmount ? 'wrong_amount' : 'declined';
  tx.outbox.add('payment.failed', payment.id, { ...paymentFacts(payment), reason: decline.message, cause });
  if (order.status !== 'pending') return { decline, isCancelled: false, newExpiry: null };
  if (await mayBePaid(tx, order)) return { decline, isCancelled: false, newExpiry: await shortenPaymentTime(tx, order) };
  await markOrderCancelled(tx, order, 'payment_failed', system('settle'));
  return { decline, isCancelled: true, newExpiry: null };
};

/** Whether a locked order may have another attempt, or has an undecided one. */
const mayBePaid = async (tx: Tx, { id }: OrderRow): Promise<boolean> => {
  const { open } = await tx.db
    .selectNoFrom(({ exists, or, selectFrom }) => {
      const undecided = selectFrom('payments').select('id').where('orderId', '=', id).where('status', '=', sql.lit('pending'));
      return or([hasTriesLeft(tx, id), exists(undecided)]).as('open');
    })
    .executeTakeFirstOrThrow();
  return open === true;
};
