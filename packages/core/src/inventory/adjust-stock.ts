/** Changes of the units on hand by staff: by a difference, or to a counted number. */
import type { ShopContract, StockLevel, StockLocationId, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { actorName, counted, countedAre, DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { writeAudits } from '../audit/index.ts';
import { readStockLevel } from './inventory.queries.ts';
import { readUnitsOfSales } from './allocation.queries.ts';
import { takeByPriority, type UnitsAt } from './location-level.store.ts';
import { getDefaultLocation, readUnitsAt, readUnitsAtEach } from './location.queries.ts';
import { leaveClosedLocations } from './leave-closed-locations.ts';
import { releaseCartHolds } from './cart-hold.store.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import { writeLedger } from './stock-movement.store.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortage } from './stock.shortage.ts';
import { assertTracked, stillReserved } from './stock.tracking.ts';
import { moveAtLocations } from './move-at-locations.ts';
import type { LockedStock } from './stock.locks.ts';
import { insertStockLevels, setOnHand, setStockPolicies } from './stock.store.ts';
import { supplyShortLevels } from './supply-backorders.ts';

type C = ShopContract['inventory'];

/**
 * Adds or removes units. Throws `STOCK_BELOW_RESERVED` when fewer units would be left than are reserved, and `INSUFFICIENT_STOCK` when
 * fewer are on hand than are removed.
 */
export const adjustStock = (core: Core, actor: Actor, input: z.output<C['adjust']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, { once: { answers: true, again: (tx) => readStockLevel(tx, input.variantId) } }, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    await changeOnHand(tx, actor, [{ ...input, stock, kind: input.delta > 0 ? 'received' : 'adjusted' }]);
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
    await changeOnHand(tx, actor, [{ ...input, stock, delta: input.onHand - before, kind: 'adjusted' }]);
    return readStockLevel(tx, input.variantId);
  });
};

/**
 * Sets the reorder threshold and the backorder limit of a variant, and whether its units are counted. Tracking begins with the units that
 * the level has kept. Throws `STOCK_RESERVED` when tracking should end while orders, edits or sales reserve units; carts need no hold then.
 */
export const configureStock = (core: Core, actor: Actor, input: z.output<C['configure']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const stock = await lockOne(tx, input.variantId);
    await changePolicies(tx, actor, [{ ...input, stock }]);
    return readStockLevel(tx, input.variantId);
  });
};

/** A locked level and its new policy; a value that is missing stays as it is. */
interface PolicyChange {
  readonly stock: LockedStock;
  readonly reorderThreshold?: number | undefined;
  readonly backorderLimit?: number | undefined;
  readonly tracked?: boolean | undefined;
}

/**
 * Tx step: sets how many units of locked levels may be sold before they arrive, and whether units are counted, each variant named once.
 * Throws `STOCK_BELOW_RESERVED` when more already are, and `STOCK_RESERVED` as `configureStock`.
 */
export const setStockRules = (
  tx: Tx,
  actor: Actor,
  changes: readonly (PolicyChange & { readonly backorderLimit: number; readonly tracked: boolean })[],
): Promise<void> =>
  changePolicies(
    tx,
    actor,
    changes.filter(({ stock, backorderLimit, tracked }) => backorderLimit !== stock.backorderLimit || tracked !== stock.tracked),
  );

const changePolicies = async (tx: Tx, actor: Actor, given: readonly PolicyChange[]): Promise<void> => {
  if (given.length === 0) return;
  const changes = await withoutCarts(tx, given);
  const policies = changes.map(
    ({ stock, reorderThreshold = stock.reorderThreshold, backorderLimit = stock.backorderLimit, tracked = stock.tracked }) => ({
      stock,
      policy: { reorderThreshold, backorderLimit, tracked },
    }),
  );
  for (const { stock, policy } of policies) refuseLimit(stock, policy.backorderLimit);
  await setStockPolicies(
    tx,
    policies.map(({ stock, policy }) => ({ variantId: stock.variantId, ...policy })),
  );
  for (const { stock, policy } of policies) announceCrossings(tx, stock, freeOf(stock), freeOf(stock), policy);
  const switched = policies.filter(({ stock, policy }) => policy.tracked !== stock.tracked);
  const begun = switched.filter(({ policy }) => policy.tracked).map(({ stock }) => stock.variantId);
  await leaveClosedLocations(tx, actor, begun);
  await writeAudits(
    tx,
    actor,
    switched.map(({ stock: { variantId, tracked }, policy }) => ({
      action: 'inventory.configure',
      subjectType: 'variant',
      subjectId: variantId,
      before: { tracked },
      after: { tracked: policy.tracked },
    })),
  );
};

