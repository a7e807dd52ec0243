import { contract, type Product, type ShopContract } from '@cartwright/contracts';
import { aGuestCart, aProduct, atMost, createTestShop, importCsv, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { clearCart } from '../carts/index.ts';
import { adjustStock, configureStock, getStockLevel, listStockHolds, listStockLevels, listStockMovements } from '../inventory/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { listPublishedProducts } from '../read-models/product-cards.ts';
import { emptySearchQueue } from '../search/index.ts';
import * as catalog from './index.ts';

const staff = system('test');
const guest: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const list = (input: z.input<ShopContract['products']['list']['input']>, actor: Actor = guest) =>
  catalog.listProducts(shop.core, actor, contract.products.list.input.parse({ tag: 'rack', ...input }));
const namesOf = async (input: Parameters<typeof list>[0], actor: Actor = guest) => (await list(input, actor)).items.map(({ name }) => name);
const update = (product: Product, changes: Omit<z.input<ShopContract['products']['update']['input']>, 'id' | 'version'>) =>
  catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...changes }));

describe('product lists', () => {
  it('a list shows a product whose variants have the most units together', async () => {
    const most = 100_000_000;
    await aProduct(shop.core, { variants: 30, stock: most, tags: ['hoard'] });
    expect((await list({ tag: 'hoard' })).items).toMatchObject([{ available: 30 * most }]);
  });

  beforeAll(async () => {
    const tools = await catalog.createCategory(shop.core, staff, { name: 'Tools', parentId: null });
    const spades = await catalog.createCategory(shop.core, staff, { name: 'Spades', parentId: tools.id });
    const put = (name: string, priceCents: number, stock: number) => aProduct(shop.core, { name, priceCents, stock, tags: ['rack'] });
    await update(await put('Digger', 3_000, 5), { categoryId: spades.id, brand: 'Loam' });
    await update(await put('Rake', 2_000, 0), { categoryId: tools.id, brand: 'Loam' });
    await update(await put('Bench', 9_000, 2), { brand: 'Oak & Son' });
    await update(await put('Secret', 1_000, 1), { status: 'draft' });
  });

  it('a product list filters by category with its subcategories, brand, price and stock, and counts the matches', async () => {
    expect(await list({ category: 'tools', pageSize: 1, sort: 'name' })).toMatchObject({ totalCount: 2, items: [{ name: 'Digger' }] });
    expect(await namesOf({ category: 'spades' })).toEqual(['Digger']);
    expect(await namesOf({ brand: 'Loam', inStock: true })).toEqual(['Digger']);
    expect(await namesOf({ inStock: false })).toEqual(['Rake']);
    expect(await namesOf({ minPriceCents: 2_001, maxPriceCents: 8_999 })).toEqual(['Digger']);
    expect(await namesOf({ q: 'bench' })).toEqual(['Bench']);
  });

  it('a product list is sorted and paged as requested', async () => {
    expect(await namesOf({ sort: 'price' })).toEqual(['Rake', 'Digger', 'Bench']);
    expect(await namesOf({ sort: '-price' })).toEqual(['Bench', 'Digger', 'Rake']);
    expect(await namesOf({ sort: 'newest' })).toEqual(['Bench', 'Rake', 'Digger']);
    expect(await namesOf({ sort: 'name', page: 2, pageSize: 2 })).toEqual(['Rake']);
  });

  it('words list the best matches first by relevance, for buyers and staff, with drafts for staff, also by cursor', async () => {
    const put = async (name: string, description: string) => update(await aProduct(shop.core, { name, tags: ['pots'] }), { description });
    await put('Stoneware', 'A plain pot.');
    await put('Old stoneware bowl', 'A bowl.');
    const draft = await put('Stoneware draft', 'Not yet.');
    await update(draft, { status: 'draft' });
    await put('Vase', 'Made of stoneware.');
    const wanted = { tag: 'pots', q: 'ston', sort: 'relevance' } as const;
    expect(await namesOf(wanted)).toEqual(['Old stoneware bowl', 'Stoneware', 'Vase']);
    expect(await namesOf({ ...wanted, q: 'stoneware' })).toEqual(['Stoneware', 'Old stoneware bowl', 'Vase']);
    expect(await namesOf({ ...wanted, q: 'stoneware' }, staff)).toEqual(['Stoneware', 'Stoneware draft', 'Old stoneware bowl', 'Vase']);
    for (const actor of [guest, staff]) {
      const walked: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await list({ ...wanted, q: 'stoneware', pageSize: 1, ...(cursor && { cursor }) }, actor);
        walked.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      }
      expect(walked).toEqual(await namesOf({ ...wanted, q: 'stoneware' }, actor));
    }
  });

  it('more products than are counted are listed newest first, for buyers and staff, instead of ranking all of them', async () => {
    const beads = Array.from({ length: 1_001 }, (_, n) => `bead-${n},Bead ${n},beads,BEAD-${n},1.00`);
    await importCsv(shop, ['Handle,Title,Tags,Variant SKU,Variant Price', ...beads].join('\n'));
    const last = await aProduct(shop.core, { name: 'One more bead on a string', tags: ['beads'] });
    for (const actor of [guest, staff]) {
      const first = await list({ tag: 'beads', q: 'bead', sort: 'relevance', pageSize: 2 }, actor);
      expect(first.items[0]).toMatchObject({ id: last.id });
      const next = await list({ tag: 'beads', q: 'bead', sort: 'relevance', pageSize: 2, cursor: first.nextCursor ?? '' }, actor);
      expect(next.items).toHaveLength(2);
    }
  });

  it('words that find nothing are corrected as in a search, and the answer says how', async () => {
    await aProduct(shop.core, { name: 'Turquoise kettle', tags: ['rack2'] });
    await emptySearchQueue(shop.core);
    for (const actor of [guest, staff]) {
      expect(await list({ tag: 'rack2', q: 'turqoise' }, actor)).toMatchObject({
        items: [{ name: 'Turquoise kettle' }],
        correctedQuery: 'turquoise',
      });
      expect(await list({ tag: 'rack2', q: 'kettle' }, actor)).toMatchObject({ totalCount: 1, correctedQuery: null });
      expect(await list({ tag: 'rack2', q: 'xyzzyqq' }, actor)).toMatchObject({ totalCount: 0, correctedQuery: null });
    }
  });

  it('a list says of a product whether its units are counted', async () => {
    const made = await aProduct(shop.core, { name: 'Download', tags: ['files'], stock: 3 });
    expect((await list({ tag: 'files' })).items).toMatchObject([{ tracked: true, available: 3 }]);
    await configureStock(shop.core, staff, { variantId: variantOf(made).id, tracked: false });
    expect((await list({ tag: 'files' }, staff)).items).toMatchObject([{ tracked: false, inStock: true }]);
  });

  it('a walk by cursor lists each product once in every order, even while products are added', async () => {
    for (const actor of [guest, staff])
      for (const sort of ['newest', 'name', 'price', '-price'] as const) {
        const all = await list({ sort, pageSize: 100 }, actor);
        expect(all.nextCursor).toBeNull();
        const walked: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await list({ sort, pageSize: 1, ...(cursor && { cursor }) }, actor);
          expect(page.totalCount).toBe(all.totalCount);
          walked.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        expect(walked).toEqual(all.items.map(({ id }) => id));
      }
    const first = await list({ sort: 'price', pageSize: 1 });
    await aProduct(shop.core, { name: 'Peg', priceCents: 100, tags: ['rack', 'late'] });
    expect(await namesOf({ sort: 'price', pageSize: 1, cursor: first.nextCursor ?? '' })).toEqual(['Digger']);
    expect(await namesOf({ sort: 'price', tags: ['late', 'no such tag'] })).toEqual(['Peg']);
    expect(await namesOf({ sort: 'price', tags: ['late'] }, staff)).toEqual(['Peg']);
  });

  it.each([
    ['from another order', 'name', async () => (await list({ sort: 'price', pageSize: 1 })).nextCursor ?? ''],
    ['that is SQL', 'price', () => Promise.resolve(Buffer.from("price 1' or 1=1 --").toString('base64url'))],
    ['that is no cursor', 'newest', () => Promise.resolve('%%%')],
  ] as const)('a cursor %s is answered with INVALID_INPUT', async (_, sort, cursor) => {
    await expect(list({ sort, cursor: await cursor() })).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'cursor' }] });
  });

  it('drafts are listed for staff only, whatever status a buyer requests', async () => {
    expect(await namesOf({ status: 'draft' }, staff)).toEqual(['Secret']);
    expect(await namesOf({ status: 'draft', sort: 'name' })).toEqual(['Bench', 'Digger', 'Peg', 'Rake']);
  });
});

