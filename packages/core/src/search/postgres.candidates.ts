/**
 * Which matches a search by words ranks: all of them or, when there are many, those that sell best, those that are named exactly so, and
 * the newest. The cost of a search depends on how many it ranks and not on how many there are.
 */
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression } from 'kysely';

const tables = expressionBuilder<Database, never>();

/** SQL: the rows of `search_entries` that match a query. */
export const allMatches = (query: Expression<string>): Expression<unknown> =>
  tables
    .selectFrom('search_entries as e')
    .selectAll('e')
    .where((eb) => eb('e.document', '@@', query));

/** The products that sell best, of which every search looks whether they match. */
const mostPopular = 200;

/**
 * SQL: the same in the order in which a statement takes as many as it ranks: the best known, then the newest. The best known are looked up
 * by their ids and not by the index of words, which would read all matches. That index has blocks of 8,192 entries that were listed one
 * after the other: older ones are read only when the newer ones have too few matches, so common words do not intersect their full lists.
 */
export const candidates = (query: Expression<string>, typed: Expression<string>): Expression<unknown> => sql`
  with spans as materialized (
    select last, array(select generate_series(greatest(last - 1, 0), last)) as newest,
      array(select generate_series(greatest(last - 15, 0), last - 2)) as recent
    from (select (last_value >> 13)::int as last from search_entries_number) s),
  popular as materialized (select product_id from search_trends order by score desc limit ${sql.lit(mostPopular)}),
  known as materialized (
    select e.* from (
      select product_id from popular
      union select n.product_id from search_entries n where lower(n.name) = lower(${typed})) k
    join search_entries e on e.product_id = k.product_id where (e.document @@ ${query}) is true)
  select * from known
  union all select e.* from search_entries e
    where e.document @@ ${query} and array[(e.number >> 13)::int] && (select newest from spans)
      and e.product_id not in (select product_id from known)
  union all select e.* from search_entries e
    where e.document @@ ${query} and array[(e.number >> 13)::int] && (select recent from spans)
      and e.product_id not in (select product_id from known)
  union all select e.* from search_entries e
    where e.document @@ ${query} and (select last from spans) > 15 and e.number < (select (last - 15)::bigint << 13 from spans)
      and e.product_id not in (select product_id from known)`;
