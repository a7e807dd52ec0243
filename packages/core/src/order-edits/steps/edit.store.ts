/** Writes `order_edits`. */
import type { OrderEditId, OrderEditStatus, OrderId } from '@cartwright/contracts';
import { actorName, json, minutesFromNow, now, type Actor, type Tx } from '../../kernel/index.ts';
import type { EditPlan } from './edit.plan.ts';

/**
 * Tx step on a locked order: stores an edit that waits for its payment; its address and its reason are sealed. Returns its
 * id and its expiry.
 */
export const insertEdit = async (
  tx: Tx,
  orderId: OrderId,
  { shippingAddress, ...plan }: EditPlan,
  { actor, reason }: { readonly actor: Actor; readonly reason: string | null },
): Promise<{ id: OrderEditId; expiresAt: Date }> => {
  const id = tx.ids.next<OrderEditId>();
  const address = shippingAddress && tx.sealer.seal(['order_edits', 'shipping_address_sealed', id], JSON.stringify(shippingAddress));
  const words = reason === null ? null : tx.sealer.seal(['order_edits', 'reason_sealed', id], reason);
  const { expiresAt } = await tx.db
    .insertInto('order_edits')
    .values({
      id,
      orderId,
      plan: json<Record<string, unknown>>(plan),
      shippingAddressSealed: address,
      reasonSealed: words,
      differenceCents: plan.differenceCents,
      requestedBy: actorName(actor),
      expiresAt: minutesFromNow(tx.config.editPaymentHours * 60),
    })
    .returning('expiresAt')
    .executeTakeFirstOrThrow();
  return { id, expiresAt };
};

/** Tx step on a locked order: decides its pending edit. Throws for an edit that is decided already, which the lock rules out. */
export const decideEdit = async (tx: Tx, id: OrderEditId, status: Exclude<OrderEditStatus, 'awaiting_payment'>): Promise<void> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('order_edits')
    .set({ status, decidedAt: now })
    .where('id', '=', id)
    .where('status', '=', 'awaiting_payment')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new Error(`Edit ${id} was already applied or closed`);
};
