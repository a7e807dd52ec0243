import type { VariantId } from '@cartwright/contracts';
import { workOffPages, type Core, type Tx } from '../kernel/index.ts';
import { claimLapsedHolds } from './cart-hold.store.ts';
import { listLapsedVariants } from './hold.queries.ts';
import { announceCrossings } from './stock.events.ts';

/**
 * Ends expired cart holds, a page of variants at a time, each hold once with any number of workers. Returns how many
 * holds ended. Buyers do not depend on it, see `holdStock`.
 */
export const expireCartHolds = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<VariantId>(core, {
    what: 'the end of the holds of a variant',
    pageSize,
    find: (after, limit) => listLapsedVariants(core, after, limit),
    handle: endLapsedHolds,
  });

// Locked rows are left to the next run.
const endLapsedHolds = async (tx: Tx, variantIds: readonly VariantId[]): Promise<number> => {
  const released = await claimLapsedHolds(tx, variantIds);
  for (const row of released) announceCrossings(tx, row, row.after - row.units, row.after);
  return released.reduce((sum, row) => sum + row.holds, 0);
};
