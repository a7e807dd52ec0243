/** Every row lock on stock locations. */
import type { StockLocation } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, notFound, type Tx } from '../kernel/index.ts';
import { locationColumns } from './location.queries.ts';

/**
 * Tx step: keeps locations open until the commit. Any number of transactions may hold this lock at once. Throws
 * `NOT_FOUND` for an unknown location, `LOCATION_CLOSED` for a closed one.
 */
export const assertLocationsOpen = async (tx: Tx, locationIds: readonly string[]): Promise<void> => {
  const { rows } = await sql<{ active: boolean }>`
    select active from stock_locations where id = any(${locationIds}::uuid[]) for share`.execute(tx.db);
  if (rows.length < locationIds.length) throw notFound('This location');
  if (rows.some((row) => !row.active))
    throw new DomainError('LOCATION_CLOSED', 'This stock location is closed. Open it before you add units.');
};

/** Tx step: locks all locations, so that two which are made the default at once wait for each other. */
export const lockLocations = async (tx: Tx): Promise<StockLocation[]> => {
  const { rows } = await sql<StockLocation>`select ${locationColumns} from stock_locations order by id for update`.execute(tx.db);
  return rows;
};
