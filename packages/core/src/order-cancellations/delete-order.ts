import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { archiveOrder, deletionNote, lockOrder, logOrder, readOrder, statusInWords } from '../orders/index.ts';
import { voidPendingRefunds } from '../payments/index.ts';
import { findReturnInTransit } from '../returns/index.ts';

/**
 * Removes a cancelled order from every list; its buyer gets `NOT_FOUND` from then on. Refunds not yet sent to a provider are voided;
 * everything else stays for staff, because invoices and ledgers must be kept by law. Throws `ORDER_NOT_CANCELLED` for an order that is
 * not cancelled and `RETURN_IN_TRANSIT` while units of it are expected back. The second time changes nothing.
 */
export const deleteOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['delete']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  requireScope(actor, 'payments:refund');
  return transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    if (order.status !== 'cancelled')
      throw new DomainError('ORDER_NOT_CANCELLED', `Only a cancelled order can be deleted. This one is ${statusInWords(order)}.`, {
        details: { status: order.status },
      });
    const returnId = await findReturnInTransit(tx, order.id);
    if (returnId)
      throw new DomainError('RETURN_IN_TRANSIT', 'Units of this order are being returned. Receive them or write them off first.', {
        details: { returnId },
      });
    if (await archiveOrder(tx, order.id)) {
      const voided = await voidPendingRefunds(tx, order.id);
      await logOrder(tx, order.id, actor, { kind: 'note', text: deletionNote(voided), customerVisible: false });
    }
    return readOrder(tx, order.id, actor);
  });
};
