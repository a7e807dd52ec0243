import type { Currency, OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import type { RefundedMoney } from '../orders/index.ts';

/** Announces a refund that no cancellation, edit, return or late payment announces. */
export const announceRefund = (tx: Tx, orderId: OrderId, currency: Currency, money: RefundedMoney): void =>
  tx.outbox.add('order.refunded', orderId, { orderId, ...money, currency });
