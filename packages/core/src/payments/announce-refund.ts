import type { Currency, OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';

/** Announces a refund that no cancellation, edit, return or late payment announces. */
export const announceRefund = (tx: Tx, orderId: OrderId, { amountCents, currency }: { amountCents: number; currency: Currency }): void =>
  tx.outbox.add('order.refunded', orderId, { orderId, refundCents: amountCents, creditCents: 0, currency });
