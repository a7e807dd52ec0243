/** Compares searches with a simple model without indexes: random products, random requests, counts by plain loops. */
import { contract, type CategoryId, type Product, type SearchFacets } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct } from '../catalog/index.ts';
import { system, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { createPostgresSearch } from './index.ts';
import { searchByStatement } from './postgres.statement.ts';

const words = ['oak', 'elm', 'mug', 'jug'] as const;
const brands = ['Holm', 'Tide', 'Ønske "o"'] as const;
const tags = ['wood', 'gift, wrapped', 'clay\\pot', 'sale'] as const;
const sizes = ['S', 'M:wide', 'L'] as const;
const categories = ['house', 'kitchen', 'garden'] as const;
const bands = [0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

interface Sold {
  readonly name: string;
  readonly brand: string | null;
  readonly category: (typeof categories)[number] | null;
  readonly tags: readonly string[];
  readonly variants: readonly { readonly size: string; readonly cents: number; readonly stock: number }[];
}
const anyProduct: fc.Arbitrary<Sold> = fc.record({
  name: fc.subarray([...words], { minLength: 1 }).map((chosen) => chosen.join(' ')),
  brand: fc.option(fc.constantFrom(...brands)),
  category: fc.option(fc.constantFrom(...categories)),
  tags: fc.subarray([...tags]),
  variants: fc.uniqueArray(
    fc.record({ size: fc.constantFrom(...sizes), cents: fc.constantFrom(0, 999, 1_000, 4_999, 1_200_000), stock: fc.nat(1) }),
    {
      minLength: 1,
      selector: ({ size }) => size,
    },
  ),
});
const some = <T>(values: readonly T[]) => fc.oneof(fc.constant([]), fc.subarray([...values]));
const bound = fc.option(fc.constantFrom(0, 999, 1_000, 4_999));
const anyRequest: fc.Arbitrary<SearchRequest> = fc.record({
  text: fc.option(fc.subarray([...words], { minLength: 1, maxLength: 2 }).map((chosen) => chosen.join(' '))),
  category: fc.option(fc.constantFrom(...categories, 'nowhere'), { freq: 2 }),
  brands: some(brands),
  tags: some(tags),
  options: some(['Size:S', 'Size:M:wide', 'Colour:Red']),
  minPriceCents: bound,
  maxPriceCents: bound,
  inStock: fc.option(fc.boolean()),
  sort: fc.constantFrom('newest', 'name', 'price', '-price'),
  offset: fc.constantFrom(0, 3),
  limit: fc.constantFrom(2, 100),
  affinity: fc.constant(null),
});

let shop: TestShop;
const ids = new Map<string, CategoryId>();
beforeAll(async () => {
  shop = await createTestShop();
  for (const name of categories) {
    const id = shop.core.ids.next<CategoryId>();
    const parent = name === 'kitchen' ? (ids.get('house') ?? null) : null;
    await shop.core.database.kysely.insertInto('categories').values({ id, name, slug: name, parentId: parent }).execute();
    ids.set(name, id);
  }
});
afterAll(() => shop.close());

let made = 0;
const createFrom = async ({ name, brand, category, tags: labels, variants }: Sold): Promise<Product> => {
  made += 1;
  const input = contract.products.create.input.parse({
    name,
    slug: `made-${made}`,
    status: 'active',
    tags: [...labels],
    ...(brand !== null && { brand }),
    ...(category !== null && { categoryId: ids.get(category) }),
    variants: variants.map(({ size, cents, stock }, i) => ({ sku: `SKU${made}-${i}`, options: { Size: size }, priceCents: cents, stock })),
  });
  return createProduct(shop.core, system('test'), input);
};

const within = (category: string | null, slug: string): boolean => category === slug || (slug === 'house' && category === 'kitchen');
const intersects = (own: readonly string[], values: readonly string[]): boolean => own.some((value) => values.includes(value));
const cheapest = ({ variants }: Sold): number => Math.min(...variants.map(({ cents }) => cents));
const highest = ({ variants }: Sold): number => Math.max(...variants.map(({ cents }) => cents));
const isInStock = ({ variants }: Sold): boolean => variants.some(({ stock }) => stock > 0);
const optionsOf = ({ variants }: Sold): string[] => variants.map(({ size }) => `Size:${size}`);

/** The filters by kind, so that one kind can be left out. */
const tests: Record<string, (product: Sold, request: SearchRequest) => boolean> = {
  text: ({ name }, { text }) => text === null || text.split(' ').every((word) => name.split(' ').includes(word)),
  category: (product, { category }) => category === null || within(product.category, category),
  brands: ({ brand }, request) => request.brands.length === 0 || (brand !== null && request.brands.includes(brand)),
  tags: (product, request) => request.tags.length === 0 || intersects(product.tags, request.tags),
  sizes: (product, { options }) => {
    const chosen = options.filter((option) => option.startsWith('Size:'));
    return chosen.length === 0 || intersects(optionsOf(product), chosen);
  },
  colours: (_, { options }) => !options.some((option) => option.startsWith('Colour:')),
  prices: (product, { minPriceCents, maxPriceCents }) =>
    highest(product) >= (minPriceCents ?? 0) && cheapest(product) <= (maxPriceCents ?? Infinity),
  stock: (product, { inStock }) => inStock === null || isInStock(product) === inStock,
};
const matching = (products: readonly Sold[], request: SearchRequest, leftOut = ''): Sold[] =>
  products.filter((product) => Object.entries(tests).every(([kind, test]) => kind === leftOut || test(product, request)));

const counted = (values: readonly string[]) =>
  [...new Set(values)]
    .map((value) => ({ value, count: values.filter((other) => other === value).length }))
    .toSorted((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)));

const facetsOf = (products: readonly Sold[], request: SearchRequest): SearchFacets => {
  const of = (kind: string): Sold[] => matching(products, request, kind);
  const values = counted(of('sizes').flatMap(optionsOf)).map(({ value, count }) => ({ value: value.slice('Size:'.length), count }));
  const bandOf = (cents: number): number => bands.findLastIndex((end) => cents >= end);
  const inStock = of('stock').filter(isInStock).length;
  return {
    categories: counted(of('category').flatMap(({ category }) => categories.filter((slug) => within(category, slug)))).map(
      ({ value, count }) => {
        const id = ids.get(value);
        if (!id) throw new Error('The model lost a category');
        return { id, slug: value, name: value, count };
      },
    ),
    brands: counted(of('brands').flatMap(({ brand }) => brand ?? [])),
    tags: counted(of('tags').flatMap((product) => product.tags)),
    options: values.length > 0 ? [{ name: 'Size', values }] : [],
    prices: bands.flatMap((minCents, band) => {
      const count = of('prices').filter((product) => bandOf(cheapest(product)) === band).length;
      return count > 0 ? [{ minCents, maxCents: bands[band + 1] ?? null, count }] : [];
    }),
    availability: { inStock, soldOut: of('stock').length - inStock },
  };
};
const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

describe('search against a model', () => {
  it('a search finds, sorts, pages and counts like the model, whether its rows are found by words or by filters', async () => {
    const search = createPostgresSearch(shop.core);
    const property = fc.asyncProperty(
      fc.array(anyProduct, { maxLength: 12 }),
      fc.array(anyRequest, { minLength: 12, maxLength: 12 }),
      async (products, requests) => {
        await shop.core.database.kysely.updateTable('products').set({ status: 'archived' }).execute();
        const byId = new Map<string, Sold>();
        for (const product of products) byId.set((await createFrom(product)).id, product);
        const model = (request: SearchRequest): SearchMatches => {
          const at = [...byId.keys()];
          const value = (id: string): string | number => {
            const product = byId.get(id);
            if (!product) throw new Error('The model lost a product');
            return request.sort === 'name' ? product.name : request.sort === 'newest' ? at.indexOf(id) : cheapest(product);
          };
          const descends = request.sort === 'newest' || request.sort === '-price';
          const found = matching(products, request);
          const sorted = at
            .filter((id) => found.some((product) => product === byId.get(id)))
            .toSorted((a, b) => (descends ? -1 : 1) * (compare(value(a), value(b)) || compare(a, b)));
          const productIds = sorted.slice(request.offset, request.offset + request.limit) as Product['id'][];
          return { productIds, totalCount: found.length, totalIsExact: true, facets: facetsOf(products, request) };
        };
        const answers = await Promise.all(requests.map((request) => search.search(request)));
        expect(answers.map(({ snapshot: _, ...answer }) => answer)).toEqual(requests.map(model));
        for (const request of requests) expect(await searchByStatement(shop.core, request)).toEqual(model(request));
      },
    );
    await fc.assert(property, { numRuns: 12 });
  });
});
