/**
 * Searches by words: the matches are read in ranked order, a short text per row, and filtered and counted by this process. Concurrent
 * searches share a statement.
 */
import type { ProductId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { createCoalescedRead, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { textQuery, type WordEnding } from '../read-models/product-filter.ts';
import { countRows, type RowTexts } from './facet.counts.ts';
import { allMatches, candidates, hasWords, most, newestFirst, withSpans } from './postgres.candidates.ts';
import { countedColumns, orderBy, rowTexts, scoreOf, withFlags } from './postgres.rows.ts';

/** The number of concurrent statements, and of searches in each: small enough that no search waits long for an expensive one beside it. */
const concurrency = 2;
const together = 16;

/** The matches of some words, in the order of the result. */
interface Row extends RowTexts {
  /** Ids of 36 characters without separators. */
  readonly ids: string;
  readonly snapshot: string;
  /** Whether the shop has so many products that not all matches are looked for. */
  readonly isLarge: boolean;
}
type Sort = SearchRequest['sort'];
type WordsRequest = SearchRequest & { readonly text: string };

interface Ask {
  readonly sort: Sort;
  readonly affinity: SearchRequest['affinity'];
  readonly ending: WordEnding;
  /** Whether to look for the best candidates instead of all matches. */
  readonly isLarge: boolean;
}

/** The number of texts is no part of the plan, nor are they, so that PostgreSQL keeps it: making it takes longer than most searches. */
const statement = (texts: readonly string[], { sort, affinity, ending, isLarge }: Ask): RawBuilder<Row> => {
  const ranks = sort === 'relevance';
  const [query, words] = [sql.ref<string>('b.query'), sql.ref<string>('a.words')];
  const condition = hasWords(query);
  const ofMany = ranks ? candidates(condition, words, ending) : newestFirst(condition, ending);
  const trends = sql.raw(ranks ? 'left join search_trends t on t.product_id = h.product_id' : '');
  return sql`
    with ${withFlags}, ${withSpans}, asked as materialized (
      select i, words from unnest((select ${texts}::text[])) with ordinality q(words, i)),
    moment as materialized (
      select pg_current_snapshot()::text as snapshot, last_value >> 13 > 1 as "isLarge" from search_entries_number)
    select f.*, moment.* from moment, asked a cross join lateral (
      select coalesce(string_agg(r.id, ''), '') as ids, ${rowTexts}
      from (select h.product_id::text as id, h.labels, h.flag from (
          select e.product_id, e.name, e.created_at, e.min_price_cents, ${countedColumns},
            ${ranks ? scoreOf(query, words, affinity) : sql.lit(0)} as score
          from (select ${textQuery(words, ending)} as query offset 0) b
            cross join lateral (${isLarge ? ofMany : allMatches(condition)}) e limit ${sql.lit(most)}) h ${trends}
        order by ${orderBy(sort, 'h')}) r) f
    order by a.i`;
};

// A copy, because a slice kept as the key of a card would keep the whole string in memory.
const idAt = ({ ids }: Row, i: number): ProductId => Buffer.from(ids.slice(i * 36, (i + 1) * 36), 'latin1').toString('latin1') as ProductId;

/** A row and the ending with which its last word was found: as it stands, else as the beginning of one. */
type Found = Row & { readonly ending: WordEnding };

/**
 * Creates the in-process search by words. A last word that is not found counts as the beginning of one. For a search with too many matches
 * it returns how the last word ends.
 */
export const createWordSearch = (
  core: Pick<Core, 'db' | 'reads' | 'clock'>,
): ((request: WordsRequest) => Promise<SearchMatches | WordEnding>) => {
  // As the last statement saw it. The smaller statement of small shops finds the same there.
  let isLarge = true;
  const askFor = async (texts: readonly string[], how: Omit<Ask, 'isLarge'>): Promise<Map<string, Found>> => {
    const { rows } = await statement(texts, { ...how, isLarge }).execute(core.db);
    isLarge = rows[0]?.isLarge ?? isLarge;
    return new Map(texts.flatMap((text, i) => (rows[i] ? [[text, { ...rows[i], ending: how.ending }]] : [])));
  };
  const ask = async (sort: Sort, texts: readonly string[], affinity: SearchRequest['affinity']): Promise<readonly Found[]> => {
    // Searches for the same words with different filters have the same text.
    const found = await askFor([...new Set(texts)], { sort, affinity, ending: '' });
    const none = [...found].filter(([, { ids }]) => ids === '').map(([text]) => text);
    const unfinished = none.length > 0 ? await askFor(none, { sort, affinity, ending: ':*' }) : found;
    return texts.flatMap((text) => unfinished.get(text) ?? found.get(text) ?? []);
  };
  const coalesced = createCoalescedRead<string, Found>(core, {
    maxBatch: together,
    maxWaiting: 20_000,
    maxWaitMs: 10_000,
    concurrency,
    read: (key, texts) => ask(key.slice(0, key.indexOf(' ')) as Sort, texts, null),
  });
  const waiting = Array.from({ length: concurrency }, () => 0);
  /** Chooses the slot with the fewest waiting searches. */
  const submit = async (sort: Sort, text: string): Promise<Found> => {
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
    const isCutOff = row.flags.length === most;
    if (isCutOff && sort !== 'relevance') return row.ending;
    const { passing, ...counted } = await countRows(core, row, request);
    if (isCutOff && counted.totalIsExact) return row.ending;
    const page = passing.slice(request.offset, request.offset + request.limit);
    return { ...counted, productIds: page.map((i) => idAt(row, i)), snapshot: row.snapshot };
  };
};
