import type { OrderEditId } from '@cartwright/contracts';
import { holdForEdit } from '../../inventory/index.ts';
import type { Actor, Tx } from '../../kernel/index.ts';
import { touchOrder, type OrderRow } from '../../orders/index.ts';
import { changedLines, type EditPlan } from './edit.plan.ts';
import { insertEdit } from './edit.store.ts';

/**
 * Tx step on a locked order: stores an edit with a higher total until it is paid, and holds the added units. The order
 * itself is not changed. Throws `INSUFFICIENT_STOCK` and `STOCK_TRACKING_CHANGED`.
 */
export const proposeEdit = async (
  tx: Tx,
  order: OrderRow,
  plan: EditPlan,
  by: { readonly actor: Actor; readonly reason: string | null },
): Promise<OrderEditId> => {
  const { id, expiresAt } = await insertEdit(tx, order.id, plan, by);
  await touchOrder(tx, order.id);
  await holdForEdit(
    tx,
    id,
    changedLines(plan).map(({ variantId, quantity, quantityBefore, tracked }) => ({
      variantId,
      quantity: quantity - quantityBefore,
      tracked,
    })),
    expiresAt,
  );
  const { id: orderId, orderNumber, userId, currency } = order;
  tx.outbox.add('order.edit_proposed', orderId, {
    orderId,
    orderNumber,
    userId,
    editId: id,
    differenceCents: plan.differenceCents,
    currency,
  });
  return id;
};
