/** The rules about the money of an order. */
import type { OrderId } from '@cartwright/contracts';
import { DomainError, type Reader } from '../kernel/index.ts';
import { readOrderMoney } from '../read-models/order-money.ts';

/**
 * Money that a change of an order returns to its buyer, as events name it: `creditCents` is the part of `refundCents` that is
 * store credit.
 */
export interface RefundedMoney {
  readonly refundCents: number;
  readonly creditCents: number;
}
/** Nothing was paid back. */
export const nothingRefunded: RefundedMoney = { refundCents: 0, creditCents: 0 };

/** Throws `ORDER_REFUNDED` or `PAYMENT_DISPUTED` for a locked order whose money the shop does not have. */
export const assertStillPaid = async (reader: Pick<Reader, 'db'>, orderId: OrderId): Promise<void> => {
  const money = await readOrderMoney(reader, orderId);
  if (money.refunded) throw new DomainError('ORDER_REFUNDED', 'This order was fully refunded. Cancel it to release its units.');
  if (money.disputed)
    throw new DomainError('PAYMENT_DISPUTED', 'The payment of this order is disputed. Wait until the bank decides in favour of the shop.');
};
