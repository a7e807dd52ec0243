/** Changes of the units on hand by staff: by a difference, or to a counted number. */
import type { ShopContract, StockLevel, StockLocationId, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { actorName, countedAre, DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readStockLevel } from './inventory.queries.ts';
import { takeByPriority, type UnitsAt } from './location-level.store.ts';
import { getDefaultLocation, readUnitsAt } from './location.queries.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import { writeLedger } from './stock-movement.store.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortage } from './stock.shortage.ts';
import { moveAtLocations } from './stock.locations.ts';
import type { LockedStock } from './stock.locks.ts';
import { insertStockLevels, setOnHand, setStockPolicy } from './stock.store.ts';

type C = ShopContract['inventory'];

/** Adds or removes units. Throws `STOCK_BELOW_RESERVED` when fewer units would be left than are reserved. */
export const adjustStock = (core: Core, actor: Actor, input: z.output<C['adjust']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, { once: { answers: true, again: (tx) => readStockLevel(tx, input.variantId) } }, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    await changeOnHand(tx, actor, stock, { ...input, kind: input.delta > 0 ? 'received' : 'adjusted' });
    return readStockLevel(tx, input.variantId);
  });
};

/** Sets the units on hand, of one location or of all together. Throws `VERSION_MISMATCH` when the stock changed since it was read. */
export const setStock = (core: Core, actor: Actor, input: z.output<C['set']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    if (stock.version !== input.version)
      throw new DomainError('VERSION_MISMATCH', 'The stock changed after you opened it. Reload it before you set it.', {
        details: { version: stock.version },
      });
    const before = input.locationId ? await readUnitsAt(tx, input.variantId, input.locationId) : stock.onHand;
    await changeOnHand(tx, actor, stock, { ...input, delta: input.onHand - before, kind: 'adjusted' });
    return readStockLevel(tx, input.variantId);
  });
};

/** Sets the reorder threshold and the backorder limit of a variant. */
export const configureStock = (core: Core, actor: Actor, input: z.output<C['configure']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    await changePolicy(tx, stock, input);
    return readStockLevel(tx, input.variantId);
  });
};

/** Tx step: sets how many units of a locked level may be sold before they arrive. Throws `STOCK_BELOW_RESERVED` when more already are. */
export const setBackorderLimit = async (tx: Tx, stock: LockedStock, backorderLimit: number): Promise<void> => {
  if (backorderLimit !== stock.backorderLimit) await changePolicy(tx, stock, { backorderLimit });
};

const changePolicy = async (
  tx: Tx,
  stock: LockedStock,
  {
    reorderThreshold = stock.reorderThreshold,
    backorderLimit = stock.backorderLimit,
  }: Partial<Pick<LockedStock, 'reorderThreshold' | 'backorderLimit'>>,
): Promise<void> => {
  const free = stock.onHand - stock.reserved;
  if (backorderLimit < stock.backorderLimit && free + backorderLimit < 0)
    throw new DomainError(
      'STOCK_BELOW_RESERVED',
      `${countedAre(-free, 'unit')} already sold on backorder. Set the backorder limit to ${-free} or more, or add units first.`,
      {
        details: { free: Math.max(0, stock.backorderLimit + free), requested: stock.backorderLimit - backorderLimit },
      },
    );
  await setStockPolicy(tx, stock.variantId, { reorderThreshold, backorderLimit });
  announceCrossings(tx, stock, free, free, { reorderThreshold, backorderLimit });
};

const lockOne = async (tx: Tx, variantId: string): Promise<LockedStock> => {
  const stock = (await lockFreedStock(tx, [variantId])).get(variantId);
  if (!stock) throw new Error('lockStock did not return the row it locked');
  return stock;
};

export interface OnHandChange {
  readonly delta: number;
  readonly kind: 'received' | 'adjusted';
  readonly reason: string;
  /** The location; without one, added units go to the default, and removed ones come from the locations by priority. */
  readonly locationId?: StockLocationId | undefined;
  /** Sets the count even when fewer units would be left than are reserved. */
  readonly force?: boolean | undefined;
}

/**
 * Tx step: moves the counter of a locked row with the units at its locations, and writes the ledger. Does
 * nothing for a difference of 0. Throws `STOCK_BELOW_RESERVED` when fewer units would be left than are
 * reserved, unless forced (then nobody can buy until the shortage is made up), and `INSUFFICIENT_STOCK`
 * when a location has fewer than are taken from it.
 */
export const changeOnHand = async (tx: Tx, actor: Actor, stock: LockedStock, change: OnHandChange): Promise<void> => {
  const { delta, kind, reason, force = false } = change;
  if (delta === 0) return;
  const { variantId } = stock;
  const onHand = stock.onHand + delta;
  const short = Math.max(0, stock.reserved - onHand - stock.backorderLimit);
  // A change that only reduces a recorded shortage is never refused.
  if (short > 0 && delta < 0 && !force)
    throw new DomainError(
      'STOCK_BELOW_RESERVED',
      `${countedAre(stock.reserved, 'unit')} reserved by carts, orders and flash sales. The stock can be set lower only with force.`,
      {
        details: { free: Math.max(0, stock.onHand + stock.backorderLimit - stock.reserved), requested: -delta },
      },
    );
  await setOnHand(tx, variantId, { onHand, forcedShort: short });
  const moved = await moveUnits(tx, variantId, change);
  await writeLedger(
    tx,
    moved.map((m) => ({ ...m, kind, reason, actor: actorName(actor) })),
  );
  tx.outbox.add('stock.updated', variantId, { variantId, onHand, delta, reason });
  announceCrossings(tx, stock, stock.onHand - stock.reserved, onHand - stock.reserved);
};

const moveUnits = async (tx: Tx, variantId: VariantId, { delta, locationId, force }: OnHandChange): Promise<UnitsAt[]> => {
  if (delta < 0 && locationId === undefined)
    return (await takeByPriority(tx, [{ variantId, quantity: -delta }])).map((taken) => ({ ...taken, quantity: -taken.quantity }));
  const at = locationId ?? (await getDefaultLocation(tx));
  if (delta < 0 && !force) {
    const there = await readUnitsAt(tx, variantId, at);
    if (there + delta < 0) await refuseShortage(tx, { variantId, requested: -delta, available: there }, 'at this location');
  }
  const moved = [{ variantId, locationId: at, quantity: delta }];
  await moveAtLocations(tx, moved);
  return moved;
};

/** Tx step for new variants: creates their stock rows at the default location, with the opening stock. */
export const openStock = async (
  tx: Tx,
  actor: Actor,
  opening: readonly { variantId: VariantId; onHand: number; backorderLimit: number }[],
  reason: string,
): Promise<void> => {
  if (opening.length === 0) return;
  if (opening.some(({ onHand }) => onHand > 0)) requireScope(actor, 'inventory:write');
  await insertStockLevels(tx, opening);
  const locationId = await getDefaultLocation(tx);
  const rows = opening.map((o) => ({ variantId: o.variantId, locationId, quantity: o.onHand }));
  await moveAtLocations(tx, rows);
  const stocked = rows.filter((row) => row.quantity > 0);
  await writeLedger(
    tx,
    stocked.map((row) => ({ ...row, kind: 'received', reason, actor: actorName(actor) })),
  );
};
