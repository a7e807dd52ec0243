/** Tx steps that turn an order's held units into sold ones, or return them. The caller has locked the order. */
import type { OrderId, VariantId } from '@cartwright/contracts';
import { system, type Tx } from '../kernel/index.ts';
import { readUnshippedSales } from '../read-models/unshipped-sales.ts';
import { heldByOrder, readHeldUnits, type Holder } from './hold.queries.ts';
import { commitOrderHolds, releaseHeldUnits, type SoldUnits } from './hold.store.ts';
import { takeByPriority, type UnitsAt } from './location-level.store.ts';
import { returnUnshipped } from './return-unshipped.ts';
import { writeSales } from './stock-movement.store.ts';
import { announceReturns, announceSales } from './stock.events.ts';
import { lockStock } from './stock.locks.ts';
import { backorderUnits, supplyShortLevels } from './supply-backorders.ts';

/** Splits units into parts that name each variant once, as `takeByPriority` requires: one part, unless orders share a variant. */
const onePerVariant = (held: readonly SoldUnits[]): SoldUnits[][] => {
  const parts: SoldUnits[][] = [];
  const places = new Map<VariantId, number>();
  for (const units of held) {
    const place = places.get(units.variantId) ?? 0;
    places.set(units.variantId, place + 1);
    (parts[place] ??= []).push(units);
  }
  return parts;
};

/**
 * Turns the holds of orders into sales: on hand and reserved go down together, the locations that serve the orders are
 * chosen, and the ledger gets a row per line and location. Units that are not on hand stay reserved until they arrive: returns these.
 * Does nothing the second time.
 */
export const commitOrderStock = async (tx: Tx, orderIds: readonly OrderId[]): Promise<SoldUnits[]> => {
  const held = await commitOrderHolds(tx, orderIds);
  await recordSold(
    tx,
    held.filter(({ backordered }) => !backordered),
  );
  return backorderUnits(
    tx,
    held.filter(({ backordered }) => backordered),
  );
};

const recordSold = async (tx: Tx, held: readonly SoldUnits[]): Promise<void> => {
  if (held.length === 0) return;
  const taken: (UnitsAt & { orderId: OrderId })[] = [];
  for (const part of onePerVariant(held)) {
    const orderOf = new Map(part.map(({ variantId, orderId }) => [variantId, orderId]));
    for (const units of await takeByPriority(tx, part)) {
      const orderId = orderOf.get(units.variantId);
      if (orderId) taken.push({ ...units, orderId });
    }
  }
  await writeSales(tx, taken, null);
  announceSales(tx, held);
};

/**
 * Tx step: releases held units into their allocation while it is open, otherwise into the available stock. Does nothing
 * the second time.
 */
export const releaseHolds = async (tx: Tx, holder: Holder): Promise<void> => {
  const held = await readHeldUnits(tx, holder);
  if (held.length === 0) return;
  const stock = await lockStock(
    tx,
    held.map((h) => h.variantId),
  );
  const freed = await releaseHeldUnits(tx, holder);
  announceReturns(tx, stock, freed);
  await supplyShortLevels(tx, stock, freed);
};

/** Releases the units of an unpaid order. */
export const releaseOrderStock = (tx: Tx, orderId: OrderId): Promise<void> => releaseHolds(tx, heldByOrder(orderId));

/**
 * Puts the units of a sold order that were never shipped back into stock, each line once, and takes back its backorders. Shipped units
 * come back by returns.
 */
export const restockOrder = async (tx: Tx, orderId: OrderId, reason: string): Promise<void> => {
  const unshipped = await readUnshippedSales(tx, orderId);
  await returnUnshipped(tx, orderId, unshipped, { reason, changeId: null, actor: system('restock') });
};
