/** Past prices of variants, and the lowest of the last 30 days. */
import type { Currency, PriceListId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, notFound, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { onSale } from './price-goods.ts';

type C = ShopContract['priceLists'];

/** Number of days in which the price before a reduction is looked for (Directive 98/6/EC, Article 6a). */
const lowestPriceDays = 30;

/** The lowest price of a variant `v` within 30 days: of every change in them, the price in force when they began, and the present price. */
export const lowestPrice = sql`least(v.price_cents, (
  select min(c.price_cents) from price_changes c where c.variant_id = v.id and c.price_list_id is null and c.created_at > now() - make_interval(days => ${lowestPriceDays})), (
  select c.price_cents from price_changes c where c.variant_id = v.id and c.price_list_id is null and c.created_at <= now() - make_interval(days => ${lowestPriceDays})
  order by c.created_at desc, c.id desc limit 1))`;

/**
 * The price before a reduction of a variant `v`: the lowest price of the 30 days before the present one came into
 * force, including the one in force when they began; null when there was none. When a compare-at price is set, the
 * present price counts as coming into force then, so that a reduction is never compared with a price of long ago.
 */
export const priorPrice = sql`(
  select least(min(c.price_cents) filter (where c.created_at > n.created_at - make_interval(days => ${lowestPriceDays})),
    (array_agg(c.price_cents order by c.created_at desc, c.id desc) filter (where c.created_at <= n.created_at - make_interval(days => ${lowestPriceDays})))[1])
  from (select f.id, f.created_at from price_changes f where f.variant_id = v.id and f.price_list_id is null order by f.created_at desc, f.id desc limit 1) n
  join price_changes c on c.variant_id = v.id and c.price_list_id is null and c.id <> n.id)`;

/** The lowest own price of each variant within 30 days, the one in force when they began included; and within the 30 days before the present one. */
export const getLowestPrices = async (
  core: Core,
  actor: Actor,
  { id }: z.output<C['lowestPrices']['input']>,
): Promise<z.output<C['lowestPrices']['output']>> => {
  const { rows } = await sql<{
    variantId: VariantId;
    currency: Currency;
    priceCents: number;
    lowestPriceCents: number;
    priorPriceCents: number | null;
  }>`
    select v.id as "variantId", p.currency, v.price_cents as "priceCents", ${lowestPrice} as "lowestPriceCents", ${priorPrice} as "priorPriceCents"
    from variants v join products p on p.id = v.product_id
    where p.id = ${id} and p.deleted_at is null and (${onSale} or ${hasScope(actor, 'catalog:read')}) order by v.position, v.id`.execute(
    core.db,
  );
  if (rows.length === 0) throw notFound('This product');
  return { days: lowestPriceDays, variants: rows };
};

/** Changes of the last days, oldest first, with the price in force when they began. Throws `NOT_FOUND`. */
export const getPriceHistory = async (
  core: Core,
  actor: Actor,
  { id, days }: z.output<C['history']['input']>,
): Promise<z.output<C['history']['output']>> => {
  requireScope(actor, 'pricing:read');
  interface Row {
    readonly variantId: VariantId;
    readonly sku: string;
    readonly currency: Currency;
    readonly priceCents: number;
    readonly lowestPriceCents: number;
    readonly priorPriceCents: number | null;
    readonly changes: {
      at: string;
      priceCents: number | null;
      priceListId: PriceListId | null;
      priceListName: string | null;
      changedBy: string;
    }[];
  }
  const { rows } = await sql<Row>`
    select v.id as "variantId", v.sku, p.currency, v.price_cents as "priceCents", ${lowestPrice} as "lowestPriceCents", ${priorPrice} as "priorPriceCents",
      coalesce((select json_agg(json_build_object('at', to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'priceCents', c.price_cents,
          'priceListId', c.price_list_id, 'priceListName', l.name, 'changedBy', c.changed_by) order by c.created_at, c.id)
        from (select *, lead(created_at) over (partition by price_list_id order by created_at, id) as until from price_changes where variant_id = v.id) c
        left join price_lists l on l.id = c.price_list_id
        where c.until is null or c.until > now() - make_interval(days => ${days})), '[]') as changes
    from variants v join products p on p.id = v.product_id where p.id = ${id} and p.deleted_at is null order by v.position, v.id`.execute(
    core.db,
  );
  if (rows.length === 0) throw notFound('This product');
  return { variants: rows };
};
