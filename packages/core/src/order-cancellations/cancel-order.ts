import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hasScope, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockStockRows } from '../inventory/index.ts';
import { closeEdit, findOpenEdit } from '../order-edits/steps/index.ts';
import {
  assertMaySee,
  assertTransition,
  getOrderRow,
  lockOrder,
  markOrderCancelled,
  mayBecome,
  nothingRefunded,
  ownsOrder,
  readOrder,
} from '../orders/index.ts';
import {
  readRefundedMoney,
  assertNotDisputed,
  createRefundsUpTo,
  findRefundsOfRequest,
  cancelCharges,
  lockActivePayment,
  processRefund,
  refundStoreCredit,
} from '../payments/index.ts';
import { readOrderMoney } from '../read-models/order-money.ts';
import { readVariantsOfOrder } from '../read-models/order-variants.ts';
import { expectUnitsBack } from '../returns/index.ts';

const cancelledBefore = async (tx: Tx, { requestKey }: { readonly requestKey: string }) => ({
  refundIds: (await findRefundsOfRequest(tx, requestKey)).map(({ id }) => id),
});

/**
 * Cancels an order: its buyer until it is paid, staff with `orders:manage` until it is delivered. A charge in progress
 * is cancelled at the provider first; captured money is refunded, including that of edits. Shipped units are expected
 * back in a return `in_transit`. Throws `INVALID_TRANSITION` when the order can no longer be cancelled, and `FORBIDDEN`
 * when a refund is needed and the actor may not refund.
 */
export const cancelOrder = async (core: Core, actor: Actor, input: z.output<ShopContract['orders']['cancel']['input']>): Promise<Order> => {
  const seen = await getOrderRow(core, input.orderId, actor);
  assertMaySee(seen, actor);
  const staff = hasScope(actor, 'orders:manage');
  if (!staff && !ownsOrder(seen, actor))
    throw new DomainError('FORBIDDEN', 'This account can view the order but cannot cancel it.', { details: { scope: 'orders:manage' } });
  // Checked before a charge is cancelled at its provider, which no rollback undoes; the refund itself checks again.
  if (staff && seen.paid && mayBecome(seen.status, 'cancelled') && (await readOrderMoney(core, seen.id)).leftCents > 0)
    requireScope(actor, 'payments:refund');
  if (staff || seen.status === 'pending') await cancelCharges(core, seen.id);

  const { refundIds } = await transact(core, { once: { answers: false, again: cancelledBefore } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    assertTransition(order, 'cancelled');
    if (!staff && order.status !== 'pending')
      throw new DomainError(
        'INVALID_TRANSITION',
        `Order ${order.orderNumber} is paid, so its buyer cannot cancel it. Ask the shop to cancel it.`,
        {
          details: { from: order.status, to: 'cancelled' },
        },
      );
    const payment = await lockActivePayment(tx, order.id);
    // When the provider's responses cannot be used, waiting does not help: a payment that arrives later is refunded.
    if (payment?.status === 'pending' && payment.gatewayPhase !== 'created' && payment.answerProblem === null)
      throw new DomainError('PAYMENT_IN_PROGRESS', 'The payment provider has not answered yet. Try again in a few seconds.', {
        details: { retryAfterSeconds: 2 },
      });
    if (payment) assertNotDisputed(payment);
    const reason = `order ${order.orderNumber} cancelled`;
    const refunds = await createRefundsUpTo(tx, order.id, Number.MAX_SAFE_INTEGER, reason, actor);
    const money = order.paid ? await readRefundedMoney(tx, order, refunds) : nothingRefunded;
    const returnId = await expectUnitsBack(tx, order, money, actor);
    const edit = order.paid ? await findOpenEdit(tx, order.id) : null;
    if (edit) {
      // Closing the edit and restocking the lines both change stock: all stock rows are locked in order before the first change.
      await lockStockRows(tx, await readVariantsOfOrder(tx, order.id), { skipLocked: false });
      await closeEdit(tx, order, edit, 'order_cancelled');
    }
    const why = staff ? (order.shippedCount > 0 ? 'returned' : 'staff') : 'customer';
    await markOrderCancelled(tx, order, why, actor, { note: input.note ?? null, money, returnId });
    if (order.paid) await refundStoreCredit(tx, order, { reason, actor });
    return refunds;
  });
  for (const refundId of refundIds) await processRefund(core, refundId);
  return readOrder(core, input.orderId, actor);
};
