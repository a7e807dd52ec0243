/** Writes `stock_locations`. */
import type { StockLocation, StockLocationId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { locationColumns } from './location.queries.ts';

/** Inserts a location. Returns it; undefined when another location has the code. */
export const insertLocation = async (
  tx: Tx,
  { code, name, priority }: Pick<StockLocation, 'code' | 'name' | 'priority'>,
): Promise<StockLocation | undefined> => {
  const { rows } = await sql<StockLocation>`
      insert into stock_locations (id, code, name, priority) values (${tx.ids.next<StockLocationId>()}, ${code}, ${name}, ${priority})
      on conflict (code) do nothing returning ${locationColumns}`.execute(tx.db);
  return rows[0];
};

/** Leaves no location as the default. The caller has locked all locations, and makes another one the default. */
export const clearDefaultLocation = async (tx: Tx): Promise<void> => {
  await sql`update stock_locations set is_default = false, updated_at = now() where is_default`.execute(tx.db);
};

/** Writes all values of a locked location that staff set. Returns the location; undefined for an unknown one. */
export const changeLocation = async (
  tx: Tx,
  id: StockLocationId,
  { name, priority, active, isDefault }: Pick<StockLocation, 'name' | 'priority' | 'active' | 'isDefault'>,
): Promise<StockLocation | undefined> => {
  const { rows } = await sql<StockLocation>`
      update stock_locations set name = ${name}, priority = ${priority}, active = ${active}, is_default = ${isDefault}, updated_at = now()
      where id = ${id} returning ${locationColumns}`.execute(tx.db);
  return rows[0];
};
