/** Searches without words, or with too many matches: filters find the rows by indexes, and this process counts them. */
import type { ProductId } from '@cartwright/contracts';
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Core, SearchMatches, SearchRequest } from '../kernel/index.ts';
import {
  allOf,
  countedMatches,
  entryConditions,
  textQuery,
  type FilterConditions,
  type FilterKind,
  type WordEnding,
} from '../read-models/product-filter.ts';
import { allMatches, candidates, most, newestFirst, startOfRecent, withSpans } from './postgres.candidates.ts';
import { countRows, type RowTexts } from './facet.counts.ts';
import { countedColumns, orderBy, rowTexts, scoreOf, searchColumns, withFlags } from './postgres.rows.ts';

type Sql = RawBuilder<unknown>;
type Sort = Exclude<SearchRequest['sort'], 'relevance'>;

/** SQL: entries that match, or for a search by words the newest of them first: the reader takes no more than it counts. */
const matching = ({ text }: SearchRequest, condition: Expression<SqlBool>, ending: WordEnding): Expression<unknown> =>
  text === null ? allMatches(condition) : newestFirst(condition, ending);

const isMany = sql.raw(`(select n from size) > ${countedMatches}`);
/** Reading in order finds a page soon when many of the recently listed entries match; otherwise all matches are sorted. */
const isDense = sql.raw(`(select min(number) from hits) >= ${startOfRecent}`);

/** SQL: the page of so many matches that not all of them are counted, in the order of an index. */
const pageOfMany = ({ text, limit, offset }: SearchRequest, sort: Sort, condition: Expression<SqlBool>): Sql => {
  const order = orderBy(sort, 'e');
  if (text === null)
    return sql`
      select e.product_id from search_entries e where ${condition} and ${isMany} order by ${order} limit ${limit} offset ${offset}`;
  return sql`
    (select e.product_id from (select * from search_entries e order by ${order} offset 0) e
      where ${condition} and ${isMany} and ${isDense} limit ${limit} offset ${offset})
    union all (select e.product_id from (
        select * from search_entries e where ${condition} and ${isMany} and not ${isDense} offset 0) e
      order by ${order} limit ${limit} offset ${offset})`;
};

/** SQL: the page, sorted among the counted matches when these are all, otherwise read in order from an index. */
const pageOf = (request: SearchRequest, conditions: FilterConditions): Sql => {
  const { text, limit, offset } = request;
  const sort = request.sort === 'relevance' && text === null ? 'newest' : request.sort;
  const among = sql`select product_id, place from (
      select h.product_id, row_number() over (order by ${orderBy(sort, 'h')}) as place
      from hits h left join search_trends t on t.product_id = h.product_id) s
    where place > ${offset} and place <= ${offset + limit}`;
  // No index has the order of the scores.
  if (sort === 'relevance') return among;
  return sql`(${among} and (select n from size) <= ${sql.lit(countedMatches)})
    union all (select product_id, row_number() over () as place from (${pageOfMany(request, sort, allOf(conditions))}) w)`;
};

/** SQL: rows that only the filter of one kind excludes, among as many as are counted without it. */
const excludedBy = (request: SearchRequest, conditions: FilterConditions, kind: FilterKind, ending: WordEnding): Sql => sql`
  select x.labels, x.flag from (
    select ${countedColumns}, ${allOf(new Map([...conditions].filter(([other]) => other === kind)))} as passes
    from (${matching(request, allOf(conditions, kind), ending)}) e limit ${sql.lit(countedMatches)}) x
  where x.passes is not true`;

const searchStatement = (request: SearchRequest, ending: WordEnding): RawBuilder<RowTexts & { readonly ids: ProductId[] }> => {
  const conditions = entryConditions(searchColumns, request, ending);
  const [typed, all] = [sql.val(request.text ?? ''), allOf(conditions)];
  const score = request.text === null ? sql.lit(0) : scoreOf(textQuery(typed, ending), typed, request.affinity);
  const ranks = request.text !== null && request.sort === 'relevance';
  const kinds = [...conditions.keys()].filter((kind) => kind !== 'text');
  const rows = [sql.raw('select h.labels, h.flag from hits h'), ...kinds.map((kind) => excludedBy(request, conditions, kind, ending))];
  return sql`
    with ${withFlags}, ${withSpans}, hits as materialized (
      select e.product_id, e.name, e.created_at, e.min_price_cents, e.number, ${countedColumns}, ${score} as score
      from (${ranks ? candidates(all, typed, ending) : matching(request, all, ending)}) e limit ${sql.lit(most)}),
    size as (select count(*)::int as n from hits)
    select coalesce((select json_agg(p.product_id order by p.place) from (${pageOf(request, conditions)}) p), '[]') as ids, r.*
    from (select ${rowTexts} from (${sql.join(rows, sql.raw(' union all '))}) r) r`;
};

/** Finds, sorts and pages by one statement. */
export const searchByStatement = async (
  core: Pick<Core, 'db' | 'reads'>,
  request: SearchRequest,
  ending: WordEnding = '',
): Promise<SearchMatches> => {
  const { rows } = await searchStatement(request, ending).execute(core.db);
  const row = rows[0];
  if (!row) throw new Error('A search returned no row');
  const { passing: _, ...counted } = await countRows(core, row, request);
  return { ...counted, productIds: row.ids };
};
