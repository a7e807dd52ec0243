/** The WHERE of a search. Each kind of filter can be left out, to count the other values of that kind. */
import { expressionBuilder, sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { anyId, anyText, type SearchRequest } from '../kernel/index.ts';
import { categoriesBelow } from '../read-models/category-tree.ts';
import { lapsedHold } from '../read-models/stock-levels.ts';

type Sql = RawBuilder<unknown>;
type Condition = Expression<SqlBool>;
/** A kind of filter. Each option is its own kind, such as `option:Size` and `option:Colour`. */
export type FilterKind = 'words' | 'category' | 'brands' | 'tags' | 'prices' | 'availability' | `option:${string}`;

/** Columns of `search_entries e`, named as in the database: parts of statements that are written as text are not translated. */
interface Entries {
  readonly e: {
    readonly document: string;
    readonly brand: string | null;
    readonly tags: readonly string[];
    readonly options: readonly string[];
    readonly min_price_cents: number;
    readonly max_price_cents: number;
  };
}
const eb = expressionBuilder<Entries, 'e'>();

/** SQL: products with units of expired cart holds. */
export const backInStock: Sql = sql`
  select v.product_id from (
    select h.variant_id, sum(h.quantity) as units from holds h
    where h.state = 'active' and ${lapsedHold} group by h.variant_id) f
  join stock_levels l on l.variant_id = f.variant_id join variants v on v.id = f.variant_id
  where l.on_hand + l.backorder_limit - l.reserved + f.units > 0`;

/**
 * SQL: whether a unit can be bought now. The flag of the row follows when the worker releases expired cart holds; until
 * then their units count here, so that no buyer waits for the worker.
 */
export const inStockNow = sql<SqlBool>`(e.in_stock or e.product_id in (${backInStock}))`;

/** SQL: the sort keys of each order, for rows with an alias. A trend `t` stands beside the rows of an order by relevance. */
const sortKeys = {
  relevance: (rows: string) =>
    `${rows}.score * (1 + 0.1 * ln(1 + coalesce(t.score, 0))) desc, ${rows}.created_at desc, ${rows}.product_id desc`,
  newest: (rows: string) => `${rows}.created_at desc, ${rows}.product_id desc`,
  name: (rows: string) => `lower(${rows}.name), ${rows}.product_id`,
  price: (rows: string) => `${rows}.min_price_cents, ${rows}.product_id`,
  '-price': (rows: string) => `${rows}.min_price_cents desc, ${rows}.product_id desc`,
} satisfies Record<SearchRequest['sort'], (rows: string) => string>;

/** SQL: the sort keys of found rows `h` with their trend `t`, or of all entries `e`, as an index has them. */
export const orderBy = (sort: SearchRequest['sort'], rows: 'h' | 'e'): Sql => sql.raw(sortKeys[sort](rows));

/** SQL: the query of typed words. */
export const textQuery = (text: string) => sql<string>`websearch_to_tsquery('public.shop_text', ${text})`;

/**
 * SQL: the score of an entry `e` for a query. Name ranks above brand, tags and SKU, and these above description; products of the
 * categories and brands of the cart get a small boost.
 */
export const scoreOf = (query: Expression<unknown>, affinity: SearchRequest['affinity']): Sql => {
  const rank = sql`ts_rank('{0.1, 0.2, 0.5, 1.0}', e.document, ${query})`;
  return affinity
    ? sql`${rank} * (1 + case when e.category_id = ${anyId(affinity.categoryIds)} then 0.25 else 0 end
        + case when e.brand = ${anyText(affinity.brands)} then 0.15 else 0 end)`
    : rank;
};

const texts = (values: readonly string[]): RawBuilder<readonly string[]> => sql`${values}::text[]`;

const within = (slug: string): Condition => sql`e.category_id in ${categoriesBelow(slug)}`;

const optionsByName = (options: readonly string[]): ReadonlyMap<string, string[]> => {
  const byName = new Map<string, string[]>();
  for (const option of options) {
    const name = option.slice(0, option.indexOf(':'));
    byName.set(name, [...(byName.get(name) ?? []), option]);
  }
  return byName;
};

/** The filters of a request, by their kind. */
export type Filters = ReadonlyMap<FilterKind, Condition>;

/** Every filter that a request sets. */
export const filtersOf = (request: SearchRequest): Filters => {
  const { text, category, brands, tags, options, minPriceCents, maxPriceCents, inStock } = request;
  const filters = new Map<FilterKind, Condition>();
  if (text !== null) filters.set('words', eb('e.document', '@@', textQuery(text)));
  if (category !== null) filters.set('category', within(category));
  if (brands.length > 0) filters.set('brands', eb('e.brand', '=', anyText(brands)));
  if (tags.length > 0) filters.set('tags', eb('e.tags', '&&', texts(tags)));
  for (const [name, values] of optionsByName(options)) filters.set(`option:${name}`, eb('e.options', '&&', texts(values)));
  const prices: Condition[] = [];
  if (minPriceCents !== null) prices.push(eb('e.max_price_cents', '>=', minPriceCents));
  if (maxPriceCents !== null) prices.push(eb('e.min_price_cents', '<=', maxPriceCents));
  if (prices.length > 0) filters.set('prices', eb.and(prices));
  if (inStock !== null) filters.set('availability', inStock ? inStockNow : eb.not(inStockNow));
  return filters;
};

/** All filters together but those of one kind. */
export const conditionsOf = (filters: Filters, leftOut: FilterKind | null = null): Condition =>
  eb.and([...filters].flatMap(([kind, filter]) => (kind === leftOut ? [] : [filter])));
