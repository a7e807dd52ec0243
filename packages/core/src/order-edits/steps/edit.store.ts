/** Writes `order_edits`. */
import type { OrderEditId, OrderEditStatus, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../../kernel/index.ts';
import type { EditPlan } from './edit.plan.ts';

/** Tx step on a locked order: stores an edit that waits for its payment; its address and its reason are sealed. Returns its id and its expiry. */
export const insertEdit = async (
  tx: Tx,
  orderId: OrderId,
  { shippingAddress, ...plan }: EditPlan,
  { actor, reason }: { readonly actor: Actor; readonly reason: string | null },
): Promise<{ id: OrderEditId; expiresAt: Date }> => {
  const id = tx.ids.next<OrderEditId>();
  const address = shippingAddress && tx.sealer.seal(['order_edits', 'shipping_address_sealed', id], JSON.stringify(shippingAddress));
  const words = reason === null ? null : tx.sealer.seal(['order_edits', 'reason_sealed', id], reason);
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into order_edits (id, order_id, plan, shipping_address_sealed, reason_sealed, difference_cents, requested_by, expires_at)
    values (${id}, ${orderId}, ${JSON.stringify(plan)}, ${address}, ${words}, ${plan.differenceCents}, ${actorName(actor)}, now() + make_interval(hours => ${tx.config.editPaymentHours}))
    returning expires_at as "expiresAt"`.execute(tx.db);
  const expiresAt = rows[0]?.expiresAt;
  if (!expiresAt) throw new Error('The insert of an edit returned no row');
  return { id, expiresAt };
};

/** Tx step on a locked order: decides its pending edit. Throws for an edit that is decided already, which the lock rules out. */
export const decideEdit = async (tx: Tx, id: OrderEditId, status: Exclude<OrderEditStatus, 'awaiting_payment'>): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    update order_edits set status = ${status}, decided_at = now() where id = ${id} and status = 'awaiting_payment' returning id`.execute(
    tx.db,
  );
  if (!rows[0]) throw new Error(`Edit ${id} was already applied or closed`);
};
