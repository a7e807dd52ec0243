import type { ShopContract, StockLocation } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, takenField, transact, type Actor, type Core } from '../kernel/index.ts';
import { readLocation } from './location.queries.ts';
import { insertLocation } from './location.store.ts';

type C = ShopContract['inventory'];

/** Adds a location. Throws `LOCATION_CODE_TAKEN`. */
export const createStockLocation = (core: Core, actor: Actor, input: z.output<C['createLocation']['input']>): Promise<StockLocation> => {
  requireScope(actor, 'inventory:write');
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readLocation(tx, subject) } },
    async (tx) => {
      const location = await insertLocation(tx, input);
      if (!location) throw takenField('LOCATION_CODE_TAKEN', { thing: 'stock location', field: 'code', value: input.code });
      return location;
    },
  );
};
