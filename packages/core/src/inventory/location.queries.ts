/** Reads of stock locations and of the units at them. */
import type { StockLocation, StockLocationId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, notFound, requireScope, rowCount, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';

/** The columns of a `StockLocation`. */
export const locationColumns = ['id', 'code', 'name', 'priority', 'isDefault', 'active'] as const;

const selectLocations = ({ db }: Pick<Reader, 'db'>) =>
  db.selectFrom('stock_locations').select(locationColumns).$narrowType<{ id: StockLocationId }>();

/** All locations, those that serve orders first in that order; closed ones last. */
export const listStockLocations = async (core: Core, actor: Actor): Promise<{ locations: StockLocation[] }> => {
  requireScope(actor, 'inventory:read');
  return { locations: await selectLocations(core).orderBy('active', 'desc').orderBy('priority').orderBy('id').limit(1000).execute() };
};

/** One location. Throws `NOT_FOUND`. */
export const readLocation = async (tx: Tx, id: string): Promise<StockLocation> => {
  const location = await selectLocations(tx).where('id', '=', id).executeTakeFirst();
  if (!location) throw notFound('This location', id);
  return location;
};

/** The default location, used when none is given. */
export const getDefaultLocation = async (tx: Tx): Promise<StockLocationId> => {
  const location = await selectLocations(tx).where('isDefault', '=', sql.lit(true)).executeTakeFirst();
  if (!location) throw new Error('There is no default location');
  return location.id;
};

interface Place {
  readonly variantId: VariantId;
  readonly locationId: StockLocationId;
}

/** Units of a variant at a location. */
export const readUnitsAt = async (tx: Tx, variantId: VariantId, locationId: StockLocationId): Promise<number> =>
  (await readUnitsAtEach(tx, [{ variantId, locationId }]))[0] ?? 0;

/** `readUnitsAt` for several, in their order; one statement, none for none. */
export const readUnitsAtEach = async ({ db }: Tx, places: readonly Place[]): Promise<number[]> => {
  if (places.length === 0) return [];
  const levels = await db
    .selectFrom('location_levels')
    .select(['variantId', 'locationId', 'onHand'])
    .where('variantId', '=', anyId(places.map(({ variantId }) => variantId)))
    .execute();
  return places.map(
    (place) => levels.find((level) => level.variantId === place.variantId && level.locationId === place.locationId)?.onHand ?? 0,
  );
};

/** How many variants a location has units of, without those whose units are not counted. */
export const countVariantsAt = async ({ db }: Tx, locationId: StockLocationId): Promise<number> => {
  const counted = await db
    .selectFrom('location_levels as l')
    .innerJoin('stock_levels as s', 's.variantId', 'l.variantId')
    .select(rowCount.as('n'))
    .where('l.locationId', '=', locationId)
    .where('l.onHand', '>', 0)
    .where('s.tracked', '=', sql.lit(true))
    .executeTakeFirst();
  return counted?.n ?? 0;
};
