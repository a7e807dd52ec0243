/** Search on PostgreSQL: full text, trigrams and facets over one row a product. Needs pg_trgm, unaccent and fuzzystrmatch. */
import type { ProductId, SearchFacets } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Core, SearchEngine, SearchMatches, SearchRequest } from '../kernel/index.ts';
import { conditionsOf, filtersOf, inStockNow, textQuery, type FilterKind } from './postgres.filters.ts';

type Sql = RawBuilder<unknown>;
type Db = Core['db'];

/** Up to here every match is counted and ranked. Beyond, a result says that its counts are not exact. */
export const countedMatches = 2_000;
const facetValues = 50;
/** Lower ends of the price bands, in minor units. */
const priceBands = [0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/** Name over brand, tags and SKU, over description; the sought-after and what suits the cart come a little further up. */
const scoreOf = ({ text, affinity }: SearchRequest): Sql => {
  if (text === null) return sql`0::real`;
  const rank = sql`ts_rank('{0.1, 0.2, 0.5, 1.0}', e.document, ${textQuery(text)})`;
  if (!affinity) return rank;
  return sql`${rank} * (1 + case when e.category_id = any(${affinity.categoryIds}::uuid[]) then 0.25 else 0 end + case when e.brand = any(${affinity.brands}::text[]) then 0.15 else 0 end)`;
};

const orders = {
  relevance: { keys: sql`h.score * (1 + 0.1 * ln(1 + coalesce(t.score, 0))) desc, h.created_at desc, h.product_id desc`, index: null },
  newest: { keys: sql`h.created_at desc, h.product_id desc`, index: sql`e.created_at desc, e.product_id desc` },
  name: { keys: sql`lower(h.name), h.product_id`, index: sql`lower(e.name), e.product_id` },
  price: { keys: sql`h.min_price_cents, h.product_id`, index: sql`e.min_price_cents, e.product_id` },
  '-price': { keys: sql`h.min_price_cents desc, h.product_id desc`, index: sql`e.min_price_cents desc, e.product_id desc` },
} as const;

/** The page: sorted among the counted matches when these are all, else read in order from an index. */
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

/** Facets of a kind that is filtered are counted without that filter, so that the other values can be chosen too. */
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
    from (${sql.join(parts, sql` union all `)}) o group by name order by sum(count) desc limit 12) x), '[]')`;
};

const facetsOf = (request: SearchRequest): Sql => sql`json_build_object(
  'categories', ${listed(sql`select c.id, c.slug, c.name, count(*)::int as count from ${countedFrom(request, 'category')} h join categories c on c.id = h.category_id group by c.id order by count(*) desc, c.name limit ${facetValues}`)},
  'brands', ${listed(sql`select h.brand as value, count(*)::int as count from ${countedFrom(request, 'brands')} h where h.brand is not null group by h.brand order by count(*) desc, h.brand limit ${facetValues}`)},
  'tags', ${listed(sql`select t as value, count(*)::int as count from ${countedFrom(request, 'tags')} h, unnest(h.tags) t group by t order by count(*) desc, t limit ${facetValues}`)},
  'options', ${optionFacets(request)},
  'prices', ${listed(sql`select b.ends[b.n] as "minCents", b.ends[b.n + 1] as "maxCents", b.count from (
      select ${priceBands}::bigint[] as ends, width_bucket(h.min_price_cents, ${priceBands}::bigint[]) as n, count(*)::int as count from ${countedFrom(request, 'prices')} h group by 2) b order by b.n`)},
  'availability', (select json_build_object('inStock', count(*) filter (where h.in_stock), 'soldOut', count(*) filter (where not h.in_stock)) from ${countedFrom(request, 'availability')} h))`;

/** The whole search in one statement. */
const searchStatement = (request: SearchRequest): RawBuilder<{ total: number; ids: ProductId[]; facets: SearchFacets }> => sql`
  with hits as materialized (
    select e.product_id, e.name, e.created_at, e.category_id, e.brand, e.tags, e.options, e.min_price_cents, ${inStockNow} as in_stock, ${scoreOf(request)} as score
    from search_entries e where ${conditionsOf(request)} limit ${countedMatches + 1}),
  size as (select count(*)::int as n from hits)
  select (select n from size) as total,
    coalesce((select json_agg(p.product_id order by p.place) from (${pageOf(request)}) p), '[]') as ids,
    ${facetsOf(request)} as facets`;

const search = async (db: Db, request: SearchRequest): Promise<SearchMatches> => {
  const { rows } = await searchStatement(request).execute(db);
  const row = rows[0];
  if (!row) throw new Error('A search answered no row');
  return {
    productIds: row.ids,
    totalCount: Math.min(row.total, countedMatches),
    totalIsExact: row.total <= countedMatches,
    facets: row.facets,
  };
};

const wordsOf = (text: string): string[] => [...text.toLowerCase().matchAll(/[\p{L}\p{N}]{1,64}/gu)].map(([word]) => word).slice(0, 10);

/** Short words are compared with all of their first letter, longer ones with those that share trigrams. */
const correct = async (db: Db, text: string): Promise<string | null> => {
  const words = wordsOf(text);
  const { rows } = await sql<{ word: string; meant: string | null }>`
    select w.word, (
      select s.word from search_words s
      where case when length(w.plain) < 5 then s.word like left(w.plain, 1) || '%' and abs(length(s.word) - length(w.plain)) <= 1 else s.word % w.plain end
        and levenshtein_less_equal(s.word, w.plain, w.most) <= w.most
      order by levenshtein(s.word, w.plain), similarity(s.word, w.plain) desc, s.word limit 1) as meant
    from (select word, unaccent(word) as plain, case when length(word) < 5 then 1 when length(word) < 9 then 2 else 3 end as most from unnest(${words}::text[]) word) w
    where length(w.word) > 2 and w.word !~ '[0-9]' and not exists (select 1 from search_words s where s.word = w.plain)`.execute(db);
  const meant = new Map(rows.flatMap((row) => (row.meant ? [[row.word, row.meant] as const] : [])));
  return meant.size > 0 ? words.map((word) => meant.get(word) ?? word).join(' ') : null;
};

const suggest: (db: Db, prefix: string, limit: number) => ReturnType<SearchEngine['suggest']> = async (db, prefix, limit) => {
  const words = wordsOf(prefix);
  const last = words.pop();
  if (last === undefined) return { productIds: [], brands: [] };
  const query = sql`(plainto_tsquery('public.shop_text', ${words.join(' ')}) && to_tsquery('public.shop_text', ${`${last}:*AB`}))`;
  const start = prefix.toLowerCase();
  const { rows } = await sql<{ ids: ProductId[]; brands: string[] }>`
    with recursive found as (select e.product_id, e.name from search_entries e where e.document @@ ${query} limit 500),
    brand as (
      (select e.brand from search_entries e where lower(e.brand) collate "C" >= ${start} order by lower(e.brand) collate "C" limit 1)
      union all
      select (select e.brand from search_entries e where lower(e.brand) collate "C" > lower(b.brand) order by lower(e.brand) collate "C" limit 1)
      from brand b where b.brand is not null and starts_with(lower(b.brand), ${start}))
    select coalesce((select json_agg(product_id) from (
        select f.product_id from found f left join search_trends t on t.product_id = f.product_id
        order by starts_with(lower(f.name), ${start}) desc, coalesce(t.score, 0) desc, length(f.name), f.name limit ${limit}) p), '[]') as ids,
      coalesce((select json_agg(brand) from (select brand from brand where starts_with(lower(brand), ${start}) limit ${limit}) b), '[]') as brands`.execute(
    db,
  );
  return { productIds: rows[0]?.ids ?? [], brands: rows[0]?.brands ?? [] };
};

const nearColumns = sql`e.product_id, e.category_id, e.tags, e.brand, e.in_stock`;

const similar = async (db: Db, productId: ProductId, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    with me as (select category_id, tags, brand from search_entries where product_id = ${productId}),
    near as (
      (select ${nearColumns} from me join search_entries e on e.category_id = me.category_id order by e.created_at desc limit 300)
      union (select ${nearColumns} from me join search_entries e on e.tags && me.tags limit 300))
    select n.product_id as id from near n cross join me left join search_trends t on t.product_id = n.product_id
    where n.product_id <> ${productId}
    order by 2 * cardinality(array(select unnest(n.tags) intersect select unnest(me.tags))) + (n.category_id is not distinct from me.category_id)::int
        + 0.5 * (n.brand is not distinct from me.brand)::int + 0.5 * n.in_stock::int + 0.2 * ln(1 + coalesce(t.score, 0)) desc, n.product_id desc
    limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
};

const trending = async (db: Db, category: string | null, limit: number): Promise<ProductId[]> => {
  const only = category === null ? sql`true` : (filtersOf({ ...anything, category }).get('category') ?? sql`true`);
  const { rows } = await sql<{ id: ProductId }>`
    select e.product_id as id from search_trends t join search_entries e on e.product_id = t.product_id where ${only} order by t.score desc, e.product_id limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => row.id);
};

const anything: SearchRequest = {
  text: null,
  category: null,
  brands: [],
  tags: [],
  options: [],
  minPriceCents: null,
  maxPriceCents: null,
  inStock: null,
  sort: 'newest',
  offset: 0,
  limit: 1,
  affinity: null,
};

export const createPostgresSearch = (db: Db): SearchEngine => ({
  search: (request) => search(db, request),
  correct: (text) => correct(db, text),
  suggest: (prefix, limit) => suggest(db, prefix, limit),
  similar: (productId, limit) => similar(db, productId, limit),
  trending: (category, limit) => trending(db, category, limit),
});
