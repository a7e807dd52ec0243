/** The price history of a variant, from which the lowest price of 30 days is calculated (Directive 98/6/EC). */
import type { VariantId } from '@cartwright/contracts';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

/** Tx step: records a new base price of a variant. Prices of price lists are recorded where they are set. */
export const recordPriceChange = async (
  tx: Tx,
  actor: Actor,
  { variantId, priceCents }: { readonly variantId: VariantId; readonly priceCents: number },
): Promise<void> => {
  await tx.db
    .insertInto('price_changes')
    .values({ id: tx.ids.next(), variant_id: variantId, price_cents: priceCents, changed_by: actorName(actor) })
    .execute();
};
