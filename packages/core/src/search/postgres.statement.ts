/** Searches in one statement: every filter finds its rows by an index, and the database counts. */
import type { ProductId, SearchFacets } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyText, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { brandCounts, tagCounts } from '../read-models/facet-counts.ts';
import { countedMatches, facetOptions, facetValues, priceBands } from './facet.counts.ts';
import { conditionsOf, filtersOf, inStockNow, orderBy, scoreOf, textQuery, type FilterKind, type Filters } from './postgres.filters.ts';

type Sql = RawBuilder<unknown>;
type Db = Core['db'];

/** SQL: the page, sorted among the counted matches when these are all, otherwise read in order from an index. */
const pageOf = (request: SearchRequest, filters: Filters): Sql => {
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
      select e.product_id from search_entries e where ${conditionsOf(filters)} and (select n from size) > ${countedMatches}
      order by ${orderBy(sort, 'e')} limit ${limit} offset ${offset}) w)`;
};

/** The rows that a facet counts. That of a filtered kind is counted without its filter, so that its other values can be chosen too. */
const countedFrom = (filters: Filters, kind: FilterKind | null): Sql =>
  kind !== null && filters.has(kind)
    ? sql`(
        select e.category_id, e.brand, e.tags, e.options, e.min_price_cents, ${inStockNow} as in_stock
        from search_entries e where ${conditionsOf(filters, kind)} limit ${countedMatches})`
    : sql`(select * from hits limit ${countedMatches})`;

const optionFacets = (filters: Filters): Sql => {
  const names = [...filters.keys()].flatMap((kind) => (kind.startsWith('option:') ? [kind.slice('option:'.length)] : []));
  /** The values of options with one of these names, or with none of them. */
  const values = (from: Sql, among: 'one of' | 'none of', named: readonly string[]) => sql`
    select split_part(o, ':', 1) as name, substr(o, strpos(o, ':') + 1) as value, count(*)::int as count
    from ${from} h, unnest(h.options) o where (split_part(o, ':', 1) = ${anyText(named)}) = ${among === 'one of'} group by o`;
  const parts = [
    values(countedFrom(filters, null), 'none of', names),
    ...names.map((name) => values(countedFrom(filters, `option:${name}`), 'one of', [name])),
  ];
  return sql`coalesce((select json_agg(json_build_object('name', name, 'values', vals) order by name) from (
    select name, json_agg(json_build_object('value', value, 'count', count) order by count desc, value) as vals
    from (${sql.join(parts, sql.raw(' union all '))}) o group by name order by sum(count) desc, name limit ${facetOptions}) x), '[]')`;
};

const facetsOf = (filters: Filters): Sql => sql`json_build_object(
  'categories', coalesce((select json_agg(x) from (
    with recursive own as (
      select h.category_id as id, count(*) as n from ${countedFrom(filters, 'category')} h where h.category_id is not null group by 1),
    whole as (
      select id, n from own
      union all select c.parent_id, w.n from whole w join categories c on c.id = w.id where c.parent_id is not null)
    select c.id, c.slug, c.name, sum(w.n)::int as count from whole w join categories c on c.id = w.id
    group by c.id order by sum(w.n) desc, c.name limit ${facetValues}) x), '[]'),
  'brands', coalesce((select json_agg(x) from (${brandCounts(countedFrom(filters, 'brands'), 'most used', facetValues)}) x), '[]'),
  'tags', coalesce((select json_agg(x) from (${tagCounts(countedFrom(filters, 'tags'), facetValues)}) x), '[]'),
  'options', ${optionFacets(filters)},
  'prices', coalesce((
    select json_agg(json_build_object('minCents', b.ends[b.n], 'maxCents', b.ends[b.n + 1], 'count', b.count) order by b.n) from (
      select ${priceBands}::bigint[] as ends, width_bucket(h.min_price_cents, ${priceBands}::bigint[]) as n, count(*)::int as count
      from ${countedFrom(filters, 'prices')} h group by 2) b), '[]'),
  'availability', (
    select json_build_object('inStock', count(*) filter (where h.in_stock), 'soldOut', count(*) filter (where not h.in_stock))
    from ${countedFrom(filters, 'availability')} h))`;

const searchStatement = (request: SearchRequest): RawBuilder<{ total: number; ids: ProductId[]; facets: SearchFacets }> => {
  const filters = filtersOf(request);
  const score = request.text === null ? sql.lit(0) : scoreOf(textQuery(request.text), request.affinity);
  return sql`
    with hits as materialized (
      select e.product_id, e.name, e.created_at, e.category_id, e.brand, e.tags, e.options, e.min_price_cents,
        ${inStockNow} as in_stock, ${score} as score
      from search_entries e where ${conditionsOf(filters)} limit ${countedMatches + 1}),
    size as (select count(*)::int as n from hits)
    select (select n from size) as total,
      coalesce((select json_agg(p.product_id order by p.place) from (${pageOf(request, filters)}) p), '[]') as ids,
      ${facetsOf(filters)} as facets`;
};

/** Runs filters, page and facets in one statement of the database, for searches with too many matches to count in this process. */
export const searchByStatement = async (db: Db, request: SearchRequest): Promise<SearchMatches> => {
  const { rows } = await searchStatement(request).execute(db);
  const row = rows[0];
  if (!row) throw new Error('A search returned no row');
  return {
    productIds: row.ids,
    totalCount: Math.min(row.total, countedMatches),
    totalIsExact: row.total <= countedMatches,
    facets: row.facets,
  };
};