describe('products by id', () => {
  it('products by id come in one statement, in the order of the ids, and only published ones', async () => {
    const [one, two] = [await aProduct(shop.core), await aProduct(shop.core)];
    const draft = await update(await aProduct(shop.core), { status: 'draft' });
    let found: string[] = [];
    const statements = await shop.countQueries(async () => {
      found = (await listPublishedProducts(shop.core, [two.id, draft.id, one.id])).map(({ id }) => id);
    });
    expect(found).toEqual([two.id, one.id]);
    expect(statements).toEqual(atMost(1));
  });
});

describe('deleted products', () => {
  it('a product cannot be deleted while units are held, and leaves the stock list when it is deleted', async () => {
    const product = await aProduct(shop.core, { stock: 3 });
    const { cart, guest: buyer } = await aGuestCart(shop.core, [[product, 1]]);
    const remove = () => catalog.deleteProduct(shop.core, staff, { id: product.id });
    await expect(remove()).rejects.toMatchObject({ code: 'PRODUCT_RESERVED', details: { reserved: 1 } });
    await clearCart(shop.core, buyer, { cartId: cart.id });
    await remove();
    await expect(catalog.getProduct(shop.core, staff, { id: product.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const levels = await listStockLevels(shop.core, staff, contract.inventory.list.input.parse({ q: variantOf(product).sku }));
    expect(levels.totalCount).toBe(0);
  });

  it('the stock of a deleted product answers as that of an unknown one, and cannot be changed', async () => {
    const product = await aProduct(shop.core, { stock: 3 });
    const { id: variantId } = variantOf(product);
    await catalog.deleteProduct(shop.core, staff, { id: product.id });
    const page = { variantId, page: 1, pageSize: 20 };
    for (const call of [
      () => getStockLevel(shop.core, staff, { variantId }),
      () => listStockMovements(shop.core, staff, page),
      () => listStockHolds(shop.core, staff, page),
      () => adjustStock(shop.core, staff, contract.inventory.adjust.input.parse({ variantId, delta: 2, reason: 'Found two more' })),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
