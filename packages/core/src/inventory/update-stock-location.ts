import type { ShopContract, StockLocation } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockLocations } from './location.locks.ts';
import { countVariantsAt } from './location.queries.ts';
import { changeLocation, clearDefaultLocation } from './location.store.ts';

type C = ShopContract['inventory'];

/** Changes a location. Throws `LOCATION_NOT_EMPTY` for closing one that has or owes units, `LOCATION_IS_DEFAULT` for the default. */
export const updateStockLocation = (core: Core, actor: Actor, input: z.output<C['updateLocation']['input']>): Promise<StockLocation> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const all = await lockLocations(tx);
    const before = all.find((row) => row.id === input.locationId);
    if (!before) throw notFound('This location', input.locationId);
    const next = {
      name: input.name ?? before.name,
      priority: input.priority ?? before.priority,
      active: input.active ?? before.active,
      isDefault: input.isDefault ?? before.isDefault,
    };
    if (next.isDefault && !next.active)
      throw new DomainError('LOCATION_IS_DEFAULT', 'The default location cannot be closed. Make another location the default first.');
    if (before.active && !next.active) {
      const variants = await countVariantsAt(tx, before.id);
      if (variants > 0)
        throw new DomainError(
          'LOCATION_NOT_EMPTY',
          `This location still has units of ${variants} ${variants === 1 ? 'variant' : 'variants'}. Transfer them first.`,
          {
            details: { variants },
          },
        );
    }
    if (next.isDefault && !before.isDefault) await clearDefaultLocation(tx);
    const location = await changeLocation(tx, before.id, next);
    if (!location) throw notFound('This location', input.locationId);
    return location;
  });
};
