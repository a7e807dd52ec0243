/** Sells units that are neither held nor allocated to an order that is already paid. */
import type { OrderItemId, VariantId } from '@cartwright/contracts';
import { actorName, storableText, type Tx } from '../kernel/index.ts';
import { takeByPriority } from './location-level.store.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { RestockedLine, StockChange } from './restock-lines.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortage } from './stock.shortage.ts';
import { trackingChanged } from './stock.tracking.ts';
import { writeLedger } from './stock-movement.store.ts';

/** Units of a variant to sell. */
export interface WantedUnits {
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** Units of an order line, which are counted or not, as they were when the line was sold. */
export interface UnitsOfLine extends WantedUnits {
  readonly tracked: boolean;
}

/**
 * Tx step: locks the stock of variants that are about to lose units, and announces crossed thresholds. Returns the units that are counted.
 * Throws `INSUFFICIENT_STOCK` with what is available, and `STOCK_TRACKING_CHANGED` for a variant that is no longer counted as its line is.
 */
export const lockUnreservedStock = async <T extends UnitsOfLine>(tx: Tx, wanted: readonly T[]): Promise<T[]> => {
  const stock = await lockFreedStock(
    tx,
    wanted.map((line) => line.variantId),
  );
  for (const { variantId, tracked } of wanted) {
    const row = stock.get(variantId);
    if (row && row.tracked !== tracked) throw trackingChanged(row);
  }
  const tracked = wanted.filter((line) => line.tracked);
  for (const { variantId, quantity } of tracked) {
    const row = stock.get(variantId);
    const available = row ? row.onHand - row.reserved : 0;
    if (quantity > available) await refuseShortage(tx, { variantId, requested: quantity, available });
    if (row) announceCrossings(tx, row, available, available - quantity);
  }
  return tracked;
};

/** Tx step: takes units that have left the counters from the locations, with a ledger row per line and location. */
export const recordSales = async (tx: Tx, lines: readonly RestockedLine[], { reason, changeId, actor }: StockChange): Promise<void> => {
  const itemOf = new Map<string, OrderItemId>(lines.map((line) => [line.variantId, line.orderItemId]));
  const taken = await takeByPriority(tx, lines);
  const sale = { kind: 'sold' as const, reason: storableText(reason, 200), actor: actorName(actor), changeId };
  await writeLedger(
    tx,
    taken.flatMap((units) => {
      const orderItemId = itemOf.get(units.variantId);
      return orderItemId ? [{ ...units, ...sale, quantity: -units.quantity, orderItemId }] : [];
    }),
  );
};
