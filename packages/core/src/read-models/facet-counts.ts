/** How many products have each value of a facet. `rows` are the products to count: a table or a subquery in parentheses. */
import { sql, type RawBuilder } from 'kysely';

/** A value, and the number of products that have it. */
export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Statement: the tags of `rows`, which have a column `tags`; the most used first. */
export const tagCounts = (rows: RawBuilder<unknown>, limit: number): RawBuilder<ValueCount> => sql<ValueCount>`
  select t as value, count(*)::int as count from ${rows} h, unnest(h.tags) t group by t order by count(*) desc, t limit ${limit}`;

/** Statement: the brands of `rows`, which have a column `brand`; the most used first, or by name. */
export const brandCounts = (
  rows: RawBuilder<unknown>,
  order: 'most used' | 'name',
  limit: number,
): RawBuilder<ValueCount> => sql<ValueCount>`
  select h.brand as value, count(*)::int as count from ${rows} h where h.brand is not null group by h.brand
  order by ${order === 'name' ? sql`h.brand` : sql`count(*) desc, h.brand`} limit ${limit}`;
