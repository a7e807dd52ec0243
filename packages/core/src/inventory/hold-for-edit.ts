/**
 * Tx steps for the units that an edit adds to an order, from the moment it is proposed until its difference is paid. The caller has
 * locked the order.
 */
import type { OrderEditId, OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { heldByEdit } from './hold.queries.ts';
import { commitEditHolds, insertEditHolds } from './hold.store.ts';
import { releaseHolds } from './order-stock.ts';
import type { StockChange } from './restock-lines.ts';
import type { SoldLine } from './sell-more.ts';
import { lockUnreservedStock, recordSales, type UnitsOfLine } from './stock.unreserved.ts';
import { backorderUnits } from './supply-backorders.ts';

/**
 * Holds units until the edit is decided; those that are not counted need no hold. All or nothing: throws `INSUFFICIENT_STOCK` with what is
 * available, and `STOCK_TRACKING_CHANGED`.
 */
export const holdForEdit = async (tx: Tx, editId: OrderEditId, units: readonly UnitsOfLine[], expiresAt: Date): Promise<void> => {
  const wanted = units.filter((line) => line.quantity > 0);
  if (wanted.length === 0) return;
  const tracked = await lockUnreservedStock(tx, wanted);
  if (tracked.length > 0) await insertEditHolds(tx, editId, tracked, expiresAt);
};

/** An edit, and the order that it changes. */
export interface EditOfOrder {
  readonly editId: OrderEditId;
  readonly orderId: OrderId;
}

/** Turns the units that the edit holds into sold units of its lines. Those that others were paid for meanwhile are backordered. */
export const sellEditHolds = async (
  tx: Tx,
  { editId, orderId }: EditOfOrder,
  lines: readonly SoldLine[],
  change: StockChange,
): Promise<void> => {
  const held = await commitEditHolds(tx, editId);
  const units = new Map(held.map((hold) => [hold.variantId, hold.quantity]));
  const added = lines.filter((line) => line.quantity > 0 && line.tracked);
  if (added.length !== held.length || added.some((line) => units.get(line.variantId) !== line.quantity))
    throw new Error(`Edit ${editId} does not hold the units that it adds`);
  const waiting = new Set(held.flatMap(({ backordered, variantId }) => (backordered ? variantId : [])));
  const sold = added.filter(({ variantId }) => !waiting.has(variantId));
  if (sold.length > 0) await recordSales(tx, sold, change);
  await backorderUnits(
    tx,
    added.flatMap(({ variantId, quantity }) => (waiting.has(variantId) ? { orderId, variantId, quantity } : [])),
  );
};

/** Releases the units that the edit holds. Does nothing the second time. */
export const releaseEditHolds = (tx: Tx, editId: OrderEditId): Promise<void> => releaseHolds(tx, heldByEdit(editId));
