import { contract, type CategoryId, type Product, type ShopContract } from '@cartwright/contracts';
import { aGuestCart, atMost, createTestShop, letPass, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createProduct, deleteProduct, updateProduct } from '../catalog/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { emptySearchQueue, searchProducts } from './index.ts';

type Input = z.input<ShopContract['search']['products']['input']>;

const staff = system('test');
const anonymous: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;
const product: Record<string, Product> = {};

const find = (input: Input, actor: Actor = anonymous) => searchProducts(shop.core, actor, contract.search.products.input.parse(input));
const names = async (input: Input, actor?: Actor) => (await find(input, actor)).items.map((p) => p.name);

type NewProduct = z.input<ShopContract['products']['create']['input']>;
const add = async (fields: Partial<NewProduct> & { name: string; priceCents?: number; sizes?: string[]; stock?: number }) => {
  const { priceCents = 1_000, sizes = [], stock = 5, ...rest } = fields;
  const sku = fields.name.replaceAll(' ', '-').toUpperCase();
  const variants = (sizes.length > 0 ? sizes : ['']).map((size, i) => ({
    sku: size ? `${sku}-${i}` : sku,
    options: size ? { Size: size } : {},
    priceCents,
    stock,
  }));
  const made = await createProduct(shop.core, staff, contract.products.create.input.parse({ status: 'active', variants, ...rest }));
  product[fields.name] = made;
  return made;
};
const category = async (name: string, parentId: CategoryId | null = null) => {
  const id = shop.core.ids.next<CategoryId>();
  await shop.core.database.kysely.insertInto('categories').values({ id, name, slug: name.toLowerCase(), parentId }).execute();
  return id;
};

beforeAll(async () => {
  shop = await createTestShop();
  const home = await category('Home');
  const kitchen = await category('Kitchen', home);
  const garden = await category('Garden');
  await add({
    name: 'Stoneware Mug',
    brand: 'Tide Pottery',
    categoryId: kitchen,
    tags: ['clay', 'gift'],
    priceCents: 2_200,
    sizes: ['Small', 'Large'],
  });
  await add({
    name: 'Walnut Spoon',
    brand: 'Holm',
    categoryId: kitchen,
    tags: ['wood', 'gift'],
    priceCents: 900,
    description: 'Rests well beside a mug of stoneware.',
  });
  await add({ name: 'Café Tray', brand: 'Holm', categoryId: kitchen, tags: ['wood', 'mug holder'], priceCents: 4_900, stock: 0 });
  await add({ name: 'Clay Planter', brand: 'Tide Pottery', categoryId: garden, tags: ['clay'], priceCents: 12_000, sizes: ['Small'] });
  await add({ name: 'Secret Mug', status: 'draft' });
  await emptySearchQueue(shop.core);
});
afterAll(() => shop.close());

describe('search words', () => {
  it('a match in the name ranks above one in the tags, and that above one in the description', async () => {
    expect(await names({ q: 'mug' })).toEqual(['Stoneware Mug', 'Café Tray', 'Walnut Spoon']);
  });
  it('search finds other word forms, words without accents, and SKUs', async () => {
    expect(await names({ q: 'mugs stoneware' })).toEqual(['Stoneware Mug', 'Walnut Spoon']);
    expect(await names({ q: 'cafe' })).toEqual(['Café Tray']);
    expect(await names({ q: 'CLAY-PLANTER-0' })).toEqual(['Clay Planter']);
  });
  it('all search words must match, except one excluded with a minus', async () => {
    expect(await names({ q: 'clay mug' })).toEqual(['Stoneware Mug']);
    expect(await names({ q: 'clay -mug' })).toEqual(['Clay Planter']);
  });
  it('misspelt words are corrected when nothing matches, and the result contains the correction', async () => {
    const result = await find({ q: 'stonewear mgug' });
    expect(result).toMatchObject({ correctedQuery: 'stoneware mug', totalCount: 2 });
    expect(await find({ q: 'mug' })).toMatchObject({ correctedQuery: null });
    expect(await find({ q: 'qqqqqqq' })).toMatchObject({ correctedQuery: null, totalCount: 0, items: [] });
  });
  it('search words that look like SQL or query syntax are treated as words', async () => {
    for (const q of ["'; drop table products; --", 'a & | ! ( : *', '"unclosed', '\\', '%_', ':*', '-'])
      expect(await names({ q })).toEqual([]);
  });
});

