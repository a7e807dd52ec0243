import type { ShopContract, StockLocation, StockLocationId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { locationColumns, readLocation } from './location.queries.ts';

type C = ShopContract['inventory'];

/** Adds a location. Throws `LOCATION_CODE_TAKEN`. */
export const createStockLocation = (core: Core, actor: Actor, input: z.output<C['createLocation']['input']>): Promise<StockLocation> => {
  requireScope(actor, 'inventory:write');
  return transactOnce(
    core,
    { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readLocation(tx, subject) },
    async (tx) => {
      const { rows } = await sql<StockLocation>`
      insert into stock_locations (id, code, name, priority) values (${tx.ids.next<StockLocationId>()}, ${input.code}, ${input.name}, ${input.priority})
      on conflict (code) do nothing returning ${locationColumns}`.execute(tx.db);
      if (!rows[0]) throw new DomainError('LOCATION_CODE_TAKEN', `Another stock location already has the code ${input.code}.`);
      return rows[0];
    },
  );
};
