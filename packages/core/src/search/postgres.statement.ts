/** Searches in one statement: every filter finds its rows by an index, and the database counts. */
import type { ProductId, SearchFacets } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Core, SearchMatches, SearchRequest } from '../kernel/index.ts';
import { countedMatches, facetOptions, facetValues, priceBands } from './facet.counts.ts';
import { affinityBoost, conditionsOf, filtersOf, inStockNow, orders, textQuery, type FilterKind } from './postgres.filters.ts';

type Sql = RawBuilder<unknown>;
type Db = Core['db'];

/** Name ranks above brand, tags and SKU, and these above description; trending products and those that match the cart get a small boost. */
const scoreOf = ({ text, affinity }: SearchRequest): Sql =>
  text === null ? sql`0::real` : sql`ts_rank('{0.1, 0.2, 0.5, 1.0}', e.document, ${textQuery(text)})${affinityBoost(affinity)}`;

/** SQL: the page, sorted among the counted matches when these are all, otherwise read in order from an index. */
const pageOf = (request: SearchRequest): Sql => {
  const { sort, text, limit, offset } = request;
  const order = orders[sort === 'relevance' && text === null ? 'newest' : sort];
  const sorted = sql`select h.product_id, row_number() over (order by ${order.keys}) as place from hits h left join search_trends t on t.product_id = h.product_id`;
  const among = sql`(select product_id, place from (${sorted}) s where place > ${offset} and place <= ${offset + limit}`;
  if (!order.index) return sql`${among})`;
  return sql`${among} and (select n from size) <= ${countedMatches})
    union all (select product_id, row_number() over () as place from (
      select e.product_id from search_entries e where ${conditionsOf(request)} and (select n from size) > ${countedMatches}
      order by ${order.index} limit ${limit} offset ${offset}) w)`;
};

/** The facet of a filtered kind is counted without that filter, so that its other values can be chosen too. */
const countedFrom = (request: SearchRequest, kind: FilterKind): Sql =>
  filtersOf(request).has(kind)
    ? sql`(select e.category_id, e.brand, e.tags, e.options, e.min_price_cents, ${inStockNow} as in_stock from search_entries e where ${conditionsOf(request, kind)} limit ${countedMatches})`
    : sql`(select * from hits limit ${countedMatches})`;

const listed = (rows: Sql): Sql => sql`coalesce((select json_agg(x) from (${rows}) x), '[]')`;

const optionFacets = (request: SearchRequest): Sql => {
  const names = [...filtersOf(request).keys()].flatMap((kind) => (kind.startsWith('option:') ? [kind.slice('option:'.length)] : []));
  const values = (from: Sql, only: Sql) =>
    sql`select split_part(o, ':', 1) as name, substr(o, strpos(o, ':') + 1) as value, count(*)::int as count from ${from} h, unnest(h.options) o where ${only} group by o`;
  const parts = [
    values(sql`(select * from hits limit ${countedMatches})`, sql`split_part(o, ':', 1) <> all(${names}::text[])`),
    ...names.map((name) => values(countedFrom(request, `option:${name}`), sql`split_part(o, ':', 1) = ${name}`)),
  ];
  return sql`coalesce((select json_agg(json_build_object('name', name, 'values', vals) order by name) from (
    select name, json_agg(json_build_object('value', value, 'count', count) order by count desc, value) as vals
    from (${sql.join(parts, sql` union all `)}) o group by name order by sum(count) desc, name limit ${facetOptions}) x), '[]')`;
};

const facetsOf = (request: SearchRequest): Sql => sql`json_build_object(
  'categories', ${listed(sql`with recursive own as (select h.category_id as id, count(*) as n from ${countedFrom(request, 'category')} h where h.category_id is not null group by 1),
      whole as (select id, n from own union all select c.parent_id, w.n from whole w join categories c on c.id = w.id where c.parent_id is not null)
      select c.id, c.slug, c.name, sum(w.n)::int as count from whole w join categories c on c.id = w.id group by c.id order by sum(w.n) desc, c.name limit ${facetValues}`)},
  'brands', ${listed(sql`select h.brand as value, count(*)::int as count from ${countedFrom(request, 'brands')} h where h.brand is not null group by h.brand order by count(*) desc, h.brand limit ${facetValues}`)},
  'tags', ${listed(sql`select t as value, count(*)::int as count from ${countedFrom(request, 'tags')} h, unnest(h.tags) t group by t order by count(*) desc, t limit ${facetValues}`)},
  'options', ${optionFacets(request)},
  'prices', ${listed(sql`select b.ends[b.n] as "minCents", b.ends[b.n + 1] as "maxCents", b.count from (
      select ${priceBands}::bigint[] as ends, width_bucket(h.min_price_cents, ${priceBands}::bigint[]) as n, count(*)::int as count from ${countedFrom(request, 'prices')} h group by 2) b order by b.n`)},
  'availability', (select json_build_object('inStock', count(*) filter (where h.in_stock), 'soldOut', count(*) filter (where not h.in_stock)) from ${countedFrom(request, 'availability')} h))`;

const searchStatement = (request: SearchRequest): RawBuilder<{ total: number; ids: ProductId[]; facets: SearchFacets }> => sql`
  with hits as materialized (
    select e.product_id, e.name, e.created_at, e.category_id, e.brand, e.tags, e.options, e.min_price_cents, ${inStockNow} as in_stock, ${scoreOf(request)} as score
    from search_entries e where ${conditionsOf(request)} limit ${countedMatches + 1}),
  size as (select count(*)::int as n from hits)
  select (select n from size) as total,
    coalesce((select json_agg(p.product_id order by p.place) from (${pageOf(request)}) p), '[]') as ids,
    ${facetsOf(request)} as facets`;

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
