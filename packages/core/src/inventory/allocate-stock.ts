/**
 * Tx steps on allocations: units of a variant that are set apart for one purpose, such as a sale.
 * They count as reserved from the start, so carts cannot hold them, and taking one touches the
 * allocation's row only. Locks: the stock row first, then the allocation.
 */
import type { OrderId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, notFound, type Tx } from '../kernel/index.ts';
import { allocationToClose } from './allocation.locks.ts';
import { announceCrossings } from './stock.events.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { LockedStock } from './stock.locks.ts';

export interface NewAllocation {
  readonly id: string;
  readonly variantId: VariantId;
  readonly units: number;
  readonly purpose: string;
}

/** Allocates units of the available stock, all or nothing. Throws `INSUFFICIENT_STOCK` with what is available. */
export const allocateStock = async (tx: Tx, wanted: readonly NewAllocation[]): Promise<void> => {
  if (wanted.length === 0) return;
  const stock = await lockFreedStock(
    tx,
    wanted.map((w) => w.variantId),
  );
  for (const { variantId, units } of wanted) await reserve(tx, stock.get(variantId), units);
  await tx.db
    .insertInto('stock_allocations')
    .values(wanted.map((w) => ({ id: w.id, variant_id: w.variantId, purpose: w.purpose, units_free: w.units })))
    .execute();
};

/**
 * Adds units to an open allocation, or returns free ones to the available stock. Returns the free units after the change.
 * Throws `INSUFFICIENT_STOCK` when too few units are available, `STOCK_BELOW_RESERVED` when more units would be returned than are free.
 */
export const changeAllocation = async (tx: Tx, allocation: { id: string; variantId: VariantId }, delta: number): Promise<number> => {
  const stock = (await lockFreedStock(tx, [allocation.variantId])).get(allocation.variantId);
  const { rows } = await sql<{ free: number }>`
    update stock_allocations set units_free = units_free + ${delta} where id = ${allocation.id} and closed_at is null and units_free + ${delta} >= 0
    returning units_free as free`.execute(tx.db);
  if (!rows[0])
    throw new DomainError('STOCK_BELOW_RESERVED', `Fewer than ${-delta} units of this allocation are free.`, { details: { delta } });
  await reserve(tx, stock, delta);
  return rows[0].free;
};

/** Closes an allocation for good and returns its free units to the available stock. Returns how many units; 0 when it is already closed. */
export const closeAllocation = async (tx: Tx, allocation: { id: string; variantId: VariantId }): Promise<number> => {
  const stock = (await lockFreedStock(tx, [allocation.variantId])).get(allocation.variantId);
  const { rows } = await sql<{ free: number }>`
    with open as (${allocationToClose(allocation.id)})
    update stock_allocations a set units_free = 0, closed_at = now() from open where a.id = open.id returning open.units_free as free`.execute(
    tx.db,
  );
  const free = rows[0]?.free ?? 0;
  await reserve(tx, stock, -free);
  return free;
};

/** Moves the reserved counter of a locked row. */
const reserve = async (tx: Tx, stock: LockedStock | undefined, units: number): Promise<void> => {
  if (!stock) throw notFound('A variant');
  if (units === 0) return;
  const available = stock.onHand - stock.reserved;
  // Never below 0, also where units were sold on backorder or staff forced a lower count.
  const free = Math.max(0, available);
  if (units > free)
    throw new DomainError('INSUFFICIENT_STOCK', `Only ${free} units of this variant are available, fewer than the ${units} requested.`, {
      details: { variantId: stock.variantId, available: free, requested: units },
    });
  await sql`update stock_levels set reserved = reserved + ${units}, updated_at = now() where variant_id = ${stock.variantId}`.execute(
    tx.db,
  );
  announceCrossings(tx, stock, available, available - units);
};

/** Turns free units of a locked allocation into the holds of new orders. The caller has seen that enough are free; the table's CHECK makes sure. */
export const holdFromAllocation = async (
  tx: Tx,
  allocation: { id: string; variantId: VariantId },
  holds: readonly { orderId: OrderId; quantity: number; expiresAt: Date }[],
): Promise<void> => {
  const units = holds.reduce((sum, hold) => sum + hold.quantity, 0);
  const rows = holds.map((hold) => ({ ...hold, id: tx.ids.next() }));
  await sql`
    with taken as (update stock_allocations set units_free = units_free - ${units} where id = ${allocation.id})
    insert into holds (id, variant_id, quantity, order_id, allocation_id, expires_at)
    select id, ${allocation.variantId}, quantity, "orderId", ${allocation.id}, "expiresAt"
    from json_to_recordset(${JSON.stringify(rows)}::json) as h(id uuid, quantity int, "orderId" uuid, "expiresAt" timestamptz)`.execute(
    tx.db,
  );
};
