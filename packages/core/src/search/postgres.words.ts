/**
 * Searches by words: what they find is read as it is ranked, a short text a row, and filtered and counted by this process.
 * Searches that arrive together are read by one statement.
 */
import type { ProductId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { createMergedWrites, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { readCategoryTree } from './category-tree.ts';
import { countedMatches, countFacets, isFiltered, type FoundRows, type Labels } from './facet.counts.ts';
import { affinityBoost, backInStock, orders } from './postgres.filters.ts';

/** Rows that a search with filters looks through at most; with more, each filter is better put to the database. */
const lookedThrough = 2 * countedMatches;
/** Statements at the same time, and searches in each: few enough that no search waits long for a dear one beside it. */
const lanes = 2;
const together = 16;

interface Question {
  readonly text: string;
  /** Where it stops reading. */
  readonly most: number;
}
interface Row {
  readonly n: number;
  /** Ids of 36 characters, one behind the other. */
  readonly ids: string;
  readonly labels: string;
  /** One character a row: whether its flag says that it is in stock. */
  readonly flags: string;
  /** Products that are in stock again by holds that have lapsed. */
  readonly lapsed: readonly ProductId[];
}
type Sort = SearchRequest['sort'];
type WordsRequest = SearchRequest & { readonly text: string };

const statement = (questions: readonly Question[], sort: Sort, affinity: SearchRequest['affinity']): RawBuilder<Row> => {
  const order = orders[sort].keys;
  const ranks = sort === 'relevance';
  const score = ranks ? sql`ts_rank('{0.1, 0.2, 0.5, 1.0}', e.document, a.query)${affinityBoost(affinity)}` : sql`0`;
  const trends = ranks ? sql`left join search_trends t on t.product_id = h.product_id` : sql``;
  return sql`
    with asked as materialized (
      select i, most, websearch_to_tsquery('public.shop_text', words) as query
      from unnest(${questions.map(({ text }) => text)}::text[], ${questions.map(({ most }) => most)}::int[]) with ordinality q(words, most, i)),
    lapsed as materialized (select coalesce(json_agg(product_id), '[]') as ids from (${backInStock}) b)
    select f.*, (select ids from lapsed) as lapsed from asked a cross join lateral (
      select count(*)::int as n, coalesce(string_agg(s.id, ''), '') as ids, coalesce(string_agg(s.labels, ','), '') as labels, coalesce(string_agg(s.flag, ''), '') as flags
      from (select h.product_id::text as id, h.labels, h.flag from (
          select e.product_id, e.labels, case when e.in_stock then '1' else '0' end as flag, e.name, e.created_at, e.min_price_cents, ${score} as score
          from search_entries e where e.document @@ a.query limit a.most) h ${trends}
        order by ${order}) s) f
    order by a.i`;
};

const foundIn = ({ ids, labels, flags, lapsed }: Row): FoundRows => {
  const back = new Set<ProductId>(lapsed);
  const idAt = (i: number): ProductId => ids.slice(i * 36, (i + 1) * 36) as ProductId;
  return {
    labels: JSON.parse(`[${labels}]`) as Labels[],
    idAt,
    inStock: (i) => flags[i] === '1' || (back.size > 0 && back.has(idAt(i))),
  };
};

const keyOf = ({ text, most }: Question): string => `${most}:${text}`;

/** Answers searches by words; null for one that finds too much to look through here. */
export const createWordSearch = (
  core: Pick<Core, 'db' | 'reads' | 'clock'>,
): ((request: WordsRequest) => Promise<SearchMatches | null>) => {
  const ask = async (sort: Sort, questions: readonly Question[], affinity: SearchRequest['affinity']): Promise<readonly FoundRows[]> => {
    // Shoppers who narrow the same words by different filters ask the same question.
    const different = [...new Map(questions.map((question) => [keyOf(question), question])).values()];
    const { rows } = await statement(different, sort, affinity).execute(core.db);
    const found = new Map(rows.flatMap((row, i) => (different[i] ? [[keyOf(different[i]), foundIn(row)] as const] : [])));
    return questions.map((question) => found.get(keyOf(question)) ?? nothing);
  };
  const merged = createMergedWrites<Question, FoundRows>(core, {
    maxBatch: together,
    maxWaiting: 20_000,
    maxWaitMs: 10_000,
    lanes,
    write: (key, questions) => ask(key.slice(0, key.indexOf(' ')) as Sort, questions, null),
  });
  const waiting = Array.from({ length: lanes }, () => 0);
  /** To the lane that the fewest wait in. */
  const submit = async (sort: Sort, question: Question): Promise<FoundRows> => {
    const lane = waiting.indexOf(Math.min(...waiting));
    waiting[lane] = (waiting[lane] ?? 0) + 1;
    try {
      return await merged.submit(`${sort} ${lane}`, question);
    } finally {
      waiting[lane] = (waiting[lane] ?? 1) - 1;
    }
  };
  return async (request) => {
    const { text, sort, affinity } = request;
    const filtered = isFiltered(request);
    const most = 1 + (filtered ? lookedThrough : countedMatches);
    const rows = affinity ? (await ask(sort, [{ text, most }], affinity))[0] : await submit(sort, { text, most });
    if (!rows) throw new Error('A search answered no row');
    const isCutOff = rows.labels.length === most;
    if (isCutOff && (filtered || sort !== 'relevance')) return null;
    const named = new Set(rows.labels.flatMap(([category]) => category ?? []));
    return countFacets(rows, request, await readCategoryTree(core, named));
  };
};

const nothing: FoundRows = { labels: [], idAt: () => '' as ProductId, inStock: () => false };
