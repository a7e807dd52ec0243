/**
 * Tx steps on a locked order that count returned units. Each counter changes in one guarded statement; the database checks
 * the bounds as well.
 */
import type { OrderId, OrderLinesInput } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { claimUnits, returnUnits } from './order-line.store.ts';
import { exceedsOrder, type LineUnits } from './order.lines.ts';
import type { OrderRow } from './order.row.ts';
import { addReturnedCount } from './order-change.store.ts';

/**
 * Claims units for a return, so that no other return can contain them. Throws `QUANTITY_EXCEEDS_ORDER` for units that
 * were not shipped or are in another return.
 */
export const claimReturnUnits = async (tx: Tx, orderId: OrderId, wanted: OrderLinesInput): Promise<void> => {
  const claimed = await claimUnits(tx, orderId, wanted);
  if (claimed.length !== wanted.length) throw await exceedsOrder(tx, orderId, wanted, claimed, ['shippedQuantity', 'claimedQuantity']);
};

/** Counts units that have arrived; returns the updated order. */
export const takeBackUnits = async (tx: Tx, order: OrderRow, arrived: readonly LineUnits[]): Promise<OrderRow> => {
  const units = arrived.reduce((sum, line) => sum + line.quantity, 0);
  await returnUnits(tx, arrived);
  await addReturnedCount(tx, order.id, units);
  return { ...order, returnedCount: order.returnedCount + units };
};
