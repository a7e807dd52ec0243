/** Parts of the statements that search: the rows of `search_entries e`, their score and their order. */
import { sql, type Expression, type RawBuilder } from 'kysely';
import { anyId, anyText, type SearchRequest } from '../kernel/index.ts';
import { entryInStock, outdatedFlags } from '../read-models/in-stock.ts';
import { entryColumns, rankOf } from '../read-models/product-filter.ts';

type Sql = RawBuilder<unknown>;

/** SQL: reads once which flags are behind, for the rest of a statement that begins `with ${withFlags}`. */
export const withFlags = sql`outdated as materialized (${outdatedFlags})`;

/** The columns of entries in such a statement. */
export const searchColumns = { ...entryColumns, inStock: entryInStock(sql`select product_id from outdated`) };

/** SQL: what is counted of an entry in such a statement. */
export const countedColumns = sql`e.labels, case when ${searchColumns.inStock} then '1' else '0' end as flag`;

/** SQL: `RowTexts` of rows `r` with these columns. */
export const rowTexts = sql.raw("coalesce(string_agg(r.labels, ','), '') as labels, coalesce(string_agg(r.flag, ''), '') as flags");

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

/** SQL: the score of an entry `e` for a query (`rankOf`). Products of the categories and brands of the cart get a small boost. */
export const scoreOf = (query: Expression<unknown>, typed: Expression<string>, affinity: SearchRequest['affinity']): Sql => {
  const rank = rankOf(query, typed);
  return affinity
    ? sql`${rank} * (1 + case when e.category_id = ${anyId(affinity.categoryIds)} then 0.25 else 0 end
        + case when e.brand = ${anyText(affinity.brands)} then 0.15 else 0 end)`
    : rank;
};
