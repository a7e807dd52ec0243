/** Tx steps that decide an order: paid or cancelled. Each needs a locked order. */
import type { CancellationReason, OrderReturnId, VariantId } from '@cartwright/contracts';
import { commitOrderStock, releaseOrderStock, restockOrder } from '../inventory/index.ts';
import { plainWords, type Actor, type Tx } from '../kernel/index.ts';
import { releasePromo } from '../pricing/index.ts';
import { restoreCredit } from '../store-credit/index.ts';
import type { OrderRow } from './order.row.ts';
import { changeOrderStatus, changeOrderStatuses, type ChangedOrder, type OrderInNewStatus } from './order.store.ts';
import { nothingRefunded, type RefundedMoney } from './order.money.ts';
import { releasePurchases } from './purchase-claim.store.ts';

/** A confirmed order, with its units that were not on hand. */
export interface PaidOrder extends OrderInNewStatus {
  readonly backordered: ReadonlyMap<VariantId, number>;
}

/**
 * Confirms pending orders: their held units become sales, or backorders where they are not on hand. A fixed number of statements for any
 * number of orders, and more for backorders only.
 */
export const markOrdersPaid = async (tx: Tx, orders: readonly ChangedOrder[]): Promise<PaidOrder[]> => {
  const paid = await changeOrderStatuses(tx, orders, { to: 'confirmed' });
  const waiting = await commitOrderStock(
    tx,
    paid.map((order) => order.id),
  );
  for (const { id: orderId, orderNumber, userId, totalCents, currency } of paid)
    tx.outbox.add('order.confirmed', orderId, { orderId, orderNumber, userId, totalCents, currency });
  return paid.map((order) => {
    const mine = waiting.filter(({ orderId }) => orderId === order.id);
    return { ...order, paid: true, backordered: new Map(mine.map(({ variantId, quantity }) => [variantId, quantity])) };
  });
};

/** What the event of a cancellation tells about a paid order. */
export interface CancelledOrder {
  readonly note?: string | null;
  /** What the caller refunds. The credit of an unpaid order is not part of it. */
  readonly money?: RefundedMoney;
  /** A return of shipped units that belongs to the cancellation: in transit, or the one that ends the order. */
  readonly returnId?: OrderReturnId | null;
}

/**
 * Cancels an order: held units are released, and sold ones that were not shipped go back into stock. The credit of an
 * unpaid order is restored. Its promo code can be used again, and it no longer counts against a purchase limit. The
 * caller withdraws an edit that waits for its payment, and handles shipped units with `expectUnitsBack`, unless all of
 * them are back.
 */
export const markOrderCancelled = async (
  tx: Tx,
  order: OrderRow,
  reason: CancellationReason,
  actor: Actor,
  { note = null, money = nothingRefunded, returnId = null }: CancelledOrder = {},
): Promise<OrderRow> => {
  const cancelled = await changeOrderStatus(tx, order, { to: 'cancelled', reason }, actor, note);
  await (order.paid ? restockOrder(tx, order.id, `order ${order.orderNumber} cancelled`) : releaseOrderStock(tx, order.id));
  await releasePromo(tx, order.id);
  await releasePurchases(tx, order.id);
  const back = order.paid ? money : await restoreUnpaidCredit(tx, order, reason, actor);
  const { id: orderId, orderNumber, userId, currency } = order;
  tx.outbox.add('order.cancelled', orderId, { orderId, orderNumber, userId, reason, currency, ...back, returnId });
  return cancelled;
};

const restoreUnpaidCredit = async (tx: Tx, order: OrderRow, reason: CancellationReason, actor: Actor): Promise<RefundedMoney> => {
  if (order.storeCreditCents === 0) return nothingRefunded;
  const words = `order ${order.orderNumber} ${plainWords(reason)}`;
  const restored = await restoreCredit(tx, order.id, { reason: words, actor });
  const creditCents = restored.reduce((sum, { amountCents }) => sum + amountCents, 0);
  return { refundCents: creditCents, creditCents };
};
