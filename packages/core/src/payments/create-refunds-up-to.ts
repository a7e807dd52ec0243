import type { OrderId, RefundId } from '@cartwright/contracts';
import { storableText, type Actor, type Tx } from '../kernel/index.ts';
import { lockPaidPayments } from './payment.locks.ts';
import { createRefund } from './refund-payment.ts';

/**
 * Tx step on a locked order: creates refunds of up to `amountCents`, newest payment first, and never more than is
 * refundable. Returns the refunds, which `processRefund` executes after the commit. Throws `FORBIDDEN` when something
 * is refundable and the actor may not refund.
 */
export const createRefundsUpTo = async (
  tx: Tx,
  orderId: OrderId,
  amountCents: number,
  reason: string,
  actor: Actor,
): Promise<{ refundIds: RefundId[]; refundCents: number }> => {
  const refundIds: RefundId[] = [];
  let refundCents = 0;
  for (const payment of await lockPaidPayments(tx, orderId)) {
    const part = Math.min(amountCents - refundCents, payment.capturedCents - payment.refundClaimedCents);
    if (part <= 0) continue;
    refundIds.push(await createRefund(tx, payment, part, storableText(reason, 500), actor));
    refundCents += part;
  }
  return { refundIds, refundCents };
};
