/**
 * Tx steps on allocations: units of a variant that are set apart for one purpose, such as a sale.
 * They count as reserved from the start, so carts cannot hold them, and taking one touches the
 * allocation's row only. Locks: the stock row first, then the allocation.
 */
import type { VariantId } from '@cartwright/contracts';
import { countedAre, DomainError, notFound, type Tx } from '../kernel/index.ts';
import { endAllocation, insertAllocations, moveFreeUnits, readFreeUnits, type NewAllocation } from './allocation.store.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortage } from './stock.shortage.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { LockedStock } from './stock.locks.ts';
import { moveReserved } from './stock.store.ts';

/** Allocates units of the available stock, all or nothing. Throws `INSUFFICIENT_STOCK` with what is available. */
export const allocateStock = async (tx: Tx, wanted: readonly NewAllocation[]): Promise<void> => {
  if (wanted.length === 0) return;
  const stock = await lockFreedStock(
    tx,
    wanted.map((w) => w.variantId),
  );
  for (const { variantId, units } of wanted) await reserve(tx, stock.get(variantId), units);
  await insertAllocations(tx, wanted);
};

/**
 * Adds units to an open allocation, or returns free ones to the available stock. Returns the free units after the change.
 * Throws `INSUFFICIENT_STOCK` when too few units are available, `STOCK_BELOW_RESERVED` when more units would be returned than are free.
 */
export const changeAllocation = async (tx: Tx, allocation: { id: string; variantId: VariantId }, delta: number): Promise<number> => {
  const stock = (await lockFreedStock(tx, [allocation.variantId])).get(allocation.variantId);
  const free = await moveFreeUnits(tx, allocation.id, delta);
  if (free === undefined) throw await tooFewFree(tx, allocation.id, -delta);
  await reserve(tx, stock, delta);
  return free;
};

const tooFewFree = async (tx: Tx, allocationId: string, requested: number): Promise<DomainError> => {
  const free = await readFreeUnits(tx, allocationId);
  return new DomainError(
    'STOCK_BELOW_RESERVED',
    `Only ${countedAre(free, 'unit')} free in this allocation, but ${requested} should be returned to the available stock.`,
    { details: { free, requested } },
  );
};

/** Closes an allocation for good and returns its free units to the available stock. Returns how many units; 0 when it is already closed. */
export const closeAllocation = async (tx: Tx, allocation: { id: string; variantId: VariantId }): Promise<number> => {
  const stock = (await lockFreedStock(tx, [allocation.variantId])).get(allocation.variantId);
  const free = await endAllocation(tx, allocation.id);
  await reserve(tx, stock, -free);
  return free;
};

/** Moves the reserved counter of a locked row. */
const reserve = async (tx: Tx, stock: LockedStock | undefined, units: number): Promise<void> => {
  if (!stock) throw notFound('A variant');
  if (units === 0) return;
  const available = stock.onHand - stock.reserved;
  // Never below 0, also where units were sold on backorder or staff forced a lower count.
  const free = Math.max(0, available);
  if (units > free) await refuseShortage(tx, { variantId: stock.variantId, requested: units, available: free });
  await moveReserved(tx, stock.variantId, units);
  announceCrossings(tx, stock, available, available - units);
};
