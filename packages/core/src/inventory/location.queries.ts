/** Reads of stock locations. */
import type { StockLocation } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, requireScope, type Actor, type Core, type Tx } from '../kernel/index.ts';

/** SQL: the columns of a `StockLocation`. */
export const locationColumns = sql`id, code, name, priority, is_default as "isDefault", active`;

/** All locations, those that serve orders first in that order; closed ones last. */
export const listStockLocations = async (core: Core, actor: Actor): Promise<{ locations: StockLocation[] }> => {
  requireScope(actor, 'inventory:read');
  const { rows } =
    await sql<StockLocation>`select ${locationColumns} from stock_locations order by active desc, priority, id limit 1000`.execute(core.db);
  return { locations: rows };
};

/** One location. Throws `NOT_FOUND`. */
export const readLocation = async (tx: Tx, id: string): Promise<StockLocation> => {
  const { rows } = await sql<StockLocation>`select ${locationColumns} from stock_locations where id = ${id}`.execute(tx.db);
  if (!rows[0]) throw notFound('This location');
  return rows[0];
};
