/** Stock locations, for staff: list, create, change. */
import type { ShopContract, StockLocation, StockLocationId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockLocations } from './location.locks.ts';

type C = ShopContract['inventory'];
const columns = sql`id, code, name, priority, is_default as "isDefault", active`;

/** All locations, those that serve orders first in that order; closed ones last. */
export const listStockLocations = async (core: Core, actor: Actor): Promise<{ locations: StockLocation[] }> => {
  requireScope(actor, 'inventory:read');
  const { rows } = await sql<StockLocation>`select ${columns} from stock_locations order by active desc, priority, id limit 1000`.execute(
    core.db,
  );
  return { locations: rows };
};

const readLocation = async (tx: Tx, id: string): Promise<StockLocation> => {
  const { rows } = await sql<StockLocation>`select ${columns} from stock_locations where id = ${id}`.execute(tx.db);
  if (!rows[0]) throw notFound('This location');
  return rows[0];
};

/** Adds a location. Throws `LOCATION_CODE_TAKEN`. */
export const createStockLocation = (core: Core, actor: Actor, input: z.output<C['createLocation']['input']>): Promise<StockLocation> => {
  requireScope(actor, 'inventory:write');
  return transactOnce(
    core,
    { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readLocation(tx, subject) },
    async (tx) => {
      const { rows } = await sql<StockLocation>`
      insert into stock_locations (id, code, name, priority) values (${tx.ids.next<StockLocationId>()}, ${input.code}, ${input.name}, ${input.priority})
      on conflict (code) do nothing returning ${columns}`.execute(tx.db);
      if (!rows[0]) throw new DomainError('LOCATION_CODE_TAKEN', `Another stock location already has the code ${input.code}.`);
      return rows[0];
    },
  );
};

/** Changes a location. Throws `LOCATION_NOT_EMPTY` for closing one that has or owes units, `LOCATION_IS_DEFAULT` for the default. */
export const updateStockLocation = (core: Core, actor: Actor, input: z.output<C['updateLocation']['input']>): Promise<StockLocation> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    const all = await lockLocations(tx, columns);
    const before = all.find((row) => row.id === input.locationId);
    if (!before) throw notFound('This location');
    const next = {
      name: input.name ?? before.name,
      priority: input.priority ?? before.priority,
      active: input.active ?? before.active,
      isDefault: input.isDefault ?? before.isDefault,
    };
    if (next.isDefault && !next.active)
      throw new DomainError('LOCATION_IS_DEFAULT', 'The default location cannot be closed. Make another location the default first.');
    if (before.active && !next.active) {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from location_levels where location_id = ${before.id} and on_hand <> 0`.execute(tx.db);
      const variants = rows[0]?.n ?? 0;
      if (variants > 0)
        throw new DomainError(
          'LOCATION_NOT_EMPTY',
          `This location still has units of ${variants} ${variants === 1 ? 'variant' : 'variants'}. Transfer them first.`,
          {
            details: { variants },
          },
        );
    }
    if (next.isDefault && !before.isDefault)
      await sql`update stock_locations set is_default = false, updated_at = now() where is_default`.execute(tx.db);
    const { rows } = await sql<StockLocation>`
      update stock_locations set name = ${next.name}, priority = ${next.priority}, active = ${next.active}, is_default = ${next.isDefault}, updated_at = now()
      where id = ${before.id} returning ${columns}`.execute(tx.db);
    if (!rows[0]) throw notFound('This location');
    return rows[0];
  });
};
