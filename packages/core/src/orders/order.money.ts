/** How much an order's charges and store credit paid, and how much of it is left. */
import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Reader } from '../kernel/index.ts';

export interface OrderMoney {
  /** Captured from the order's own charges, and taken from gift cards and store credit. */
  readonly paidCents: number;
  /** Paid and not refunded; pending refunds count as refunded. */
  readonly leftCents: number;
  /** Whether a charge of the order has an open or lost dispute. */
  readonly disputed: boolean;
}

/** Money that a change of an order returns to its buyer, as events name it: `creditCents` is the part of `refundCents` that is store credit. */
export interface MoneyBack {
  readonly refundCents: number;
  readonly creditCents: number;
}
export const noMoneyBack: MoneyBack = { refundCents: 0, creditCents: 0 };

/** Reads how much of an order's money is not refunded. In a transaction the caller has locked the order. */
export const readOrderMoney = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderMoney> => {
  const { rows } = await sql<OrderMoney>`
    select (charged.paid + credit.paid)::bigint as "paidCents", (charged.left_over + credit.left_over)::bigint as "leftCents", charged.disputed
    from (select coalesce(sum(captured_cents), 0) as paid, coalesce(sum(captured_cents - refund_claimed_cents), 0) as left_over, coalesce(bool_or(status = 'disputed'), false) as disputed
        from payments where order_id = ${orderId} and superseded_at is null) charged,
      (select coalesce(sum(amount_cents), 0) as paid, coalesce(sum(amount_cents - returned_cents), 0) as left_over from order_credits where order_id = ${orderId}) credit`.execute(
    db,
  );
  return rows[0] ?? { paidCents: 0, leftCents: 0, disputed: false };
};

/** Whether the order was fully refunded. A free order never counts as refunded. */
export const isRefunded = ({ paidCents, leftCents }: Pick<OrderMoney, 'paidCents' | 'leftCents'>): boolean =>
  paidCents > 0 && leftCents === 0;

/** Throws `ORDER_REFUNDED` or `PAYMENT_DISPUTED` for a locked order whose money the shop does not have. */
export const assertStillPaid = async (reader: Pick<Reader, 'db'>, orderId: OrderId): Promise<void> => {
  const money = await readOrderMoney(reader, orderId);
  if (isRefunded(money)) throw new DomainError('ORDER_REFUNDED', 'This order was fully refunded. Cancel it to release its units.');
  if (money.disputed)
    throw new DomainError('PAYMENT_DISPUTED', 'The payment of this order is disputed. Wait until the bank decides in favour of the shop.');
};
