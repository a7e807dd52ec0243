/** Tx steps that decide an order: paid, or cancelled. Each on a locked order. */
import type { CancellationReason } from '@cartwright/contracts';
import { commitOrderStock, releaseOrderStock, restockOrder } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import { releasePromo } from '../pricing/index.ts';
import { giveBackCredit } from '../store-credit/index.ts';
import type { OrderRow } from './order.locks.ts';
import { changeOrderStatus } from './order.state.ts';
import { releasePurchases } from './purchase-claims.ts';

/** Confirms a pending order: its held units become sales. */
export const markOrderPaid = async (tx: Tx, order: OrderRow, actor: Actor): Promise<OrderRow> => {
  const paid = await changeOrderStatus(tx, order, { to: 'confirmed' }, actor);
  await commitOrderStock(tx, order.id);
  const { id: orderId, orderNumber, userId, totalCents, currency } = order;
  tx.outbox.add('order.confirmed', orderId, { orderId, orderNumber, userId, totalCents, currency });
  return { ...paid, paid: true };
};

/** Cancels an order: held units are released, sold ones restocked, an unpaid order's promo code and credit are given back, and it no longer counts against a purchase limit. */
export const markOrderCancelled = async (
  tx: Tx,
  order: OrderRow,
  reason: CancellationReason,
  actor: Actor,
  note: string | null = null,
): Promise<OrderRow> => {
  const cancelled = await changeOrderStatus(tx, order, { to: 'cancelled', reason }, actor, note);
  if (order.paid) await restockOrder(tx, order.id, `order ${order.orderNumber} cancelled`);
  else {
    await releasePromo(tx, order.id);
    await releaseOrderStock(tx, order.id);
    if (order.storeCreditCents > 0)
      await giveBackCredit(tx, order.id, { reason: `order ${order.orderNumber} ${reason.replaceAll('_', ' ')}`, actor });
  }
  await releasePurchases(tx, order.id);
  tx.outbox.add('order.cancelled', order.id, { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId, reason });
  return cancelled;
};
