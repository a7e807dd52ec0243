import type { OrderEditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { holdForEdit } from '../inventory/index.ts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import { changedLines, type EditPlan } from './order.edits.ts';
import type { OrderRow } from './order.locks.ts';

/**
 * Tx step on a locked order: stores an edit with a higher total until it is paid, and holds the added units. The order
 * itself is not changed. Throws `INSUFFICIENT_STOCK`.
 */
export const proposeEdit = async (
  tx: Tx,
  order: OrderRow,
  { shippingAddress, ...plan }: EditPlan,
  { actor, reason }: { readonly actor: Actor; readonly reason: string | null },
): Promise<OrderEditId> => {
  const id = tx.ids.next<OrderEditId>();
  const address = shippingAddress && tx.sealer.seal(['order_edits', 'shipping_address_sealed', id], JSON.stringify(shippingAddress));
  const words = reason === null ? null : tx.sealer.seal(['order_edits', 'reason_sealed', id], reason);
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into order_edits (id, order_id, plan, shipping_address_sealed, reason_sealed, difference_cents, requested_by, expires_at)
    values (${id}, ${order.id}, ${JSON.stringify(plan)}, ${address}, ${words}, ${plan.differenceCents}, ${actorName(actor)}, now() + make_interval(hours => ${tx.config.editPaymentHours}))
    returning expires_at as "expiresAt"`.execute(tx.db);
  const expiresAt = rows[0]?.expiresAt;
  if (!expiresAt) throw new Error('The insert of an edit returned no row');
  await sql`update orders set updated_at = clock_timestamp() where id = ${order.id}`.execute(tx.db);
  await holdForEdit(
    tx,
    id,
    changedLines(plan).map((line) => ({ variantId: line.variantId, quantity: line.quantity - line.quantityBefore })),
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
