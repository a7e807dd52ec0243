/** Writes `price_changes`, the price history of variants, from which the lowest price of 30 days is calculated (Directive 98/6/EC). */
import type { VariantId } from '@cartwright/contracts';
import { insertRows, type Tx } from '../kernel/index.ts';

/** Tx step: records new base prices of variants. Prices of price lists are recorded where they are set. */
export const recordPriceChanges = (
  tx: Tx,
  changedBy: string,
  changes: readonly { readonly variantId: VariantId; readonly priceCents: number }[],
): Promise<void> =>
  insertRows(
    tx,
    'price_changes',
    changes.map(({ variantId, priceCents }) => ({
      id: tx.ids.next(),
      variant_id: variantId,
      price_cents: priceCents,
      changed_by: changedBy,
    })),
  );
