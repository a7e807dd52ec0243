/**
 * Which matches a search by words reads: all of them or, when there are many, the newest, and for the order by relevance those that sell
 * best and those that are named exactly so. The cost of a search depends on how many it reads and not on how many there are.
 */
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { WordEnding } from '../read-models/product-filter.ts';
import { countedMatches } from '../read-models/product-filter.ts';

const tables = expressionBuilder<Database, never>();

/** A condition on the entries `e`. */
type Condition = Expression<SqlBool>;

/** SQL: whether an entry `e` has the words of a query. */
export const hasWords = (query: Expression<string>): Condition => tables(sql.ref<string>('e.document'), '@@', query);

/** SQL: the rows of `search_entries` that match. */
export const allMatches = (condition: Condition) => tables.selectFrom('search_entries as e').selectAll('e').where(condition);

/** SQL: the blocks of 8,192 entries that were listed one after the other, for the rest of a statement that begins `with ${withSpans}`. */
export const withSpans = sql.raw(`spans as materialized (
  select last, array(select generate_series(greatest(last - 1, 0), last)) as newest,
    array(select generate_series(greatest(last - 15, 0), last - 2)) as recent
  from (select (last_value >> 13)::int as last from search_entries_number) s)`);

/** SQL: the first number of the newest sixteen blocks, in such a statement. */
export const startOfRecent = '(select (last - 15)::bigint << 13 from spans)';

/**
 * SQL: the same rows in such a statement, those of the newest blocks first. The index of words has the blocks too, and a statement that
 * takes some rows only begins a part when it needs it: common words do not intersect their full lists. The index reads all words with an
 * unfinished beginning for each part, so there are fewer then.
 */
export const newestFirst = (condition: Condition, ending: WordEnding): Expression<unknown> => {
  const part = (within: string) => allMatches(condition).where(sql.raw<SqlBool>(within));
  const inBlocks = (blocks: string) => part(`array[(e.number >> 13)::int] && (select ${blocks} from spans)`);
  const recent = ending === '' ? inBlocks('newest').unionAll(inBlocks('recent')) : inBlocks('newest || recent');
  return recent.unionAll(part(`(select last from spans) > 15 and e.number < ${startOfRecent}`));
};

/** The most rows that are read for a search; one more than are counted says that there are more. */
export const most = countedMatches + 1;
/** The products that sell best, of which a search with too many matches looks whether they match. */
const mostPopular = 200;

/**
 * SQL: as many of these rows as a search ranks, in such a statement. Only of too many, the best known are looked for, by their ids and not
 * by the index of words, and come before the newest.
 */
export const candidates = (condition: Condition, typed: Expression<string>, ending: WordEnding): Expression<unknown> => sql`
  with fresh as materialized (select * from (${newestFirst(condition, ending)}) e limit ${sql.lit(most)}),
  known as materialized (
    select e.* from (
      (select product_id from search_trends order by score desc limit ${sql.lit(mostPopular)})
      union select n.product_id from search_entries n where lower(n.name) = lower(${typed})) k
    join search_entries e on e.product_id = k.product_id
    where (${condition}) is true and (select count(*) from fresh) > ${sql.lit(countedMatches)})
  select * from (
    select * from known union all select * from fresh where product_id not in (select product_id from known)) e limit ${sql.lit(most)}`;
