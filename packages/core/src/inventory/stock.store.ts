/**
 * Writes `stock_levels`. The caller has locked the rows that it changes. Statements that also write holds stand in `hold.store.ts` and
 * `cart-hold.store.ts`.
 */
import type { VariantId } from '@cartwright/contracts';
import { insertRows, now, rowsAs, type Tx } from '../kernel/index.ts';
import type { LockedStock } from './stock.locks.ts';

interface Units {
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** Inserts the stock rows of new variants. */
export const insertStockLevels = (
  tx: Tx,
  levels: readonly { readonly variantId: VariantId; readonly onHand: number; readonly backorderLimit: number; readonly tracked: boolean }[],
): Promise<void> =>
  insertRows(
    tx,
    'stock_levels',
    levels.map(({ variantId, onHand, backorderLimit, tracked }) => ({ variantId, onHand, backorderLimit, tracked })),
  );

/** Sets the units on hand of each variant, and by how many they are fewer than are reserved. */
export const setOnHand = async (
  { db }: Tx,
  levels: readonly { readonly variantId: VariantId; readonly onHand: number; readonly forcedShort: number }[],
): Promise<void> => {
  await db
    .updateTable('stock_levels as s')
    .from(rowsAs('w', levels, { variantId: 'uuid', onHand: 'int', forcedShort: 'int' }))
    .set((eb) => ({
      onHand: eb.ref('w.onHand'),
      forcedShort: eb.ref('w.forcedShort'),
      version: eb('s.version', '+', 1),
      updatedAt: now,
    }))
    .whereRef('s.variantId', '=', 'w.variantId')
    .execute();
};

/**
 * Sets the reorder threshold and the backorder limit of each variant, and whether its units are counted. One whose units are not counted
 * is not short of any.
 */
export const setStockPolicies = async (
  { db }: Tx,
  policies: readonly Pick<LockedStock, 'variantId' | 'reorderThreshold' | 'backorderLimit' | 'tracked'>[],
): Promise<void> => {
  await db
    .updateTable('stock_levels as s')
    .from(rowsAs('w', policies, { variantId: 'uuid', reorderThreshold: 'int', backorderLimit: 'int', tracked: 'boolean' }))
    .set((eb) => ({
      reorderThreshold: eb.ref('w.reorderThreshold'),
      backorderLimit: eb.ref('w.backorderLimit'),
      tracked: eb.ref('w.tracked'),
      forcedShort: eb.case().when('w.tracked', '=', eb.lit(true)).then(eb.ref('s.forcedShort')).else(0).end(),
      version: eb('s.version', '+', 1),
      updatedAt: now,
    }))
    .whereRef('s.variantId', '=', 'w.variantId')
    .execute();
};

/** Adds units to the reserved ones; negative numbers take them away. Names each variant once. */
export const moveReserved = async (tx: Tx, units: readonly Units[]): Promise<void> => {
  await tx.db
    .updateTable('stock_levels as s')
    .from(rowsAs('w', units, { variantId: 'uuid', quantity: 'int' }))
    .set((eb) => ({ reserved: eb('s.reserved', '+', eb.ref('w.quantity')), updatedAt: now }))
    .whereRef('s.variantId', '=', 'w.variantId')
    .execute();
};

/** Adds units to those on hand; negative numbers take them away. Names each variant once. */
export const moveOnHand = async (tx: Tx, units: readonly Units[]): Promise<void> => {
  await tx.db
    .updateTable('stock_levels as s')
    .from(rowsAs('w', units, { variantId: 'uuid', quantity: 'int' }))
    .set((eb) => ({ onHand: eb('s.onHand', '+', eb.ref('w.quantity')), version: eb('s.version', '+', 1), updatedAt: now }))
    .whereRef('s.variantId', '=', 'w.variantId')
    .execute();
};

/** Raises the version of a level whose units moved between locations, so that a count of the units before is refused. */
export const raiseStockVersion = async ({ db }: Tx, variantId: VariantId): Promise<void> => {
  await db
    .updateTable('stock_levels')
    .set((eb) => ({ version: eb('version', '+', 1), updatedAt: now }))
    .where('variantId', '=', variantId)
    .execute();
};

/** Sets both counters to what the ledger and the holds justify, and records a shortage between them. Names each variant once. */
export const correctCounters = async (
  { db }: Tx,
  counters: readonly Pick<LockedStock, 'variantId' | 'onHand' | 'reserved'>[],
): Promise<void> => {
  await db
    .updateTable('stock_levels as s')
    .from(rowsAs('w', counters, { variantId: 'uuid', onHand: 'int', reserved: 'int' }))
    .set((eb) => ({
      onHand: eb.ref('w.onHand'),
      reserved: eb.ref('w.reserved'),
      forcedShort: eb.fn<number>('greatest', [eb.lit(0), eb(eb('w.reserved', '-', eb.ref('w.onHand')), '-', eb.ref('s.backorderLimit'))]),
      version: eb('s.version', '+', 1),
      updatedAt: now,
    }))
    .whereRef('s.variantId', '=', 'w.variantId')
    .execute();
};