describe('filters and facets', () => {
  it('facets count the values that can be chosen next, and a filter does not hide other values of its own kind', async () => {
    const { facets } = await find({});
    expect(facets).toEqual({
      // A category also finds the products of its subcategories, so its count contains them.
      categories: [
        expect.objectContaining({ slug: 'home', count: 3 }),
        expect.objectContaining({ slug: 'kitchen', count: 3 }),
        expect.objectContaining({ slug: 'garden', count: 1 }),
      ],
      brands: [
        { value: 'Holm', count: 2 },
        { value: 'Tide Pottery', count: 2 },
      ],
      tags: [
        { value: 'clay', count: 2 },
        { value: 'gift', count: 2 },
        { value: 'wood', count: 2 },
        { value: 'mug holder', count: 1 },
      ],
      options: [
        {
          name: 'Size',
          values: [
            { value: 'Small', count: 2 },
            { value: 'Large', count: 1 },
          ],
        },
      ],
      prices: [
        { minCents: 0, maxCents: 1_000, count: 1 },
        { minCents: 1_000, maxCents: 2_500, count: 1 },
        { minCents: 2_500, maxCents: 5_000, count: 1 },
        { minCents: 10_000, maxCents: 25_000, count: 1 },
      ],
      availability: { inStock: 3, soldOut: 1 },
    });
    const holm = await find({ brands: ['Holm'] });
    expect(holm.facets.brands).toEqual(facets.brands);
    expect(holm.facets.categories.map(({ slug, count }) => [slug, count])).toEqual([
      ['home', 2],
      ['kitchen', 2],
    ]);
    const large = await find({ options: ['Size:Large'] });
    expect(large.facets.options).toEqual(facets.options);
    expect(large.totalCount).toBe(1);
  });
  it('search filters by category with its subcategories, brand, tag, option, price and availability', async () => {
    expect(await names({ category: 'home', sort: 'name' })).toEqual(['Café Tray', 'Stoneware Mug', 'Walnut Spoon']);
    expect(await names({ brands: ['Holm', 'Nobody'], sort: 'price' })).toEqual(['Walnut Spoon', 'Café Tray']);
    expect(await names({ tags: ['clay'], options: ['Size:Large'] })).toEqual(['Stoneware Mug']);
    expect(await names({ minPriceCents: 2_000, maxPriceCents: 5_000, sort: '-price' })).toEqual(['Café Tray', 'Stoneware Mug']);
    expect(await names({ inStock: false })).toEqual(['Café Tray']);
  });
  it('pages of a search follow each other without a gap', async () => {
    const pages = await Promise.all([1, 2, 3].map((page) => names({ sort: 'name', page, pageSize: 2 })));
    expect(pages).toEqual([['Café Tray', 'Clay Planter'], ['Stoneware Mug', 'Walnut Spoon'], []]);
  });
  it('a sort order that is not on the list is refused', () => {
    expect(contract.search.products.input.safeParse({ sort: 'name; drop table products' }).success).toBe(false);
  });
});

describe('unpublished products in searches', () => {
  it('draft, archived and deleted products are never found, not even by staff', async () => {
    expect(await names({ q: 'secret' }, staff)).toEqual([]);
    const lamp = await add({ name: 'Paper Lamp' });
    expect(await names({ q: 'lamp' })).toEqual(['Paper Lamp']);
    await updateProduct(shop.core, staff, { id: lamp.id, version: lamp.version, status: 'archived' });
    expect(await find({ q: 'lamp' })).toMatchObject({ items: [], totalCount: 0 });
    const chair = await add({ name: 'Oak Chair' });
    await deleteProduct(shop.core, staff, { id: chair.id });
    expect(await find({ q: 'chair' })).toMatchObject({ items: [], totalCount: 0 });
  });
});

describe('search results', () => {
  it('a search takes at most one statement each for words, missing cards and stock; a repeat is cached until a product changes', async () => {
    const ask = () => find({ q: 'planter' });
    await find({ q: 'mug' });
    expect(await shop.countQueries(ask)).toEqual(atMost(3));
    // Stock is read again when anybody on this server has committed in the meantime.
    expect(await shop.countQueries(ask)).toEqual(atMost(2));
    expect(await shop.countQueries(ask)).toEqual(atMost(1));
    expect(await ask()).toBe(await ask());
    const planter = product['Clay Planter'];
    if (!planter) throw new Error('no planter');
    await updateProduct(shop.core, staff, { id: planter.id, version: planter.version, name: 'Clay Planter Deep' });
    expect((await ask()).items.map((p) => p.name)).toEqual(['Clay Planter Deep']);
  });
  it('twenty concurrent searches for the same words share one statement', async () => {
    const statements = await shop.countQueries(() => Promise.all(Array.from({ length: 20 }, () => find({ q: 'spoon' }))));
    expect(statements.filter((text) => text.includes('asked as materialized'))).toEqual(atMost(1));
  });
  it('a search no longer finds a product as in stock after its last unit is held', async () => {
    const cup = await add({ name: 'Last Cup', stock: 1 });
    expect(await names({ q: 'cup', inStock: true })).toEqual(['Last Cup']);
    await aGuestCart(shop.core, [[cup, 1]]);
    await emptySearchQueue(shop.core);
    expect(await names({ q: 'cup', inStock: true })).toEqual([]);
  });
  it('units of expired holds count as in stock before a worker releases them', async () => {
    const jug = await add({ name: 'Last Jug', stock: 1 });
    await aGuestCart(shop.core, [[jug, 1]]);
    await emptySearchQueue(shop.core);
    expect(await find({ q: 'jug' })).toMatchObject({ items: [{ available: 0 }], facets: { availability: { inStock: 0, soldOut: 1 } } });
    await letPass(shop.core, 16);
    await shop.core.reads.forget(['search']);
    expect(await find({ q: 'jug', inStock: true })).toMatchObject({
      items: [{ name: 'Last Jug', available: 1 }],
      facets: { availability: { inStock: 1, soldOut: 0 } },
    });
    expect(await names({ q: 'jug', inStock: false })).toEqual([]);
  });
  it('products that match the cart of a buyer rank higher, for that buyer only', async () => {
    await add({ name: 'Bowl', brand: 'Other', tags: [] });
    const own = await add({
      name: 'Bowl',
      brand: 'Holm',
      slug: 'bowl-of-holm',
      variants: [{ sku: 'BOWL-HOLM', priceCents: 1_000, stock: 5 }],
    });
    const other = await add({
      name: 'Bowl',
      brand: 'Third',
      slug: 'bowl-of-third',
      variants: [{ sku: 'BOWL-3', priceCents: 1_000, stock: 5 }],
    });
    const spoon = product['Walnut Spoon'];
    if (!spoon) throw new Error('no spoon');
    const { guest } = await aGuestCart(shop.core, [[spoon, 1]]);
    const first = async (actor: Actor) => (await find({ q: 'bowl' }, actor)).items[0]?.id;
    expect(await first(guest)).toBe(own.id);
    expect(await first(anonymous)).toBe(other.id);
  });
});
