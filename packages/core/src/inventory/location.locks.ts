/** Every row lock on stock locations. */
import type { StockLocation, StockLocationId, VariantId } from '@cartwright/contracts';
import { anyId, DomainError, notFound, type Tx } from '../kernel/index.ts';
import type { UnitsAt } from './location-level.store.ts';
import { locationColumns } from './location.queries.ts';

/**
 * Tx step: keeps locations open until the commit. Any number of transactions may hold this lock at once. Throws
 * `NOT_FOUND` for an unknown location, `LOCATION_CLOSED` for a closed one.
 */
export const assertLocationsOpen = async ({ db }: Tx, locationIds: readonly string[]): Promise<void> => {
  const rows = await db
    .selectFrom('stock_locations')
    .select(['id', 'code', 'active'])
    .where('id', '=', anyId(locationIds))
    .orderBy('id')
    .forShare()
    .execute();
  const unknown = locationIds.find((id) => !rows.some((row) => row.id === id));
  if (unknown !== undefined) throw notFound('This location', unknown);
  const closed = rows.filter((row) => !row.active).map(({ code }) => code);
  if (closed.length > 0)
    throw new DomainError(
      'LOCATION_CLOSED',
      closed.length === 1
        ? `The stock location ${closed[0]} is closed. Open it before you add units.`
        : `The stock locations ${closed.join(', ')} are closed. Open them before you add units.`,
    );
};

/** Tx step: the units of variants at each location. No location of theirs is opened or closed until the commit. */
export const lockPlacesOf = async ({ db }: Tx, variantIds: readonly VariantId[]): Promise<(UnitsAt & Pick<StockLocation, 'active'>)[]> =>
  variantIds.length === 0
    ? []
    : db
        .selectFrom('location_levels as l')
        .innerJoin('stock_locations as o', 'o.id', 'l.locationId')
        .select(['l.variantId', 'l.locationId', 'l.onHand as quantity', 'o.active'])
        .where('l.variantId', '=', anyId(variantIds))
        .orderBy('o.id')
        .forShare('o')
        .$narrowType<{ variantId: VariantId; locationId: StockLocationId }>()
        .execute();

/** Tx step: locks all locations, so that two which are made the default at once wait for each other. */
export const lockLocations = ({ db }: Tx): Promise<StockLocation[]> =>
  db.selectFrom('stock_locations').select(locationColumns).orderBy('id').forUpdate().$narrowType<{ id: StockLocationId }>().execute();
