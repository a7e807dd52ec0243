import type { Order, RefundId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hasScope, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { assertMaySee, assertTransition, getOrderRow, lockOrder, markOrderCancelled, ownsOrder, readOrder } from '../orders/index.ts';
import { createRefund, giveUpCharges, lockStandingPayment, processRefund, returnCredit } from '../payments/index.ts';
import { closeOpenReturns } from '../returns/index.ts';

/**
 * Cancels an order: its buyer until it is paid, staff with `orders:manage` until it is delivered. A charge
 * that is under way is given up at the provider first; captured money is refunded. Throws `INVALID_TRANSITION`
 * when the order has gone too far.
 */
export const cancelOrder = async (core: Core, actor: Actor, input: z.output<ShopContract['orders']['cancel']['input']>): Promise<Order> => {
  const seen = await getOrderRow(core, input.orderId);
  assertMaySee(seen, actor);
  const staff = hasScope(actor, 'orders:manage');
  if (!staff && !ownsOrder(seen, actor)) throw new DomainError('FORBIDDEN', 'This account may see the order but not cancel it.');
  if (seen.status === 'pending') await giveUpCharges(core, seen.id);

  const refundId = await transactOnce(core, { answers: false }, async (tx): Promise<RefundId | null> => {
    const order = await lockOrder(tx, input.orderId);
    if (!staff && order.status !== 'pending')
      throw new DomainError('INVALID_TRANSITION', 'A paid order can no longer be cancelled by its buyer. Ask the shop.', {
        details: { from: order.status, to: 'cancelled' },
      });
    assertTransition(order.status, 'cancelled');
    const payment = await lockStandingPayment(tx, order.id);
    if (payment?.status === 'pending' && payment.gatewayPhase !== 'created')
      throw new DomainError('INVALID_STATE', 'The payment is still being decided. Try again in a moment.', {
        details: { paymentId: payment.id },
      });
    if (order.shippedCount > 0) await closeOpenReturns(tx, order, actor);
    await markOrderCancelled(tx, order, staff ? (order.shippedCount > 0 ? 'returned' : 'staff') : 'customer', actor, input.note ?? null);
    const left = payment ? payment.capturedCents - payment.refundClaimedCents : 0;
    const reason = `order ${order.orderNumber} cancelled`;
    const refundId = payment && left > 0 ? await createRefund(tx, payment, left, reason, actor) : null;
    if (order.paid) await returnCredit(tx, order, { reason, actor });
    return refundId;
  });
  if (refundId) await processRefund(core, refundId);
  return readOrder(core, input.orderId, actor);
};
