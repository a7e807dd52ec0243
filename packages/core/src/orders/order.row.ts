/** The row of an order, as rules read it: with a lock from `order.locks.ts`, or without one. */
import type { CancellationReason, CartId, Currency, OrderId, OrderStatus, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { columnsAs, notFound, type Actor, type Reader } from '../kernel/index.ts';

/** An order without its lines. */
export interface OrderRow {
  readonly id: OrderId;
  readonly orderNumber: string;
  /** Null for an order that was bought in one call. */
  readonly cartId: CartId | null;
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
  readonly status: OrderStatus;
  readonly cancellationReason: CancellationReason | null;
  readonly currency: Currency;
  readonly totalCents: number;
  readonly taxCents: number;
  /** The part that gift cards and store credit paid at the checkout. */
  readonly storeCreditCents: number;
  /** The part left for a payment at the checkout. */
  readonly dueCents: number;
  readonly itemCount: number;
  readonly shippedCount: number;
  readonly returnedCount: number;
  /** The price of shipping, including tax that is added to it. */
  readonly shippingPaidCents: number;
  readonly checkoutKey: string;
  /** Hash of the request that placed the order; null for orders from before it was stored. */
  readonly checkoutFingerprint: string | null;
  readonly paid: boolean;
  /** When staff deleted the order; null for every other order. */
  readonly archivedAt: Date | null;
  /** The version of the order: every change of it moves this time, except a note. */
  readonly updatedAt: Date;
}

const stored = columnsAs<'orders'>('orders', [
  'id',
  'orderNumber',
  'cartId',
  'userId',
  'guestTokenHash',
  'status',
  'cancellationReason',
  'currency',
  'totalCents',
  'taxCents',
  'storeCreditCents',
  'itemCount',
  'shippedCount',
  'returnedCount',
  'checkoutKey',
  'checkoutFingerprint',
  'archivedAt',
  'updatedAt',
]);

/** SQL: the columns of an `OrderRow`. */
export const orderColumns = sql`${stored}, total_cents - store_credit_cents as "dueCents",
  shipping_cents + case when tax_included then 0 else shipping_tax_cents end as "shippingPaidCents", paid_at is not null as paid`;

/**
 * Reads an order's row without a lock, whoever it belongs to: the caller checks that with `assertMaySee`. Throws `NOT_FOUND`; the actor
 * only decides which hint the error has, so that it is the one of `assertMaySee`.
 */
export const getOrderRow = async ({ db }: Pick<Reader, 'db'>, orderId: string, actor?: Actor): Promise<OrderRow> => {
  const { rows } = await sql<OrderRow>`select ${orderColumns} from orders where id = ${orderId}`.execute(db);
  if (!rows[0]) throw notFound('This order', orderId, actor);
  return rows[0];
};
