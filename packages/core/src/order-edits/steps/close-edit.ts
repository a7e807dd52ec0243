import { releaseEditHolds } from '../../inventory/index.ts';
import type { Tx } from '../../kernel/index.ts';
import { touchOrder, type OrderRow } from '../../orders/index.ts';
import type { OpenEdit } from './edit.queries.ts';
import { decideEdit } from './edit.store.ts';

/**
 * Tx step on a locked order: closes its pending edit, which was not paid or was withdrawn. Releases the units of the edit
 * and leaves the order unchanged. A later payment for it is refunded. An edit whose order is being cancelled counts as withdrawn.
 */
export const closeEdit = async (
  tx: Tx,
  order: OrderRow,
  edit: OpenEdit,
  outcome: 'lapsed' | 'withdrawn' | 'order_cancelled',
): Promise<void> => {
  await decideEdit(tx, edit.id, outcome === 'order_cancelled' ? 'withdrawn' : outcome);
  await releaseEditHolds(tx, edit.id);
  await touchOrder(tx, order.id);
  const { id: orderId, orderNumber, userId, currency } = order;
  const { differenceCents } = edit.plan;
  tx.outbox.add('order.edit_closed', orderId, { orderId, orderNumber, userId, editId: edit.id, differenceCents, currency, outcome });
};