/** Carts need no hold of a variant that is no longer tracked: releases theirs. Throws `STOCK_RESERVED` for units that others reserve. */
const withoutCarts = async (tx: Tx, changes: readonly PolicyChange[]): Promise<readonly PolicyChange[]> => {
  const ending = changes.filter(({ stock, tracked }) => stock.tracked && tracked === false && stock.reserved > 0);
  if (ending.length === 0) return changes;
  const ids = ending.map(({ stock }) => stock.variantId);
  const released = new Map((await releaseCartHolds(tx, ids, 'all')).map(({ variantId, reserved }) => [variantId, reserved]));
  for (const { stock } of ending) {
    const reserved = released.get(stock.variantId) ?? stock.reserved;
    if (reserved > 0) throw stillReserved({ ...stock, reserved });
    announceCrossings(tx, stock, freeOf(stock), stock.onHand);
  }
  return changes.map((change) => (ending.includes(change) ? { ...change, stock: { ...change.stock, reserved: 0 } } : change));
};

const freeOf = ({ onHand, reserved }: LockedStock): number => onHand - reserved;

const refuseLimit = (stock: LockedStock, backorderLimit: number): void => {
  const free = freeOf(stock);
  if (backorderLimit >= stock.backorderLimit || free + backorderLimit >= 0) return;
  throw new DomainError(
    'STOCK_BELOW_RESERVED',
    `${countedAre(-free, 'unit')} already sold on backorder. Set the backorder limit to ${-free} or more, or add units first.`,
    {
      details: { free: Math.max(0, stock.backorderLimit + free), requested: stock.backorderLimit - backorderLimit },
    },
  );
};

const lockOne = async (tx: Tx, variantId: string): Promise<LockedStock> => {
  const stock = (await lockFreedStock(tx, [variantId])).get(variantId);
  if (!stock) throw new Error('lockStock did not return the row it locked');
  return stock;
};

/** A locked level, and by how many units it changes. */
export interface OnHandChange {
  readonly stock: LockedStock;
  readonly delta: number;
  readonly kind: 'received' | 'adjusted';
  readonly reason: string;
  /** The location; without one, added units go to the default, and removed ones come from the locations by priority. */
  readonly locationId?: StockLocationId | undefined;
  /** The level is not tracked yet: the caller sets its rules later in the same transaction, and they announce what this changes. */
  readonly becomesTracked?: boolean | undefined;
  /** Sets the count even when fewer units would be left than are reserved. */
  readonly force?: boolean | undefined;
}

/**
 * Tx step: moves the counters of locked rows, which must be tracked or become so (`STOCK_NOT_TRACKED`), with the units at their locations,
 * and writes the ledger; each variant is named once. Does nothing for a difference of 0. Throws `STOCK_BELOW_RESERVED` when fewer units
 * would be left than are reserved, unless forced (then nobody can buy until the shortage is made up), and `INSUFFICIENT_STOCK` when fewer
 * are on hand, or at the location, than are removed: force never removes units that do not exist. Orders that wait for units get those
 * that arrive at once.
 */
export const changeOnHand = async (tx: Tx, actor: Actor, given: readonly OnHandChange[]): Promise<void> => {
  const changes = given.filter(({ delta }) => delta !== 0);
  if (changes.length === 0) return;
  for (const change of changes) {
    if (!change.becomesTracked) assertTracked(change.stock);
    await refuseOverOnHand(tx, change);
    refuseOverReserved(change);
  }
  await refuseUnitsOfSales(tx, changes);
  await refuseMissingUnits(
    tx,
    changes.flatMap(({ stock: { variantId }, delta, locationId }) =>
      delta < 0 && locationId !== undefined ? { variantId, locationId, quantity: delta } : [],
    ),
  );
  await setOnHand(
    tx,
    changes.map((change) => ({ variantId: change.stock.variantId, onHand: onHandAfter(change), forcedShort: shortAfter(change) })),
  );
  const byVariant = new Map(changes.map((change) => [change.stock.variantId, change]));
  const moved = await moveUnits(tx, changes);
  await writeLedger(
    tx,
    moved.flatMap((units) => {
      const change = byVariant.get(units.variantId);
      return change ? [{ ...units, kind: change.kind, reason: change.reason, actor: actorName(actor) }] : [];
    }),
  );
  for (const change of changes) {
    const { stock, delta, reason } = change;
    const onHand = onHandAfter(change);
    tx.outbox.add('stock.updated', stock.variantId, { variantId: stock.variantId, onHand, delta, reason });
    announceCrossings(tx, stock, freeOf(stock), onHand - stock.reserved);
  }
  const arrived = changes.filter(({ delta }) => delta > 0).map(({ stock }) => stock);
  await supplyShortLevels(tx, new Map(arrived.map((stock) => [stock.variantId, stock])), arrived);
};

