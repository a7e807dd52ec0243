/** Searches without words, or with too many matches: filters find the rows by indexes, and this process counts them. */
import type { ProductId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Core, SearchMatches, SearchRequest } from '../kernel/index.ts';
import {
  allOf,
  entryConditions,
  textQuery,
  type FilterConditions,
  type FilterKind,
  type WordEnding,
} from '../read-models/product-filter.ts';
import { countedMatches, countRows, type RowTexts } from './facet.counts.ts';
import { countedColumns, orderBy, rowTexts, scoreOf, searchColumns, withFlags } from './postgres.rows.ts';

type Sql = RawBuilder<unknown>;

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
  return sql`(${among} and (select n from size) <= ${countedMatches})
    union all (select product_id, row_number() over () as place from (
      select e.product_id from search_entries e where ${allOf(conditions)} and (select n from size) > ${countedMatches}
      order by ${orderBy(sort, 'e')} limit ${limit} offset ${offset}) w)`;
};

/** SQL: rows that only the filter of one kind excludes, among as many as are counted without it. */
const excludedBy = (conditions: FilterConditions, kind: FilterKind): Sql => sql`
  select x.labels, x.flag from (
    select ${countedColumns}, ${allOf(new Map([...conditions].filter(([other]) => other === kind)))} as passes
    from search_entries e where ${allOf(conditions, kind)} limit ${countedMatches}) x
  where x.passes is not true`;

const searchStatement = (request: SearchRequest, ending: WordEnding): RawBuilder<RowTexts & { readonly ids: ProductId[] }> => {
  const conditions = entryConditions(searchColumns, request, ending);
  const score =
    request.text === null ? sql.lit(0) : scoreOf(textQuery(sql.val(request.text), ending), sql.val(request.text), request.affinity);
  const kinds = [...conditions.keys()].filter((kind) => kind !== 'text');
  const rows = [sql`select h.labels, h.flag from hits h`, ...kinds.map((kind) => excludedBy(conditions, kind))];
  return sql`
    with ${withFlags}, hits as materialized (
      select e.product_id, e.name, e.created_at, e.min_price_cents, ${countedColumns}, ${score} as score
      from search_entries e where ${allOf(conditions)} limit ${countedMatches + 1}),
    size as (select count(*)::int as n from hits)
    select coalesce((select json_agg(p.product_id order by p.place) from (${pageOf(request, conditions)}) p), '[]') as ids, r.*
    from (select ${rowTexts} from (${sql.join(rows, sql` union all `)}) r) r`;
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
