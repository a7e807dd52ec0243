/** Search on PostgreSQL: full text, trigrams and facets over one row per product. Needs pg_trgm, unaccent and fuzzystrmatch. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Core, SearchEngine } from '../kernel/index.ts';
import { allOf, entryColumns, filterConditions } from '../read-models/product-filter.ts';
import { readSimilarProducts } from '../read-models/similar-products.ts';
import { searchByStatement } from './postgres.statement.ts';
import { createWordSearch } from './postgres.words.ts';

type Db = Core['db'];

const wordsOf = (text: string): string[] => [...text.toLowerCase().matchAll(/[\p{L}\p{N}]{1,64}/gu)].map(([word]) => word).slice(0, 10);

/** Short words are compared with all words of the same first letter, longer ones with those that share trigrams. */
const correct = async (db: Db, text: string): Promise<string | null> => {
  const words = wordsOf(text);
  const { rows } = await sql<{ word: string; meant: string | null }>`
    select w.word, (
      select s.word from search_words s
      where case when length(w.plain) < 5 then s.word like left(w.plain, 1) || '%' and abs(length(s.word) - length(w.plain)) <= 1
          else s.word % w.plain end
        and levenshtein_less_equal(s.word, w.plain, w.most) <= w.most
      order by levenshtein(s.word, w.plain), similarity(s.word, w.plain) desc, s.word limit 1) as meant
    from (
      select word, unaccent(word) as plain, case when length(word) < 5 then 1 when length(word) < 9 then 2 else 3 end as most
      from unnest(${words}::text[]) word) w
    where length(w.word) > 2 and w.word !~ '[0-9]' and not exists (select 1 from search_words s where s.word = w.plain)`.execute(db);
  const meant = new Map(rows.flatMap((row) => (row.meant ? [[row.word, row.meant] as const] : [])));
  return meant.size > 0 ? words.map((word) => meant.get(word) ?? word).join(' ') : null;
};

const suggest: (db: Db, prefix: string, limit: number) => ReturnType<SearchEngine['suggest']> = async (db, prefix, limit) => {
  const words = wordsOf(prefix);
  const last = words.pop();
  if (last === undefined) return { productIds: [], brands: [] };
  const start = prefix.toLowerCase();
  const { rows } = await sql<{ ids: ProductId[]; brands: string[] }>`
    with recursive found as (
      select e.product_id, e.name from search_entries e
      where e.document @@ (plainto_tsquery('public.shop_text', ${words.join(' ')}) && to_tsquery('public.shop_text', ${`${last}:*AB`}))
      limit 500),
    brand as (
      (select e.brand from search_entries e where lower(e.brand) collate "C" >= ${start} order by lower(e.brand) collate "C" limit 1)
      union all
      select (
        select e.brand from search_entries e where lower(e.brand) collate "C" > lower(b.brand) order by lower(e.brand) collate "C" limit 1)
      from brand b where b.brand is not null and starts_with(lower(b.brand), ${start}))
    select coalesce((select json_agg(product_id) from (
        select f.product_id from found f left join search_trends t on t.product_id = f.product_id
        order by starts_with(lower(f.name), ${start}) desc, coalesce(t.score, 0) desc, length(f.name), f.name
        limit ${limit}) p), '[]') as ids,
      coalesce((select json_agg(brand) from (
        select brand from brand where starts_with(lower(brand), ${start}) limit ${limit}) b), '[]') as brands`.execute(db);
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
      return (text === null ? null : await searchWords({ ...request, text })) ?? searchByStatement(core, request);
    },
    correct: (text) => correct(db, text),
    suggest: (prefix, limit) => suggest(db, prefix, limit),
    similar: (productId, limit) => readSimilarProducts(core, productId, limit),
    trending: (category, limit) => trending(db, category, limit),
  };
};
