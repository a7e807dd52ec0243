/**
 * Units of untracked variants do not keep a location open, because they are not counted. When they are counted again, they are at the
 * default location.
 */
import type { VariantId } from '@cartwright/contracts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import { addAtLocations } from './location-level.store.ts';
import { lockPlacesOf } from './location.locks.ts';
import { getDefaultLocation } from './location.queries.ts';
import { writeLedger } from './stock-movement.store.ts';

/** Tx step: moves the units that variants have at closed locations to the default location. The caller has locked their stock rows. */
export const leaveClosedLocations = async (tx: Tx, actor: Actor, variantIds: readonly VariantId[]): Promise<void> => {
  const left = (await lockPlacesOf(tx, variantIds)).filter(({ active, quantity }) => !active && quantity > 0);
  if (left.length === 0) return;
  const standard = await getDefaultLocation(tx);
  const units = left.flatMap(({ variantId, locationId, quantity }) => [
    { variantId, locationId, quantity: -quantity },
    { variantId, locationId: standard, quantity },
  ]);
  await addAtLocations(tx, units);
  await writeLedger(
    tx,
    units.map((moved) => ({ ...moved, kind: 'transferred', reason: 'from a closed location', actor: actorName(actor) })),
  );
};
