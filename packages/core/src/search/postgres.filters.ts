/** The WHERE of a search. Each kind of filter can be left out, to count the other values of that kind. */
import { sql, type RawBuilder } from 'kysely';
import type { SearchRequest } from '../kernel/index.ts';

type Sql = RawBuilder<unknown>;
/** A kind of filter. Each option is its own kind, such as `option:Size` and `option:Colour`. */
export type FilterKind = 'category' | 'brands' | 'tags' | 'prices' | 'availability' | `option:${string}`;

/** SQL: products with units of expired cart holds. */
export const backInStock: Sql = sql`
  select v.product_id from (select h.variant_id, sum(h.quantity) as units from holds h where h.state = 'active' and h.cart_id is not null and h.expires_at <= now() group by h.variant_id) f
  join stock_levels l on l.variant_id = f.variant_id join variants v on v.id = f.variant_id where l.on_hand + l.backorder_limit - l.reserved + f.units > 0`;

/**
 * SQL: whether a unit can be bought now. The flag of the row follows when the worker releases expired cart holds; until
 * then their units count here, so that no buyer waits for the worker.
 */
export const inStockNow: Sql = sql`(e.in_stock or e.product_id in (${backInStock}))`;

/** SQL: the score boost for categories and brands of the cart. */
export const affinityBoost = (affinity: SearchRequest['affinity']): Sql =>
  affinity
    ? sql` * (1 + case when e.category_id = any(${affinity.categoryIds}::uuid[]) then 0.25 else 0 end + case when e.brand = any(${affinity.brands}::text[]) then 0.15 else 0 end)`
    : sql``;

/** SQL: sort orders of found rows `h` with their trend `t`, and of all entries as an index has them. */
export const orders = {
  relevance: { keys: sql`h.score * (1 + 0.1 * ln(1 + coalesce(t.score, 0))) desc, h.created_at desc, h.product_id desc`, index: null },
  newest: { keys: sql`h.created_at desc, h.product_id desc`, index: sql`e.created_at desc, e.product_id desc` },
  name: { keys: sql`lower(h.name), h.product_id`, index: sql`lower(e.name), e.product_id` },
  price: { keys: sql`h.min_price_cents, h.product_id`, index: sql`e.min_price_cents, e.product_id` },
  '-price': { keys: sql`h.min_price_cents desc, h.product_id desc`, index: sql`e.min_price_cents desc, e.product_id desc` },
} as const;

export const textQuery = (text: string): Sql => sql`websearch_to_tsquery('public.shop_text', ${text})`;

const within = (slug: string): Sql =>
  sql`e.category_id in (with recursive below as (select id from categories where slug = ${slug} union all select c.id from categories c join below b on c.parent_id = b.id) select id from below)`;

const optionsByName = (options: readonly string[]): ReadonlyMap<string, string[]> => {
  const byName = new Map<string, string[]>();
  for (const option of options) {
    const name = option.slice(0, option.indexOf(':'));
    byName.set(name, [...(byName.get(name) ?? []), option]);
  }
  return byName;
};

/** Every filter that a request sets, by its kind. */
export const filtersOf = (request: SearchRequest): ReadonlyMap<FilterKind, Sql> => {
  const { category, brands, tags, options, minPriceCents, maxPriceCents, inStock } = request;
  const filters = new Map<FilterKind, Sql>();
  if (category !== null) filters.set('category', within(category));
  if (brands.length > 0) filters.set('brands', sql`e.brand = any(${brands}::text[])`);
  if (tags.length > 0) filters.set('tags', sql`e.tags && ${tags}::text[]`);
  for (const [name, values] of optionsByName(options)) filters.set(`option:${name}`, sql`e.options && ${values}::text[]`);
  const prices: Sql[] = [];
  if (minPriceCents !== null) prices.push(sql`e.max_price_cents >= ${minPriceCents}`);
  if (maxPriceCents !== null) prices.push(sql`e.min_price_cents <= ${maxPriceCents}`);
  if (prices.length > 0) filters.set('prices', sql.join(prices, sql` and `));
  if (inStock !== null) filters.set('availability', inStock ? inStockNow : sql`not ${inStockNow}`);
  return filters;
};

/** All conditions of a request but those of one kind. */
export const conditionsOf = (request: SearchRequest, leftOut: FilterKind | null = null): Sql => {
  const parts = [...filtersOf(request)].flatMap(([kind, filter]) => (kind === leftOut ? [] : [filter]));
  if (request.text !== null) parts.unshift(sql`e.document @@ ${textQuery(request.text)}`);
  return parts.length > 0 ? sql.join(parts, sql` and `) : sql`true`;
};
