/** The rows `list`, `detail` and `search`. */
import {
  checkDetail,
  checkList,
  checkSearch,
  must,
  type DetailAnswer,
  type KnownProduct,
  type ListAnswer,
  type SearchAnswer,
} from '../checks.ts';
import { Refused, type Client } from '../load/client.ts';
import { quantile, runLoad } from '../load/generate.ts';
import type { Row, Work } from '../row.ts';
import { twoWords } from '../stage/seed-catalogue.ts';
import { wordsOf } from '../stage/seed-shop.ts';
import type { Stage } from '../stage/stage.parts.ts';

const clients = 32;
const pageSize = 20;

/** Reads a URL. Checks the status of every response, and every 25th response in full. */
export const readChecked = async <T>(
  stage: Stage,
  client: Client,
  path: string,
  serial: number,
  check: (answer: T) => void,
): Promise<void> => {
  const sent = { method: 'GET', path } as const;
  const answer = await client.ask(sent);
  if (answer.status !== 200) throw new Refused(sent, answer);
  if (stage.options.quick || serial % 25 === 0) check(JSON.parse(answer.body) as T);
};

/**
 * Compares the stock in the API with the database. A change may take a second to reach another process, so it retries for
 * three seconds before it fails.
 */
const checkAvailability = async (stage: Stage, products: readonly KnownProduct[]): Promise<void> => {
  const read = async (product: KnownProduct): Promise<string | null> => {
    const [row] = await stage.query<{ free: number }>(
      'select coalesce(sum(s.on_hand - s.reserved), 0)::int as free from stock_levels s join variants v on v.id = s.variant_id ' +
        'where v.product_id = $1',
      [product.id],
    );
    const answer = (await (await fetch(`${stage.api.url}/api/v1/products/${product.slug}`)).json()) as DetailAnswer;
    const shown = answer.variants.reduce((sum, variant) => sum + variant.availability.available, 0);
    return shown === row?.free ? null : `${product.slug} shows ${shown} units and has ${row?.free}`;
  };
  for (const product of products) {
    let wrong = await read(product);
    for (let tries = 0; wrong !== null && tries < 30; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      wrong = await read(product);
    }
    must(wrong === null, wrong ?? '');
  }
};

/** Reads pages of 20 products in turn. */
export const prepareList = async (stage: Stage): Promise<Work> => {
  const known = new Map(stage.products.map((product) => [product.id, product]));
  const total = stage.catalogueSize;
  // The newest products come first. Products loaded by SQL are older, so the first pages contain only known products.
  const pages = stage.products.length / pageSize;
  return {
    clients,
    settles: false,
    operation: (client, serial) => {
      const path = `/api/v1/products?pageSize=${pageSize}&page=${1 + (serial % pages)}`;
      return readChecked<ListAnswer>(stage, client, path, serial, (page) => checkList(page, known, pageSize, total));
    },
    check: () => checkAvailability(stage, stage.products.slice(0, 5)),
  };
};

/** Reads product pages in turn. */
export const prepareDetail = async (stage: Stage): Promise<Work> => ({
  clients,
  settles: false,
  operation: (client, serial) => {
    const product = stage.products[serial % stage.products.length];
    if (!product) throw new Error('There is no product.');
    return readChecked<DetailAnswer>(stage, client, `/api/v1/products/${product.slug}`, serial, (answer) => checkDetail(answer, product));
  },
  check: () => checkAvailability(stage, stage.products.slice(-5)),
});

/** Searches for two words, each time with another price bound, so that no search is repeated. */
export const prepareSearch = async (stage: Stage): Promise<Work> => {
  const large = stage.catalogueSize > stage.products.length;
  const isFound = new Set<string>();
  let asked = 0;
  const search = (client: Client): Promise<void> => {
    const serial = (asked += 1);
    const words = large ? twoWords(Math.random) : wordsOf((serial * 7) % stage.products.length);
    const path = `/api/v1/search?pageSize=${pageSize}&q=${encodeURIComponent(words)}&maxPriceCents=${10_000_000 + serial}`;
    return readChecked<SearchAnswer>(stage, client, path, serial, (answer) => {
      // Rare words of a large catalogue may have no match; most do.
      if (large && answer.totalCount === 0) return;
      checkSearch(answer, words, pageSize);
      isFound.add(words);
    });
  };
  return {
    clients,
    settles: false,
    operation: search,
    check: async () => {
      must(isFound.size > 0, 'no checked search had a match');
      const [words = ''] = isFound;
      const answer = (await (
        await fetch(`${stage.api.url}/api/v1/search?pageSize=${pageSize}&q=${encodeURIComponent(words)}`)
      ).json()) as SearchAnswer;
      const [row] = await stage.query<{ n: number }>(
        `select count(*)::int as n from products where status = 'active' and deleted_at is null and name ilike all ($1::text[])`,
        [words.split(' ').map((word) => `%${word}%`)],
      );
      must((row?.n ?? 0) > 0, `no product of the database is named "${words}"`);
      // The search includes descriptions, so it may have more matches than names.
      must(answer.totalCount >= (row?.n ?? 0), `the search for "${words}" counts ${answer.totalCount}, ${row?.n} products are named so`);
    },
    finish: async () => {
      const length = stage.options.quick ? { operations: 4 } : { seconds: 3 };
      const { latencies } = await runLoad(stage.api.url, 1, length, search);
      return (
        `one client alone: p50 ${quantile(latencies, 0.5).toFixed(1)} p99 ${quantile(latencies, 0.99).toFixed(1)} ms; ` +
        `${stage.catalogueSize} products`
      );
    },
  };
};

export const reads: readonly Row[] = [
  { name: 'list', what: '20 of 1,000 products with price and availability', goal: '2; 1.5', prepare: prepareList },
  { name: 'detail', what: 'one product with its variants, prices, stock and images', goal: '2; 1.5', prepare: prepareDetail },
  { name: 'search', what: 'two words with facets, each question new', goal: '5; 3', prepare: prepareSearch },
];
