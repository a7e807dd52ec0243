/** How much an order's charges and store credit paid, and how much of it is left. */
import type { OrderId } from '@cartwright/contracts';
import { sumOf, type Reader } from '../kernel/index.ts';

/** What was paid and what is left of it. */
export interface OrderMoney {
  /** Captured from the order's own charges, and taken from gift cards and store credit. */
  readonly paidCents: number;
  /** Paid and not refunded; pending refunds count as refunded. */
  readonly leftCents: number;
  /** Whether a charge of the order has an open or lost dispute. */
  readonly disputed: boolean;
}

/** Reads how much of an order's money is not refunded. In a transaction the caller has locked the order. */
export const readOrderMoney = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderMoney> => {
  const charged = db
    .selectFrom('payments')
    .select((eb) => [
      sumOf(eb.ref('capturedCents')).as('paidCents'),
      sumOf(eb('capturedCents', '-', eb.ref('refundClaimedCents'))).as('leftCents'),
      eb.fn.coalesce(eb.fn<boolean>('bool_or', [eb('status', '=', 'disputed')]), eb.lit(false)).as('disputed'),
    ])
    .where('orderId', '=', orderId)
    .where('supersededAt', 'is', null);
  const credit = db
    .selectFrom('order_credits')
    .select((eb) => [sumOf(eb.ref('amountCents')).as('paidCents'), sumOf(eb('amountCents', '-', eb.ref('returnedCents'))).as('leftCents')])
    .where('orderId', '=', orderId);
  return db
    .selectFrom([charged.as('charged'), credit.as('credit')])
    .select((eb) => [
      eb('charged.paidCents', '+', eb.ref('credit.paidCents')).as('paidCents'),
      eb('charged.leftCents', '+', eb.ref('credit.leftCents')).as('leftCents'),
      'charged.disputed',
    ])
    .executeTakeFirstOrThrow();
};
