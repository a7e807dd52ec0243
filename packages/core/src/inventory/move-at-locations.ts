/**
 * The Tx step that moves units at locations. The caller holds the lock of the variant's stock row, whose counter
 * it moves by the same number: buyers wait for that row and never for these.
 */
import type { Tx } from '../kernel/index.ts';
import { addAtLocations, type UnitsAt } from './location-level.store.ts';
import { assertLocationsOpen } from './location.locks.ts';

/**
 * Adds or removes units at locations; a caller that removes units has checked that they are there. Throws `NOT_FOUND`
 * for an unknown location, `LOCATION_CLOSED` for a closed one.
 */
export const moveAtLocations = async (tx: Tx, units: readonly UnitsAt[]): Promise<void> => {
  if (units.length === 0) return;
  await assertLocationsOpen(tx, [...new Set(units.map((u) => u.locationId))]);
  await addAtLocations(tx, units);
};
