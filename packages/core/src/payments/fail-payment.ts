import { sql } from 'kysely';
import { system, type Tx } from '../kernel/index.ts';
import { markOrderCancelled, shortenPaymentTime, type OrderRow } from '../orders/index.ts';
import { hasTriesLeft } from './payment.limits.ts';
import { paymentFacts, type PaymentRow } from './payment.locks.ts';
import { recordDecline, type Decline } from './payment.store.ts';

/** The code of a failed payment of which the provider charged a different amount or currency. */
export const wrongAmount = 'wrong_amount';

/**
 * Tx step on a locked payment and its locked order: the payment fails. A pending order waits for another attempt within its retry window;
 * after the last allowed decline it is cancelled, and its units are released.
 */
export const failPayment = async (tx: Tx, order: OrderRow, payment: PaymentRow, decline: Decline): Promise<void> => {
  await recordDecline(tx, payment, decline);
  const cause = decline.code === wrongAmount ? 'wrong_amount' : 'declined';
  tx.outbox.add('payment.failed', payment.id, { ...paymentFacts(payment), reason: decline.message, cause });
  if (order.status !== 'pending') return;
  if (await mayBePaid(tx, order)) await shortenPaymentTime(tx, order);
  else await markOrderCancelled(tx, order, 'payment_failed', system('settle'));
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
