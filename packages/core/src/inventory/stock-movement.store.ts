/** Writes `stock_movements`, the stock ledger: rows are only added. */
import type { OrderId, OrderItemId, StockLocationId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { insertRows, type Tx } from '../kernel/index.ts';
import type { UnitsAt } from './location-level.store.ts';

/** A row of the stock ledger. */
export interface LedgerEntry {
  readonly variantId: VariantId;
  readonly locationId: StockLocationId;
  readonly kind: 'received' | 'adjusted' | 'sold' | 'restocked' | 'transferred';
  /** Change of the units on hand at the location. */
  readonly quantity: number;
  readonly reason: string;
  readonly actor: string;
  readonly orderItemId?: OrderItemId;
  /** The return, the edit of the order or the arrival that moved the units. */
  readonly changeId?: string | null;
}

/** Tx step: writes stock movements in one statement. */
export const writeLedger = async (tx: Tx, entries: readonly LedgerEntry[]): Promise<void> => {
  await insertRows(
    tx,
    'stock_movements',
    entries.map((e) => ({
      id: tx.ids.next(),
      variantId: e.variantId,
      locationId: e.locationId,
      kind: e.kind,
      quantity: e.quantity,
      reason: e.reason,
      actor: e.actor,
      orderItemId: e.orderItemId ?? null,
      changeId: e.changeId ?? null,
    })),
  );
};

/**
 * Tx step: writes the sale of order lines, with the locations the units were taken from. `changeId` is null for the sale at payment: each
 * line has one. A later part, of units that were backordered, has an id of its own.
 */
export const writeSales = async (
  tx: Tx,
  taken: readonly (UnitsAt & { readonly orderId: OrderId })[],
  changeId: string | null,
): Promise<void> => {
  await sql`
    insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, change_id, actor)
    select w.id, i.variant_id, w.location_id, 'sold', -w.quantity, 'order ' || o.order_number, i.id, ${changeId}::uuid, 'system:settle'
    from unnest(
      ${taken.map(() => tx.ids.next())}::uuid[], ${taken.map((t) => t.orderId)}::uuid[], ${taken.map((t) => t.variantId)}::uuid[],
      ${taken.map((t) => t.locationId)}::uuid[], ${taken.map((t) => t.quantity)}::int[]
    ) as w(id, order_id, variant_id, location_id, quantity)
    join order_items i on i.order_id = w.order_id and i.variant_id = w.variant_id
    join orders o on o.id = i.order_id`.execute(tx.db);
};
