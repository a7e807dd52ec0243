/** The prices of the variants of a product, present and past. */
import type { Currency, ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { instantTextOf, type Reader } from '../kernel/index.ts';
import { lowestPrice, priorPrice } from './lowest-prices.ts';
import { onSale } from './on-sale.ts';

type C = ShopContract['priceLists'];

const variantPrices = ({ db }: Pick<Reader, 'db'>, productId: ProductId) =>
  db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select(['v.id as variantId', 'p.currency', 'v.priceCents', lowestPrice.as('lowestPriceCents'), priorPrice.as('priorPriceCents')])
    .where('p.id', '=', productId)
    .where('p.deletedAt', 'is', null)
    .orderBy('v.position')
    .orderBy('v.id')
    .$narrowType<{ variantId: VariantId; currency: Currency }>();

/** The present, the lowest and the prior price of each variant; none for a deleted product, or for one that `which` leaves out. */
export const readVariantPrices = (
  reader: Pick<Reader, 'db'>,
  productId: ProductId,
  which: 'any product' | 'on sale',
): Promise<z.output<C['lowestPrices']['output']>['variants']> => {
  const prices = variantPrices(reader, productId);
  return (which === 'on sale' ? prices.where(onSale) : prices).execute();
};

/** The same with the SKU and the changes of the last days, oldest first, beginning with the price that was in force before them. */
export const readPriceHistory = (
  reader: Pick<Reader, 'db'>,
  productId: ProductId,
  days: number,
): Promise<z.output<C['history']['output']>['variants']> => {
  type Changes = z.output<C['history']['output']>['variants'][number]['changes'];
  const changes = sql<Changes>`coalesce((
    select json_agg(json_build_object('at', ${instantTextOf('c.created_at')},
      'priceCents', c.price_cents, 'priceListId', c.price_list_id, 'priceListName', l.name, 'changedBy', c.changed_by)
      order by c.created_at, c.id)
    from (
      select *, lead(created_at) over (partition by price_list_id order by created_at, id) as until from price_changes
      where variant_id = v.id) c
    left join price_lists l on l.id = c.price_list_id
    where c.until is null or c.until > now() - make_interval(days => ${days})), '[]')`;
  return variantPrices(reader, productId)
    .select(['v.sku', changes.as('changes')])
    .execute();
};
