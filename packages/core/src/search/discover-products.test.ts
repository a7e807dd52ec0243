import { contract, type CategoryId, type Product } from '@cartwright/contracts';
import { aGuestCart, aPaidOrder, aProduct, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProduct, updateProduct } from '../catalog/index.ts';
import { system, type SearchEngine } from '../kernel/index.ts';
import {
  createPostgresSearch,
  emptySearchQueue,
  listSimilarProducts,
  listTrendingProducts,
  refreshTrends,
  searchProducts,
  suggestProducts,
} from './index.ts';

const staff = system('test');
const guest = { kind: 'guest', cartToken: null } as const;
let shop: TestShop;
let kitchen: CategoryId;

beforeAll(async () => {
  shop = await createTestShop();
  kitchen = shop.core.ids.next<CategoryId>();
  await shop.core.database.kysely.insertInto('categories').values({ id: kitchen, name: 'Kitchen Things', slug: 'kitchen' }).execute();
});
afterAll(() => shop.close());

let serial = 0;
const add = (
  name: string,
  fields: { brand?: string; tags?: string[]; categoryId?: CategoryId; status?: 'draft' | 'active' } = {},
): Promise<Product> =>
  createProduct(
    shop.core,
    staff,
    contract.products.create.input.parse({
      name,
      status: 'active',
      variants: [{ sku: `S-${(serial += 1)}`, priceCents: 500, stock: 9 }],
      ...fields,
    }),
  );
const suggest = (q: string) => suggestProducts(shop.core, contract.search.suggest.input.parse({ q }));
const trending = async () => (await listTrendingProducts(shop.core, contract.search.trending.input.parse({}))).items.map((p) => p.name);

describe('search suggestions', () => {
  it('suggestions complete the last word over names, categories and brands, and contain no drafts', async () => {
    await add('Oak Board', { brand: 'Oakley & Son' });
    await add('Board of Oak', { brand: 'Oakum' });
    await add('Oak Secret', { status: 'draft', brand: 'Oaken' });
    expect(await suggest('oak')).toMatchObject({
      products: [{ name: 'Oak Board' }, { name: 'Board of Oak' }],
      brands: ['Oakley & Son', 'Oakum'],
    });
    expect((await suggest('board o')).products.map((p) => p.name)).toEqual(['Board of Oak', 'Oak Board']);
    expect((await suggest('thi')).categories.map((c) => c.slug)).toEqual(['kitchen']);
    expect(await suggest('§§')).toEqual({ products: [], categories: [], brands: [] });
  });
});

describe('short unfinished words', () => {
  it('one or two letters after stop words complete names with these words only', async () => {
    await add('AT&T Handset');
    await add('Now & Then Clock');
    await add('Teal Thimble');
    const names = async (q: string) => (await suggest(q)).products.map((p) => p.name);
    expect([await names('AT & T'), await names('now & th'), await names('th')]).toEqual([
      ['AT&T Handset'],
      ['Now & Then Clock'],
      expect.arrayContaining(['Teal Thimble', 'Now & Then Clock']),
    ]);
  });
});

describe('similar products', () => {
  it('similar products share category or tags, most similar first, without the product itself and drafts', async () => {
    const ladle = await add('Ladle', { categoryId: kitchen, tags: ['steel', 'soup'] });
    await add('Soup Pot', { categoryId: kitchen, tags: ['steel', 'soup'] });
    await add('Whisk', { categoryId: kitchen, tags: ['steel'] });
    await add('Steel Bench', { tags: ['steel'] });
    await add('Draft Ladle', { categoryId: kitchen, tags: ['steel', 'soup'], status: 'draft' });
    const { items } = await listSimilarProducts(shop.core, { id: ladle.id, limit: 8 });
    expect(items.map((p) => p.name)).toEqual(['Soup Pot', 'Whisk', 'Steel Bench']);
  });
  it('similar products of an unpublished product are NOT_FOUND', async () => {
    const draft = await add('Hidden', { status: 'draft' });
    await expect(listSimilarProducts(shop.core, { id: draft.id, limit: 8 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('trending products', () => {
  it('trending products are those of the latest orders and carts; each order counts once, and archived products drop out', async () => {
    const loved = await aProduct(shop.core, { name: 'Loved' });
    const bulk = await aProduct(shop.core, { name: 'Bought in bulk', stock: 100 });
    const carted = await aProduct(shop.core, { name: 'In a cart' });
    await aPaidOrder(shop.core, loved);
    await aPaidOrder(shop.core, loved);
    await aPaidOrder(shop.core, bulk, 90);
    await aGuestCart(shop.core, [[carted, 1]]);
    expect(await refreshTrends(shop.core)).toBe(3);
    expect(await trending()).toEqual(['Loved', 'Bought in bulk', 'In a cart']);
    await updateProduct(shop.core, staff, { id: bulk.id, version: bulk.version, status: 'archived' });
    expect(await trending()).toEqual(['Loved', 'In a cart']);
  });
});

describe('the search queue', () => {
  it('several workers can empty the search queue at once', async () => {
    await add('Busy Bee');
    await Promise.all([1, 2, 3].map(() => emptySearchQueue(shop.core)));
    expect(await shop.core.db.selectFrom('search_queue').selectAll().execute()).toEqual([]);
    const { correctedQuery } = await searchProducts(shop.core, guest, contract.search.products.input.parse({ q: 'bussy' }));
    expect(correctedQuery).toBe('busy');
  });
});

describe('the search engine port', () => {
  it('an unpublished product in the result of another search engine is not shown', async () => {
    const draft = await add('Draft', { status: 'draft' });
    const live = await add('Live');
    const engine: SearchEngine = {
      ...createPostgresSearch(shop.core),
      search: async (request) => ({
        ...(await createPostgresSearch(shop.core).search({ ...request, text: 'nothing-matches-this' })),
        productIds: [draft.id, live.id],
        totalCount: 2,
      }),
    };
    const { items } = await searchProducts(
      { ...shop.core, search: engine },
      guest,
      contract.search.products.input.parse({ q: 'other engine' }),
    );
    expect(items.map((p) => p.name)).toEqual(['Live']);
  });
});
