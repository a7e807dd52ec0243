/** Writes `price_changes`, the price history of variants, from which the lowest price of 30 days is calculated (Directive 98/6/EC). */
import type { PriceListId, VariantId } from '@cartwright/contracts';
import { actorName, insertRows, type Actor, type Tx } from '../kernel/index.ts';

/** A price that changed: the base price of a variant, or its price in a price list; null for one that was removed from the list. */
export type PriceChange = { readonly variantId: VariantId } & (
  | { readonly priceCents: number; readonly priceListId?: undefined }
  | { readonly priceCents: number | null; readonly priceListId: PriceListId }
);

/** Tx step: records new prices of variants. */
export const recordPriceChanges = (tx: Tx, changedBy: string, changes: readonly PriceChange[]): Promise<void> =>
  insertRows(
    tx,
    'price_changes',
    changes.map(({ variantId, priceCents, priceListId = null }) => ({
      id: tx.ids.next(),
      variantId,
      priceCents,
      priceListId,
      changedBy,
    })),
  );

/** Tx step: records the end of all prices of a price list that is about to be removed. */
export const recordEndOfPrices = async (tx: Tx, actor: Actor, id: PriceListId): Promise<void> => {
  await tx.db
    .insertInto('price_changes')
    .columns(['id', 'variantId', 'priceCents', 'priceListId', 'changedBy'])
    .expression((eb) =>
      eb
        .selectFrom('price_list_prices')
        .select([
          eb.fn<string>('gen_random_uuid').as('id'),
          'variantId',
          eb.lit(null).as('priceCents'),
          'priceListId',
          eb.val(actorName(actor)).as('changedBy'),
        ])
        .where('priceListId', '=', id)
        .where('minQuantity', '=', 1),
    )
    .execute();
};
