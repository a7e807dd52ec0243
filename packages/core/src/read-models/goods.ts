/** Variants with all data of their price: what rules, price lists, taxes and shipping depend on. */
import type { ProductId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, columnsAs, type Reader } from '../kernel/index.ts';
import { categoriesAbove } from './category-tree.ts';
import { matchesCollection } from './collection-rule.ts';
import { onSale } from './on-sale.ts';
import { liveHold, liveLevel } from './stock-levels.ts';

/** What rules, taxes and shipping depend on: the scopes of goods, their tax class and their weight. */
export interface ScopedGoods {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  /** The product's category and every one above it. */
  readonly categoryIds: readonly string[];
  /** The collections that contain the product, of those that a rule names. */
  readonly collectionIds: readonly string[];
  readonly taxClass: string;
  /** Null when it is not known. */
  readonly weightGrams: number | null;
}

/** One price of a variant in an active price list. */
interface ListPriceRow {
  readonly priceListId: string;
  readonly name: string;
  readonly priority: number;
  readonly customerGroup: string | null;
  readonly minQuantity: number;
  readonly priceCents: number;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
}

/** A variant with all data of its price in a currency. */
export interface Goods extends ScopedGoods {
  /** Null for a product that is sold in another currency. */
  readonly basePriceCents: number | null;
  readonly ownCurrency: string;
  readonly surcharges: boolean;
  readonly now: Date;
  /** Units this buyer could buy; null when the shop has no surcharge on low stock, or does not count them. */
  readonly available: number | null;
  readonly listPrices: readonly ListPriceRow[];
}

/** SQL: the columns of `ScopedGoods`, for `variants v join products p`. */
export const scopeColumns = sql<ScopedGoods>`v.id as "variantId", ${columnsAs<'products'>('p', ['taxClass'])}, p.id as "productId",
  v.weight_grams as "weightGrams",
  array(select c.id::text from collections c join search_entries e on e.product_id = p.id
    where c.id = any(array(select r.collection_id from pricing_rules r where r.active and r.collection_id is not null))
      and ${matchesCollection}) as "collectionIds",
  array${categoriesAbove(sql.ref('p.category_id'))} as "categoryIds"`;

/** SQL: the columns of `Goods`, for `variants v`, `products p` and `store_settings s`. Units that `cartId` holds are available to it. */
export const goodsColumns = (
  currency: string | RawBuilder<unknown>,
  cartId: string | RawBuilder<unknown> | null,
) => sql<Goods>`${scopeColumns},
  case when p.currency = ${currency} then v.price_cents end as "basePriceCents", p.currency as "ownCurrency",
  s.low_stock_surcharge as surcharges, now() as now,
  case when s.low_stock_surcharge then (select case when l.tracked then l.on_hand - l.reserved end from ${liveLevel('v')} l)
    + coalesce((select sum(h.quantity) from holds h where h.variant_id = v.id and h.cart_id = ${cartId}
      and ${liveHold}), 0)::int
  end as available,
  coalesce((select json_agg(json_build_object('priceListId', pl.id, 'name', pl.name, 'priority', pl.priority,
      'customerGroup', pl.customer_group, 'minQuantity', lp.min_quantity, 'priceCents', lp.price_cents,
      'startsAt', pl.starts_at, 'endsAt', pl.ends_at))
    from price_list_prices lp join price_lists pl on pl.id = lp.price_list_id
    where lp.variant_id = v.id and pl.active and pl.currency = ${currency}), '[]') as "listPrices"`;

/** Goods with their names, and whether they can be bought. */
export interface NamedGoods extends Goods {
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly onSale: boolean;
  readonly tracked: boolean;
}

/** The variants of these ids that exist, priced in a currency for a buyer without a cart: one statement. */
export const readGoods = async (
  { db }: Pick<Reader, 'db'>,
  currency: string,
  variantIds: readonly string[],
): Promise<Map<string, NamedGoods>> => {
  const { rows } = await sql<Goods & { sku: string; name: string; title: string; tracked: boolean; buyable: boolean }>`
    select ${goodsColumns(currency, null)}, v.sku, p.name, v.title, coalesce(c.tracked, true) as tracked, ${onSale} as buyable
    from variants v left join stock_levels c on c.variant_id = v.id join products p on p.id = v.product_id cross join store_settings s
    where v.id = ${anyId(variantIds, 'kept')}`.execute(db);
  const named = rows.map(({ name, title, buyable, ...goods }) => ({ ...goods, productName: name, variantTitle: title, onSale: buyable }));
  return new Map(named.map((goods) => [goods.variantId, goods]));
};
