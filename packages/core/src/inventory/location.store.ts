/** Writes `stock_locations`. */
import type { StockLocation, StockLocationId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { now, type Tx } from '../kernel/index.ts';
import { locationColumns } from './location.queries.ts';

/** Inserts a location. Returns it; undefined when another location has the code. */
export const insertLocation = (
  { db, ids }: Tx,
  { code, name, priority }: Pick<StockLocation, 'code' | 'name' | 'priority'>,
): Promise<StockLocation | undefined> =>
  db
    .insertInto('stock_locations')
    .values({ id: ids.next<StockLocationId>(), code, name, priority })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .returning(locationColumns)
    .$narrowType<{ id: StockLocationId }>()
    .executeTakeFirst();

/** Leaves no location as the default. The caller has locked all locations, and makes another one the default. */
export const clearDefaultLocation = async ({ db }: Tx): Promise<void> => {
  await db.updateTable('stock_locations').set({ isDefault: false, updatedAt: now }).where('isDefault', '=', sql.lit(true)).execute();
};

/** Writes all values of a locked location that staff set. Returns the location; undefined for an unknown one. */
export const changeLocation = (
  { db }: Tx,
  id: StockLocationId,
  { name, priority, active, isDefault }: Pick<StockLocation, 'name' | 'priority' | 'active' | 'isDefault'>,
): Promise<StockLocation | undefined> =>
  db
    .updateTable('stock_locations')
    .set({ name, priority, active, isDefault, updatedAt: now })
    .where('id', '=', id)
    .returning(locationColumns)
    .$narrowType<{ id: StockLocationId }>()
    .executeTakeFirst();
