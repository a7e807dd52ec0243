/** Tx steps that carry an order's units from held to sold, or back. The caller has locked the order. */
import type { CartId, OrderId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock, type LockedStock } from './stock.locks.ts';

/** Passes a cart's holds on to the order it became, until `expiresAt`. */
export const passHoldsToOrder = async (tx: Tx, cartId: CartId, orderId: OrderId, expiresAt: Date): Promise<void> => {
  await sql`update holds set cart_id = null, order_id = ${orderId}, expires_at = ${expiresAt} where cart_id = ${cartId} and state = 'active'`.execute(
    tx.db,
  );
};

const activeHolds = async (tx: Tx, orderId: OrderId) =>
  (
    await sql<{ variantId: VariantId; quantity: number }>`
      select variant_id as "variantId", quantity from holds where order_id = ${orderId} and state = 'active' order by variant_id`.execute(
      tx.db,
    )
  ).rows;

/** Turns an order's holds into sales: on hand and reserved go down together, with a ledger row per line. Nothing to do the second time. */
export const commitOrderStock = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const held = await activeHolds(tx, orderId);
  if (held.length === 0) return;
  await lockStock(
    tx,
    held.map((h) => h.variantId),
  );
  const variantIds = held.map((h) => h.variantId);
  const quantities = held.map((h) => h.quantity);
  await sql`
    update stock_levels s set on_hand = s.on_hand - w.quantity, reserved = s.reserved - w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${variantIds}::uuid[], ${quantities}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(tx.db);
  await sql`update holds set state = 'committed', ended_at = now() where order_id = ${orderId} and state = 'active'`.execute(tx.db);
  await sql`
    insert into stock_movements (id, variant_id, kind, quantity, reason, order_item_id, actor)
    select w.id, i.variant_id, 'sold', -i.quantity, 'order ' || o.order_number, i.id, 'system:settle'
    from unnest(${variantIds.map(() => tx.ids.next())}::uuid[], ${variantIds}::uuid[]) as w(id, variant_id)
    join order_items i on i.order_id = ${orderId} and i.variant_id = w.variant_id join orders o on o.id = i.order_id`.execute(tx.db);
  tx.outbox.add('stock.committed', orderId, { orderId, items: held });
};

/**
 * Lets an unpaid order's units go: back into the allocation they were taken from while that is open,
 * to the shelf otherwise. Nothing to do the second time.
 */
export const releaseOrderStock = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const held = await activeHolds(tx, orderId);
  if (held.length === 0) return;
  const stock = await lockStock(
    tx,
    held.map((h) => h.variantId),
  );
  const { rows } = await sql<{ variantId: VariantId; quantity: number }>`
    with released as (
      update holds set state = 'released', ended_at = now() where order_id = ${orderId} and state = 'active' returning variant_id, quantity, allocation_id
    ), returned as (
      update stock_allocations a set units_free = a.units_free + r.quantity from released r where a.id = r.allocation_id and a.closed_at is null returning a.id
    )
    update stock_levels s set reserved = s.reserved - r.quantity, updated_at = now()
    from released r where s.variant_id = r.variant_id and not exists (select 1 from returned where returned.id = r.allocation_id)
    returning s.variant_id as "variantId", r.quantity`.execute(tx.db);
  announceReturns(tx, stock, rows);
};

/** Puts a sold order's units back on the shelf, each line once. */
export const restockOrder = async (tx: Tx, orderId: OrderId, reason: string): Promise<void> => {
  const { rows: sold } = await sql<{ variantId: VariantId; orderItemId: string; quantity: number }>`
    select m.variant_id as "variantId", m.order_item_id as "orderItemId", -m.quantity as quantity
    from order_items i join stock_movements m on m.order_item_id = i.id and m.kind = 'sold'
    where i.order_id = ${orderId} and not exists (select 1 from stock_movements r where r.order_item_id = i.id and r.kind = 'restocked')
    order by m.variant_id`.execute(tx.db);
  if (sold.length === 0) return;
  const stock = await lockStock(
    tx,
    sold.map((s) => s.variantId),
  );
  await sql`
    update stock_levels s set on_hand = s.on_hand + w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${sold.map((s) => s.variantId)}::uuid[], ${sold.map((s) => s.quantity)}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(
    tx.db,
  );
  await tx.db
    .insertInto('stock_movements')
    .values(
      sold.map((s) => ({
        id: tx.ids.next(),
        variant_id: s.variantId,
        kind: 'restocked' as const,
        quantity: s.quantity,
        reason,
        order_item_id: s.orderItemId,
        actor: 'system:restock',
      })),
    )
    .execute();
  announceReturns(tx, stock, sold);
  for (const s of sold)
    tx.outbox.add('stock.updated', s.variantId, {
      variantId: s.variantId,
      onHand: (stock.get(s.variantId)?.onHand ?? 0) + s.quantity,
      delta: s.quantity,
      reason,
    });
};

const announceReturns = (
  tx: Tx,
  stock: ReadonlyMap<string, LockedStock>,
  back: readonly { variantId: VariantId; quantity: number }[],
): void => {
  for (const { variantId, quantity } of back) {
    const row = stock.get(variantId);
    if (row) announceCrossings(tx, row, row.onHand - row.reserved, row.onHand - row.reserved + quantity);
  }
};
