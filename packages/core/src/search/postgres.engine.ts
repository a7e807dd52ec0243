/** Search on PostgreSQL: full text, trigrams and facets over one row per product. Needs pg_trgm, unaccent and fuzzystrmatch. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Core, SearchEngine } from '../kernel/index.ts';
import { allOf, entryColumns, filterConditions, textQuery } from '../read-models/product-filter.ts';
import { readSimilarProducts } from '../read-models/similar-products.ts';
import { searchByStatement } from './postgres.statement.ts';
import { createWordSearch } from './postgres.words.ts';

type Db = Core['db'];

/**
 * Short words are compared with all words of the same first letter, longer ones with those that share trigrams. Stop words are not
 * misspelt. The sub-select hides the number of words from the planner, so that it keeps one plan.
 */
const correct = async (db: Db, text: string): Promise<string | null> => {
  const { rows } = await sql<{ corrected: string; isChanged: boolean | null }>`
    select string_agg(coalesce(c.meant, t.word), ' ' order by t.i) as corrected, bool_or(c.meant is not null) as "isChanged"
    from (
      select ltrim(word, '~') as word, i, case when length(word) < 5 then 1 when length(word) < 9 then 2 else 3 end as most
      from unnest((select string_to_array(translate(search_text(${text}), '-', ' '), ' '))) with ordinality typed(word, i)
      where length(word) <= 64 order by i limit 10) t
    left join lateral (
      select s.word as meant from (
        select word from search_words
        where length(t.word) < 7 and word like left(t.word, 1) || '%' and length(word) between length(t.word) - 1 and length(t.word) + 1
        union all select word from search_words where length(t.word) > 6 and word % t.word) s
      where length(t.word) > 2 and t.word !~ '[0-9]' and search_stem(t.word, search_language()) <> ''
        and not exists (select 1 from search_words k where k.word = t.word)
        and levenshtein_less_equal(s.word, t.word, t.most) <= t.most
      order by levenshtein(s.word, t.word), similarity(s.word, t.word) desc, s.word limit 1) c on true`.execute(db);
  const [row] = rows;
  return row?.isChanged ? row.corrected : null;
};

const suggest: (db: Db, prefix: string, limit: number) => ReturnType<SearchEngine['suggest']> = async (db, prefix, limit) => {
  const { rows } = await sql<{ ids: ProductId[]; brands: string[] }>`
    with recursive typed as materialized (select search_key(${prefix}) collate "C" as start),
    found as (
      select e.product_id, e.name from search_entries e where e.document @@ ${textQuery(sql.val(prefix), ':*AB')} limit 500),
    brand as (
      (select e.brand, search_key(e.brand) as key from search_entries e
        where search_key(e.brand) collate "C" >= (select start from typed) order by search_key(e.brand) collate "C" limit 1)
      union all
      select n.* from brand b cross join lateral (
        select e.brand, search_key(e.brand) from search_entries e
        where search_key(e.brand) collate "C" > b.key order by search_key(e.brand) collate "C" limit 1) n
      where starts_with(b.key, (select start from typed)))
    select coalesce((select json_agg(product_id) from (
        select f.product_id from found f left join search_trends t on t.product_id = f.product_id
        order by starts_with(search_key(f.name), (select start from typed)) desc, coalesce(t.score, 0) desc, length(f.name), f.name
        limit ${limit}) p), '[]') as ids,
      coalesce((select json_agg(brand) from (
        select brand from brand where starts_with(key, (select start from typed)) limit ${limit}) b), '[]') as brands`.execute(db);
  return { productIds: rows[0]?.ids ?? [], brands: rows[0]?.brands ?? [] };
};

const trending = async (db: Db, category: string | null, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    select e.product_id as id from search_trends t join search_entries e on e.product_id = t.product_id
    where ${allOf(filterConditions(entryColumns, { category }))} order by t.score desc, e.product_id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
};

/**
 * Words are looked up together with those of concurrent searches and counted by this process. Searches with too many
 * matches for that, and lists without words, take one statement.
 */
export const createPostgresSearch = (core: Pick<Core, 'db' | 'reads' | 'clock'>): SearchEngine => {
  const { db } = core;
  const searchWords = createWordSearch(core);
  return {
    search: async (request) => {
      const { text } = request;
      const found = text === null ? '' : await searchWords({ ...request, text });
      return typeof found === 'string' ? searchByStatement(core, request, found) : found;
    },
    correct: (text) => correct(db, text),
    suggest: (prefix, limit) => suggest(db, prefix, limit),
    similar: (productId, limit) => readSimilarProducts(core, productId, limit),
    trending: (category, limit) => trending(db, category, limit),
  };
};
