/** Tx steps that carry an order's units from held to sold, or back. The caller has locked the order. */
import type { CartId, OrderId, OrderItemId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { announceCrossings } from './stock.events.ts';
import { writeLedger, writeSales } from './stock.ledger.ts';
import { moveAtLocations, takeByPriority, type UnitsAt } from './stock.locations.ts';
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

/**
 * Turns an order's holds into sales: on hand and reserved go down together, the locations that serve the
 * order are chosen, and the ledger gets a row per line and location. Nothing to do the second time.
 */
export const commitOrderStock = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const held = await activeHolds(tx, orderId);
  if (held.length === 0) return;
  await lockStock(
    tx,
    held.map((h) => h.variantId),
  );
  await sql`
    with ended as (update holds set state = 'committed', ended_at = now() where order_id = ${orderId} and state = 'active' returning variant_id, quantity)
    update stock_levels s set on_hand = s.on_hand - e.quantity, reserved = s.reserved - e.quantity, version = s.version + 1, updated_at = now()
    from ended e where s.variant_id = e.variant_id`.execute(tx.db);
  await writeSales(tx, orderId, await takeByPriority(tx, held));
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

/** Puts a sold order's units back where they came from, or to the default where that is closed; each line once. */
export const restockOrder = async (tx: Tx, orderId: OrderId, reason: string): Promise<void> => {
  const { rows: back } = await sql<UnitsAt & { orderItemId: OrderItemId }>`
    select m.variant_id as "variantId", m.order_item_id as "orderItemId", case when o.active then o.id else d.id end as "locationId", -m.quantity as quantity
    from order_items i join stock_movements m on m.order_item_id = i.id and m.kind = 'sold'
    join stock_locations o on o.id = m.location_id join stock_locations d on d.is_default
    where i.order_id = ${orderId} and not exists (select 1 from stock_movements r where r.order_item_id = i.id and r.kind = 'restocked')
    order by m.variant_id`.execute(tx.db);
  if (back.length === 0) return;
  const sold = unitsByVariant(back);
  const stock = await lockStock(
    tx,
    sold.map((s) => s.variantId),
  );
  await sql`
    update stock_levels s set on_hand = s.on_hand + w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${sold.map((s) => s.variantId)}::uuid[], ${sold.map((s) => s.quantity)}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(
    tx.db,
  );
  await moveAtLocations(tx, back);
  await writeLedger(
    tx,
    back.map((b) => ({ ...b, kind: 'restocked', reason, actor: 'system:restock' })),
  );
  announceReturns(tx, stock, sold);
  for (const s of sold)
    tx.outbox.add('stock.updated', s.variantId, {
      variantId: s.variantId,
      onHand: (stock.get(s.variantId)?.onHand ?? 0) + s.quantity,
      delta: s.quantity,
      reason,
    });
};

const unitsByVariant = (rows: readonly UnitsAt[]): { variantId: VariantId; quantity: number }[] => {
  const sums = new Map<VariantId, number>();
  for (const { variantId, quantity } of rows) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
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
