import type { ShopContract, StockLevel } from '@cartwright/contracts';
import type { z } from 'zod';
import { actorName, DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { readStockLevel } from './inventory.queries.ts';
import { readUnitsAt } from './location.queries.ts';
import { writeLedger } from './stock-movement.store.ts';
import { moveAtLocations } from './move-at-locations.ts';
import { lockStock } from './stock.locks.ts';
import { refuseShortage } from './stock.shortage.ts';
import { assertTracked } from './stock.tracking.ts';
import { raiseStockVersion } from './stock.store.ts';

type Input = z.output<ShopContract['inventory']['transfer']['input']>;

/**
 * Moves units from one location to another; the units on hand, and what can be sold, stay the same. Throws `STOCK_NOT_TRACKED` for an
 * untracked variant, `INSUFFICIENT_STOCK` when there are fewer, `LOCATION_CLOSED` when the target is closed, `INVALID_INPUT` when it is the
 * source.
 */
export const transferStock = async (core: Core, actor: Actor, input: Input): Promise<StockLevel> => {
  requireScope(actor, 'inventory:write');
  const { variantId, fromLocationId, toLocationId, quantity, reason } = input;
  if (fromLocationId === toLocationId)
    throw new DomainError('INVALID_INPUT', 'toLocationId must differ from fromLocationId.', {
      fields: [{ path: 'toLocationId', message: 'must differ from fromLocationId' }],
    });
  return transact(core, { once: { answers: true, again: (tx) => readStockLevel(tx, variantId) } }, async (tx) => {
    for (const level of (await lockStock(tx, [variantId])).values()) assertTracked(level);
    const there = await readUnitsAt(tx, variantId, fromLocationId);
    if (there < quantity) await refuseShortage(tx, { variantId, requested: quantity, available: there }, 'at this location');
    const units = [
      { variantId, locationId: fromLocationId, quantity: -quantity },
      { variantId, locationId: toLocationId, quantity },
    ];
    await moveAtLocations(tx, units);
    await raiseStockVersion(tx, variantId);
    await writeLedger(
      tx,
      units.map((u) => ({ ...u, kind: 'transferred', reason, actor: actorName(actor) })),
    );
    tx.outbox.add('stock.transferred', variantId, { variantId, fromLocationId, toLocationId, quantity });
    return readStockLevel(tx, variantId);
  });
};
