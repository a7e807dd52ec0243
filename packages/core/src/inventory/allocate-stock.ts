/**
 * Tx steps on allocations: units of a variant that are set apart for one purpose, such as a sale.
 * They count as reserved from the start, so carts cannot hold them, and taking one touches the
 * allocation's row only. Locks: the stock row first, then the allocation.
 */
import type { VariantId } from '@cartwright/contracts';
import { countedAre, DomainError, notFound, type Tx } from '../kernel/index.ts';
import { endAllocations, insertAllocations, moveFreeUnits, readFreeUnits, type NewAllocation } from './allocation.store.ts';
import { announceCrossings } from './stock.events.ts';
import { refuseShortage } from './stock.shortage.ts';
import { assertTracked } from './stock.tracking.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { LockedStock } from './stock.locks.ts';
import { moveReserved } from './stock.store.ts';
import { supplyShortLevels } from './supply-backorders.ts';

/**
 * Allocates units of the available stock, all or nothing. Throws `INSUFFICIENT_STOCK` with what is available, and `STOCK_NOT_TRACKED` for
 * an untracked variant, of which no units can be set apart.
 */
export const allocateStock = async (tx: Tx, wanted: readonly NewAllocation[]): Promise<void> => {
  if (wanted.length === 0) return;
  const stock = await lockFreedStock(
    tx,
    wanted.map((w) => w.variantId),
  );
  await reserve(tx, stock, wanted);
  await insertAllocations(tx, wanted);
};

/**
 * Adds units to an open allocation, or returns free ones to the available stock. Returns the free units after the change. Throws
 * `INSUFFICIENT_STOCK` when too few units are available, `STOCK_NOT_TRACKED`, and `STOCK_BELOW_RESERVED` when more units would be returned
 * than are free.
 */
export const changeAllocation = async (tx: Tx, allocation: { id: string; variantId: VariantId }, delta: number): Promise<number> => {
  const { id, variantId } = allocation;
  const stock = await lockFreedStock(tx, [variantId]);
  const free = await moveFreeUnits(tx, id, delta);
  if (free === undefined) throw await tooFewFree(tx, id, -delta);
  await reserve(tx, stock, [{ variantId, units: delta }]);
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

/** Closes allocations for good and returns their free units to the available stock. Changes nothing where one is already closed. */
export const closeAllocations = async (
  tx: Tx,
  allocations: readonly { readonly id: string; readonly variantId: VariantId }[],
): Promise<void> => {
  const stock = await lockFreedStock(
    tx,
    allocations.map(({ variantId }) => variantId),
  );
  const closed = await endAllocations(
    tx,
    allocations.map(({ id }) => id),
  );
  await reserve(
    tx,
    stock,
    closed.map(({ variantId, unitsFree }) => ({ variantId, units: -unitsFree })),
  );
};

interface Move {
  readonly variantId: VariantId;
  readonly units: number;
}

/** Moves the reserved counters of locked rows, all or none; orders that wait for units get those that are free again. */
const reserve = async (tx: Tx, stock: ReadonlyMap<string, LockedStock>, moves: readonly Move[]): Promise<void> => {
  const sums = new Map<VariantId, number>();
  for (const { variantId, units } of moves) sums.set(variantId, (sums.get(variantId) ?? 0) + units);
  const changes = [...sums].map(([variantId, units]) => {
    const level = stock.get(variantId);
    if (!level) throw notFound('A variant');
    return { level, units, available: level.onHand - level.reserved };
  });
  for (const { level, units, available } of changes) {
    if (units > 0) assertTracked(level);
    // Never below 0, also where units were sold on backorder or staff forced a lower count.
    const free = Math.max(0, available);
    if (units > free) await refuseShortage(tx, { variantId: level.variantId, requested: units, available: free });
  }
  const moved = changes.filter(({ units }) => units !== 0);
  if (moved.length === 0) return;
  await moveReserved(
    tx,
    moved.map(({ level, units }) => ({ variantId: level.variantId, quantity: units })),
  );
  for (const { level, units, available } of moved) announceCrossings(tx, level, available, available - units);
  await supplyShortLevels(
    tx,
    stock,
    moved.filter(({ units }) => units < 0).map(({ level }) => level),
  );
};
