/** Tx steps that give units that arrived to the order lines that were paid before. The caller has locked the stock rows. */
import type { VariantId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { giveUnitsToBackorders, insertBackorders } from './backorder.store.ts';
import type { SoldUnits } from './hold.store.ts';
import { takeByPriority, type UnitsAt } from './location-level.store.ts';
import { writeSales } from './stock-movement.store.ts';
import { announceSales } from './stock.events.ts';
import type { LockedStock } from './stock.locks.ts';

/**
 * Sells the units on hand to the lines that wait for them, the oldest first: on hand and reserved go down together, the locations are
 * chosen, and the ledger gets a row per line and location. Returns what each line got.
 */
export const supplyBackorders = async (tx: Tx, variantIds: readonly VariantId[]): Promise<SoldUnits[]> => {
  const given = await giveUnitsToBackorders(tx, variantIds);
  if (given.length === 0) return given;
  const taken = await takeByPriority(tx, unitsByVariant(given));
  // A line can be supplied in several parts: each has its own change in the ledger.
  await writeSales(tx, shareOut(given, taken), tx.ids.next());
  announceSales(tx, given);
  return given;
};

/**
 * `supplyBackorders` after units of locked levels came back or arrived; `stock` is what these were before. While orders wait for units,
 * more are reserved than are on hand: without such a level this is usually no statement.
 */
export const supplyShortLevels = async (
  tx: Tx,
  stock: ReadonlyMap<string, LockedStock>,
  arrived: readonly { readonly variantId: VariantId }[],
): Promise<void> => {
  const short = arrived.flatMap(({ variantId }) => (canBeAwaited(stock.get(variantId)) ? variantId : []));
  if (short.length > 0) await supplyBackorders(tx, short);
};

/**
 * Whether orders can wait for units of a locked level. Then more are reserved than are on hand, unless a process of a version without
 * backorders added units, or the orders that wait were refunded: the lock has seen these.
 */
export const canBeAwaited = (level: LockedStock | undefined): boolean =>
  level !== undefined && (level.reserved > level.onHand || level.awaited === true);

/** Backorders units that were sold and have not arrived, and sells those that are there after all. Returns the units that wait. */
export const backorderUnits = async (tx: Tx, sold: readonly SoldUnits[]): Promise<SoldUnits[]> => {
  if (sold.length === 0) return [];
  await insertBackorders(tx, sold);
  const given = await supplyBackorders(tx, [...new Set(sold.map(({ variantId }) => variantId))]);
  const unitsOf = (line: SoldUnits) => given.find(({ orderId, variantId }) => orderId === line.orderId && variantId === line.variantId);
  return sold.map((line) => ({ ...line, quantity: line.quantity - (unitsOf(line)?.quantity ?? 0) })).filter(({ quantity }) => quantity > 0);
};

const unitsByVariant = (lines: readonly SoldUnits[]): { variantId: VariantId; quantity: number }[] => {
  const sums = new Map<VariantId, number>();
  for (const { variantId, quantity } of lines) sums.set(variantId, (sums.get(variantId) ?? 0) + quantity);
  return [...sums].map(([variantId, quantity]) => ({ variantId, quantity }));
};

/** Which line gets the units of which location; both have the same units of each variant. */
const shareOut = (lines: readonly SoldUnits[], taken: readonly UnitsAt[]): (UnitsAt & SoldUnits)[] => {
  const places = Map.groupBy(
    taken.map((units) => ({ ...units })),
    ({ variantId }) => variantId,
  );
  return lines.flatMap(({ orderId, variantId, quantity }) => {
    const shares: (UnitsAt & SoldUnits)[] = [];
    let wanted = quantity;
    for (const place of places.get(variantId) ?? []) {
      const units = Math.min(place.quantity, wanted);
      if (units === 0) continue;
      place.quantity -= units;
      wanted -= units;
      shares.push({ orderId, variantId, locationId: place.locationId, quantity: units });
    }
    return shares;
  });
};
