/**
 * Searches by words: the matches are read in ranked order, a short text per row, and filtered and counted by this
 * process. Concurrent searches share a statement.
 */
import type { ProductId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { createCoalescedRead, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { readCategoryTree } from './category-tree.ts';
import { countedMatches, countFacets, type FoundRows, type Labels } from './facet.counts.ts';
import { backInStock, orderBy, scoreOf } from './postgres.filters.ts';

/** The most rows that are read for a search. When there are more and filters exclude some, the database filters and counts. */
const most = countedMatches + 1;
/** The number of concurrent statements, and of searches in each: small enough that no search waits long for an expensive one beside it. */
const concurrency = 2;
const together = 16;

interface Row {
  /** Ids of 36 characters without separators. */
  readonly ids: string;
  readonly labels: string;
  /** One character per row: whether its flag says that it is in stock. */
  readonly flags: string;
  /** Products that are in stock again because their cart holds have expired. */
  readonly lapsed: readonly ProductId[];
  readonly snapshot: string;
}
type Sort = SearchRequest['sort'];
type WordsRequest = SearchRequest & { readonly text: string };

const statement = (texts: readonly string[], sort: Sort, affinity: SearchRequest['affinity']): RawBuilder<Row> => {
  const ranks = sort === 'relevance';
  const score = ranks ? scoreOf(sql.ref('a.query'), affinity) : sql.lit(0);
  const trends = sql.raw(ranks ? 'left join search_trends t on t.product_id = h.product_id' : '');
  return sql`
    with asked as materialized (
      select i, websearch_to_tsquery('public.shop_text', words) as query from unnest(${texts}::text[]) with ordinality q(words, i)),
    moment as materialized (select pg_current_snapshot()::text as snapshot),
    lapsed as materialized (select coalesce(json_agg(product_id), '[]') as ids from (${backInStock}) b)
    select f.*, (select ids from lapsed) as lapsed, moment.snapshot from moment, asked a cross join lateral (
      select coalesce(string_agg(s.id, ''), '') as ids, coalesce(string_agg(s.labels, ','), '') as labels,
        coalesce(string_agg(s.flag, ''), '') as flags
      from (select h.product_id::text as id, h.labels, h.flag from (
          select e.product_id, e.labels, case when e.in_stock then '1' else '0' end as flag, e.name, e.created_at, e.min_price_cents,
            ${score} as score
          from search_entries e where e.document @@ a.query limit ${most}) h ${trends}
        order by ${orderBy(sort, 'h')}) s) f
    order by a.i`;
};

const foundIn = ({ ids, labels, flags, lapsed }: Row): FoundRows => {
  const back = new Set<ProductId>(lapsed);
  // A copy, because a slice kept as the key of a card would keep the whole string in memory.
  const idAt = (i: number): ProductId => Buffer.from(ids.slice(i * 36, (i + 1) * 36), 'latin1').toString('latin1') as ProductId;
  return {
    labels: JSON.parse(`[${labels}]`) as Labels[],
    idAt,
    inStock: (i) => flags.charCodeAt(i) === 49 || (back.size > 0 && back.has(idAt(i))),
  };
};

/** Creates the in-process search by words; it returns null for a search with too many matches. */
export const createWordSearch = (
  core: Pick<Core, 'db' | 'reads' | 'clock'>,
): ((request: WordsRequest) => Promise<SearchMatches | null>) => {
  const ask = async (sort: Sort, texts: readonly string[], affinity: SearchRequest['affinity']): Promise<readonly Row[]> => {
    // Searches for the same words with different filters have the same text.
    const different = [...new Set(texts)];
    const { rows } = await statement(different, sort, affinity).execute(core.db);
    const found = new Map(rows.map((row, i) => [different[i], row]));
    return texts.flatMap((text) => found.get(text) ?? []);
  };
  const coalesced = createCoalescedRead<string, Row>(core, {
    maxBatch: together,
    maxWaiting: 20_000,
    maxWaitMs: 10_000,
    concurrency,
    read: (key, texts) => ask(key.slice(0, key.indexOf(' ')) as Sort, texts, null),
  });
  const waiting = Array.from({ length: concurrency }, () => 0);
  /** Chooses the slot with the fewest waiting searches. */
  const submit = async (sort: Sort, text: string): Promise<Row> => {
    const slot = waiting.indexOf(Math.min(...waiting));
    waiting[slot] = (waiting[slot] ?? 0) + 1;
    try {
      return await coalesced.read(`${sort} ${slot}`, text);
    } finally {
      waiting[slot] = (waiting[slot] ?? 1) - 1;
    }
  };
  return async (request) => {
    const { text, sort, affinity } = request;
    const row = affinity ? (await ask(sort, [text], affinity))[0] : await submit(sort, text);
    if (!row) throw new Error('A search returned no row');
    // Parsed here and not on arrival, so that only one result of a shared statement is expanded in memory at a time.
    const rows = foundIn(row);
    const isCutOff = rows.labels.length === most;
    if (isCutOff && sort !== 'relevance') return null;
    const matches = countFacets(rows, request, await readCategoryTree(core, rows.labels));
    return isCutOff && matches.totalIsExact ? null : { ...matches, snapshot: row.snapshot };
  };
};
