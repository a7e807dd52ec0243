import type { OrderItemId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, rowsAs, storableText, type Actor, type Tx } from '../kernel/index.ts';
import type { UnitsAt } from './location-level.store.ts';
import { writeLedger } from './stock-movement.store.ts';
import { announceReturns } from './stock.events.ts';
import { moveAtLocations } from './move-at-locations.ts';
import { lockStock, type LockedStock } from './stock.locks.ts';
import { moveOnHand } from './stock.store.ts';
import { supplyShortLevels } from './supply-backorders.ts';

/** The units of an order line that are restocked. */
export interface RestockedLine {
  readonly orderItemId: OrderItemId;
  readonly variantId: VariantId;
  readonly quantity: number;
}
/** Why units move. */
export interface StockChange {
  readonly reason: string;
  /** The return or edit that moves the units: the ledger accepts each line once for it. */
  readonly changeId: string | null;
  readonly actor: Actor;
}

/**
 * Tx step: puts sold units back where they came from, or to the default location where that is closed, with
 * a ledger row per line and location; orders that wait for such units get them. The caller has locked the order.
 */
export const restockLines = async (tx: Tx, lines: readonly RestockedLine[], change: StockChange): Promise<void> => {
  const coming = lines.filter((line) => line.quantity > 0);
  if (coming.length === 0) return;
  const stock = await lockStock(
    tx,
    coming.map((line) => line.variantId),
  );
  await restockLocked(tx, stock, coming, change);
};

/** `restockLines` on locked levels. */
export const restockLocked = async (
  tx: Tx,
  stock: ReadonlyMap<string, LockedStock>,
  lines: readonly RestockedLine[],
  { reason, changeId, actor }: StockChange,
): Promise<void> => {
  const coming = lines.filter((line) => line.quantity > 0);
  if (coming.length === 0) return;
  const back = await findOrigins(tx, coming);
  const sums = unitsByVariant(back);
  await moveOnHand(tx, sums);
  await moveAtLocations(tx, back);
  await writeLedger(
    tx,
    back.map((units) => ({ ...units, kind: 'restocked', reason: storableText(reason, 200), actor: actorName(actor), changeId })),
  );
  announceReturns(tx, stock, sums);
  for (const { variantId, quantity } of sums)
    tx.outbox.add('stock.updated', variantId, {
      variantId,
      onHand: (stock.get(variantId)?.onHand ?? 0) + quantity,
      delta: quantity,
      reason,
    });
  await supplyShortLevels(tx, stock, sums);
};

/** The locations from which the units of each line were taken and to which they have not returned; the sum is what comes back. */
const findOrigins = async (tx: Tx, coming: readonly RestockedLine[]): Promise<(UnitsAt & { orderItemId: OrderItemId })[]> => {
  const lines = coming.map(({ orderItemId, variantId, quantity }) => ({ orderItemId, variantId, quantity }));
  const { rows } = await sql<UnitsAt & { orderItemId: OrderItemId }>`
    with coming as (select * from ${rowsAs('c', lines, { orderItemId: 'uuid', variantId: 'uuid', quantity: 'int' })}),
    away as (
      select m.order_item_id, m.location_id, -sum(m.quantity) as units from stock_movements m
      where m.order_item_id in (select order_item_id from coming) group by 1, 2 having sum(m.quantity) < 0),
    queue as (
      select c.*, a.location_id, a.units,
        sum(a.units) over (partition by c.order_item_id order by a.location_id rows unbounded preceding) - a.units as before
      from coming c join away a on a.order_item_id = c.order_item_id),
    back as (
      select q.variant_id, q.order_item_id, case when o.active then o.id else d.id end as location_id,
        sum(least(q.units, q.quantity - q.before))::int as quantity
      from queue q join stock_locations o on o.id = q.location_id join stock_locations d on d.is_default
      where q.quantity > q.before group by 1, 2, 3)
    select b.variant_id as "variantId", b.order_item_id as "orderItemId", b.location_id as "locationId", b.quantity
    from back b order by b.variant_id`.execute(tx.db);
  const sum = (units: readonly { quantity: number }[]) => units.reduce((n, u) => n + u.quantity, 0);
  if (sum(rows) !== sum(coming)) throw new Error('The return has more units than the stock ledger says were sold');
  return rows;
};

const unitsByVariant = (rows: readonly UnitsAt[]): { variantId: VariantId; quantity: number }[] => {
  const sums = new Map<VariantId, number>();
  for (const { variantId, quantity } of rows) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
};
