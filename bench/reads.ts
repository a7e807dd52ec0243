/** Scenarios that read. */
import { hammer, hammerAnew } from './load.ts';
import { must, type Scenario } from './scenario.ts';
import { medianOfThree, type Stage } from './stage.ts';
import { connections } from './yardsticks.ts';

const read = async <T>(url: string): Promise<T> => {
  const answer = await fetch(url);
  must(answer.ok, `${url} answered ${answer.status}`);
  return (await answer.json()) as T;
};
const under = async (stage: Stage, urls: readonly string[]) => ({
  concurrency: connections,
  ...(await medianOfThree(stage.api, stage, (seconds) => hammer(urls, connections, seconds))),
});

interface Listed {
  readonly items: readonly { readonly minPriceCents: number; readonly available: number }[];
  readonly totalCount: number;
}
interface Searched {
  readonly items: readonly { readonly name: string; readonly available: number }[];
  readonly totalCount: number;
  readonly facets: { readonly availability: { readonly inStock: number } };
}
interface Detailed {
  readonly slug: string;
  readonly variants: readonly { readonly priceCents: number; readonly availability: { readonly available: number } }[];
}

/** The words of every name without its number, ten products each; what the first of them find is looked at. */
const searchPaths = async (stage: Stage): Promise<readonly string[]> => {
  const pairs = [...new Set(stage.products.map(({ name }) => name.replace(/ No \d+$/, '')))];
  const paths = pairs.map((q) => `/api/v1/search?pageSize=20&q=${encodeURIComponent(q)}`);
  for (const [i, q] of pairs.slice(0, 5).entries()) {
    const { items, totalCount, facets } = await read<Searched>(`${stage.api.url}${paths[i]}`);
    const wanted = stage.products.filter(({ name }) => name.startsWith(`${q} `)).length;
    must(totalCount === wanted && items.length === Math.min(wanted, 20), `the search for ${q} found ${totalCount} of ${wanted}`);
    must(
      items.every(({ name, available }) => name.startsWith(q) && available > 0),
      'a found product is another, or without stock',
    );
    must(facets.availability.inStock === wanted, 'the facets do not count what was found');
  }
  return paths;
};

export const reads: readonly Scenario[] = [
  {
    name: 'ping',
    what: 'the smallest tRPC query through everything around a call',
    against: { yardstick: 'hello', first: 0.5, aim: 0.7 },
    run: async (stage) => {
      const url = `${stage.api.url}/trpc/system.ping?input=%7B%7D`;
      must((await read<{ result: { data: { pong: boolean } } }>(url)).result.data.pong, 'ping without pong');
      return under(stage, [url]);
    },
  },
  {
    name: 'rest-ping',
    what: 'the same as REST',
    against: { yardstick: 'hello', first: 0.5, aim: 0.7 },
    run: (stage) => under(stage, [`${stage.api.url}/api/v1/ping`]),
  },
  {
    name: 'list',
    what: '20 products of 1,000 with price and availability, page by page',
    against: { yardstick: 'hello', first: 0.25, aim: 0.6 },
    run: async (stage) => {
      const urls = Array.from({ length: 50 }, (_, i) => `${stage.api.url}/api/v1/products?pageSize=20&page=${i + 1}`);
      const page = await read<Listed>(urls[7] ?? '');
      must(page.items.length === 20 && page.totalCount === stage.products.length, 'a page of the list is not full');
      must(
        page.items.every((item) => item.minPriceCents >= 500 && item.available > 0),
        'a listed product lacks price or stock',
      );
      return under(stage, urls);
    },
  },
  {
    name: 'search',
    what: 'two words in 1,000 products, with facets and a page of 20, each worked out anew',
    against: { yardstick: 'hello', first: 0.08, aim: 0.2 },
    run: async (stage) => {
      const paths = await searchPaths(stage);
      let asked = 0;
      // A price bound of its own, above all prices, makes each question one that nobody asked before.
      const next = (): string => `${paths[(asked += 1) % paths.length]}&maxPriceCents=${1_000_000 + asked}`;
      const measured = await medianOfThree(stage.api, stage, (seconds) => hammerAnew(stage.api.url, next, connections, seconds));
      return { concurrency: connections, ...measured };
    },
  },
  {
    name: 'search-kept',
    what: 'the same hundred searches again and again, as the shop keeps them',
    against: { yardstick: 'hello', first: 0.25, aim: 0.6 },
    run: async (stage) =>
      under(
        stage,
        (await searchPaths(stage)).map((path) => stage.api.url + path),
      ),
  },
  {
    name: 'detail',
    what: 'one product of 1,000 with variants, prices and stock',
    against: { yardstick: 'hello', first: 0.3, aim: 0.7 },
    run: async (stage) => {
      const urls = stage.products.map(({ slug }) => `${stage.api.url}/api/v1/products/${slug}`);
      const [first] = stage.products;
      const product = await read<Detailed>(urls[0] ?? '');
      must(product.slug === first?.slug && product.variants.length === first.variants.length, 'another product was answered');
      must(
        product.variants.every((variant) => variant.priceCents >= 500 && variant.availability.available > 0),
        'a variant lacks price or stock',
      );
      return under(stage, urls);
    },
  },
];