const onHandAfter = ({ stock, delta }: OnHandChange): number => stock.onHand + delta;
const shortAfter = (change: OnHandChange): number => Math.max(0, change.stock.reserved - onHandAfter(change) - change.stock.backorderLimit);

const refuseOverOnHand = async (tx: Tx, change: OnHandChange): Promise<void> => {
  const { stock, delta, locationId } = change;
  // The units at a location are checked there.
  if (delta > 0 || locationId !== undefined || onHandAfter(change) >= 0) return;
  await refuseShortage(tx, { variantId: stock.variantId, requested: -delta, available: stock.onHand }, 'on hand');
};

const refuseOverReserved = (change: OnHandChange): void => {
  const { stock, delta, force = false } = change;
  // A change that only reduces a recorded shortage is never refused.
  if (shortAfter(change) === 0 || delta > 0 || force) return;
  const free = Math.max(0, Math.min(stock.onHand, stock.onHand + stock.backorderLimit - stock.reserved));
  throw new DomainError(
    'STOCK_BELOW_RESERVED',
    `${countedAre(stock.onHand, 'unit')} on hand, and ${countedAre(stock.reserved, 'unit')} reserved by carts, orders and flash sales. ` +
      `At most ${counted(free, 'unit')} can be removed unless stock may fall below what is reserved.`,
    { details: { free, requested: -delta } },
  );
};

/** Refuses to take the units of sales: these are on hand, however many units of the variant may be sold ahead otherwise. */
const refuseUnitsOfSales = async (tx: Tx, changes: readonly OnHandChange[]): Promise<void> => {
  const risky = changes.filter(
    (change) => change.delta < 0 && !change.force && change.stock.backorderLimit > 0 && onHandAfter(change) < change.stock.reserved,
  );
  if (risky.length === 0) return;
  const allocated = await readUnitsOfSales(
    tx,
    risky.map(({ stock }) => stock.variantId),
  );
  for (const change of risky) {
    const { stock, delta } = change;
    const units = allocated.get(stock.variantId) ?? 0;
    if (onHandAfter(change) >= units) continue;
    const free = Math.max(0, stock.onHand - units);
    throw new DomainError(
      'STOCK_BELOW_RESERVED',
      `${countedAre(stock.onHand, 'unit')} on hand, and flash sales need ${units} of them. ` +
        `At most ${counted(free, 'unit')} can be removed unless stock may fall below what is reserved.`,
      { details: { free, requested: -delta } },
    );
  }
};

/** Moves the units at the locations of each change. Returns them, negative where they were taken. */
const moveUnits = async (tx: Tx, changes: readonly OnHandChange[]): Promise<UnitsAt[]> => {
  const isByPriority = ({ delta, locationId }: OnHandChange) => delta < 0 && locationId === undefined;
  const wanted = changes.filter(isByPriority).map(({ stock, delta }) => ({ variantId: stock.variantId, quantity: -delta }));
  const taken = wanted.length === 0 ? [] : await takeByPriority(tx, wanted);
  const placed = changes.filter((change) => !isByPriority(change));
  const standard = placed.some(({ locationId }) => locationId === undefined) ? await getDefaultLocation(tx) : undefined;
  const put = placed.flatMap(({ stock: { variantId }, delta, locationId = standard }) =>
    locationId === undefined ? [] : [{ variantId, locationId, quantity: delta }],
  );
  await moveAtLocations(tx, put);
  return [...taken.map((units) => ({ ...units, quantity: -units.quantity })), ...put];
};

const refuseMissingUnits = async (tx: Tx, removed: readonly UnitsAt[]): Promise<void> => {
  const there = await readUnitsAtEach(tx, removed);
  for (const [i, { variantId, quantity }] of removed.entries()) {
    const available = there[i] ?? 0;
    if (available + quantity < 0) await refuseShortage(tx, { variantId, requested: -quantity, available }, 'at this location');
  }
};

/** Tx step for new variants: creates their stock rows at the default location, with the opening stock. */
export const openStock = async (
  tx: Tx,
  actor: Actor,
  opening: readonly { variantId: VariantId; onHand: number; backorderLimit: number; tracked: boolean }[],
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
