/** Every row lock on stock locations. */
import type { StockLocation, StockLocationId } from '@cartwright/contracts';
import { anyId, DomainError, notFound, type Tx } from '../kernel/index.ts';
import { locationColumns } from './location.queries.ts';

/**
 * Tx step: keeps locations open until the commit. Any number of transactions may hold this lock at once. Throws
 * `NOT_FOUND` for an unknown location, `LOCATION_CLOSED` for a closed one.
 */
export const assertLocationsOpen = async ({ db }: Tx, locationIds: readonly string[]): Promise<void> => {
  const rows = await db.selectFrom('stock_locations').select(['id', 'active']).where('id', '=', anyId(locationIds)).forShare().execute();
  const unknown = locationIds.find((id) => !rows.some((row) => row.id === id));
  if (unknown !== undefined) throw notFound('This location', unknown);
  if (rows.some((row) => !row.active))
    throw new DomainError('LOCATION_CLOSED', 'This stock location is closed. Open it before you add units.');
};

/** Tx step: locks all locations, so that two which are made the default at once wait for each other. */
export const lockLocations = ({ db }: Tx): Promise<StockLocation[]> =>
  db.selectFrom('stock_locations').select(locationColumns).orderBy('id').forUpdate().$narrowType<{ id: StockLocationId }>().execute();
