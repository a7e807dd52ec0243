/** Changes of products: one by one and in bulk, by several users at once, and at planned dates. */
import { contract, type Product, type ShopContract } from '@cartwright/contracts';
import { aGuestCart, aProduct, atMost, aStaffMember, createTestShop, letPass, race, variantOf, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { configureStock } from '../inventory/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import * as catalog from './index.ts';

const guest: Actor = { kind: 'guest', cartToken: null };
const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const get = (id: string, actor: Actor = guest) => catalog.getProduct(shop.core, actor, { id });
const update = (product: Product, changes: Omit<z.input<ShopContract['products']['update']['input']>, 'id' | 'version'>) =>
  catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version: product.version, ...changes }));

describe('concurrent changes of one product', () => {
  it('of ten concurrent changes of a product, one succeeds and nine fail with VERSION_MISMATCH', async () => {
    const product = await aProduct(shop.core);
    const result = await race(10, (n) => update(product, { name: `Name ${n}` }));
    expect(result).toMatchObject({ refused: { VERSION_MISMATCH: 9 }, defects: [] });
    expect((await get(product.id)).name).toBe(result.won[0]?.name);
  });
});

describe('changed slugs', () => {
  it('an earlier slug leads to the product until another product takes it', async () => {
    const product = await aProduct(shop.core, { name: 'Blue Kite' });
    const moved = await update(await update(product, { slug: 'kite-of-blue' }), { slug: 'kite' });
    for (const slug of ['blue-kite', 'kite-of-blue', 'kite']) expect((await get(slug)).id).toBe(product.id);
    const other = await update(await aProduct(shop.core), { slug: 'blue-kite' });
    expect((await get('blue-kite')).id).toBe(other.id);
    await update(moved, { slug: 'kite-of-blue' });
    expect((await get('kite')).slug).toBe('kite-of-blue');
  });
  it('an earlier slug of a draft is NOT_FOUND for buyers', async () => {
    const product = await update(await aProduct(shop.core, { name: 'Shy Kite' }), { slug: 'shyer-kite', status: 'draft' });
    await expect(get('shy-kite')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await get('shy-kite', staff)).id).toBe(product.id);
  });
});

describe('changed variants', () => {
  it('fifty variants are changed, discounted and repriced by as many statements as two, and each new price is recorded', async () => {
    const statementsOf = async (variants: number) => {
      const product = await aProduct(shop.core, { variants });
      const { id } = product;
      const changes = product.variants.map((variant, i) => ({
        id: variant.id,
        priceCents: 2_000 + i,
        weightGrams: 10 + i,
        barcode: `B${i}`,
      }));
      const counts = [
        await shop.countQueries(() => update(product, { variants: changes })),
        await shop.countQueries(() => catalog.discountProduct(shop.core, staff, { id, percentBasisPoints: 1_000 })),
        await shop.countQueries(() => catalog.setProductPrice(shop.core, staff, { id, priceCents: 1_500 })),
      ].map((texts) => texts.length);
      const after = await get(id, staff);
      expect(after.variants.map(({ priceCents, weightGrams, barcode }) => [priceCents, weightGrams, barcode])).toEqual(
        changes.map(({ weightGrams, barcode }) => [1_500, weightGrams, barcode]),
      );
      const recorded = await shop.core.db
        .selectFrom('price_changes as c')
        .innerJoin('variants as v', 'v.id', 'c.variantId')
        .select('c.priceCents')
        .where('v.productId', '=', id)
        .where('c.priceCents', '>=', 2_000)
        .execute();
      expect(recorded.map(({ priceCents }) => Number(priceCents)).toSorted((a, b) => a - b)).toEqual(
        changes.map(({ priceCents }) => priceCents),
      );
      return counts;
    };
    const two = await statementsOf(2);
    const fifty = await statementsOf(50);
    for (const [i, count] of fifty.entries()) expect(count).toEqual(atMost(two[i] ?? 0));
  });
});

describe('publishing dates', () => {
  it('a draft is published and archived again at its planned dates', async () => {
    const soon = new Date(Date.now() + 10 * 60_000).toISOString();
    const later = new Date(Date.now() + 60 * 60_000).toISOString();
    const product = await update(await aProduct(shop.core), { status: 'draft', publishAt: soon, unpublishAt: later });
    expect(await catalog.publishDueProducts(shop.core)).toBe(0);
    await letPass(shop.core, 11);
    expect(await catalog.publishDueProducts(shop.core)).toBe(1);
    expect((await get(product.id)).status).toBe('active');
    await letPass(shop.core, 60);
    expect(await Promise.all([catalog.publishDueProducts(shop.core), catalog.publishDueProducts(shop.core)])).toContain(1);
    expect(await get(product.id, staff)).toMatchObject({ status: 'archived', publishAt: null, unpublishAt: null });
    expect(await catalog.publishDueProducts(shop.core)).toBe(0);
  });
  it('publishing a product, alone or in bulk, clears its planned date', async () => {
    const soon = new Date(Date.now() + 10 * 60_000).toISOString();
    const [one, other] = [await aProduct(shop.core), await aProduct(shop.core)] as const;
    for (const product of [one, other]) await update(product, { status: 'draft', publishAt: soon });
    await catalog.publishProduct(shop.core, staff, { id: one.id });
    await catalog.changeManyProducts(shop.core, staff, { ids: [other.id], action: 'publish' });
    for (const { id } of [one, other]) expect(await get(id, staff)).toMatchObject({ status: 'active', publishAt: null });
  });
  it('an unpublishing date before the publishing date is refused', async () => {
    const product = await aProduct(shop.core);
    await expect(update(product, { publishAt: '2030-01-02T00:00:00Z', unpublishAt: '2030-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});

describe('product changes', () => {
  it('a product is published and archived; a repeat changes nothing', async () => {
    const product = await aProduct(shop.core);
    const off = await catalog.unpublishProduct(shop.core, staff, { id: product.id });
    expect(await catalog.unpublishProduct(shop.core, staff, { id: product.id })).toEqual(off);
    await expect(get(product.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await catalog.publishProduct(shop.core, staff, { id: product.id })).status).toBe('active');
  });
  it('a discount is calculated from the full price, and 0 % removes it', async () => {
    const { id } = await aProduct(shop.core, { priceCents: 999 });
    const prices = (p: Product) => [variantOf(p).priceCents, variantOf(p).compareAtPriceCents];
    expect(prices(await catalog.discountProduct(shop.core, staff, { id, percentBasisPoints: 5_000 }))).toEqual([500, 999]);
    expect(prices(await catalog.discountProduct(shop.core, staff, { id, percentBasisPoints: 1_000 }))).toEqual([899, 999]);
    expect(prices(await catalog.discountProduct(shop.core, staff, { id, percentBasisPoints: 0 }))).toEqual([999, null]);
    expect(
      await shop.core.db
        .selectFrom('price_changes')
        .where('variantId', '=', variantOf(await get(id)).id)
        .selectAll()
        .execute(),
    ).toHaveLength(4);
  });
  it('stock on hand can be set, but not below the held units', async () => {
    const product = await aProduct(shop.core, { stock: 5 });
    await aGuestCart(shop.core, [[product, 3]]);
    const set = (onHand: number) => catalog.setProductStock(shop.core, staff, { id: product.id, onHand, reason: 'count' });
    await expect(set(2)).rejects.toMatchObject({ code: 'STOCK_BELOW_RESERVED' });
    expect((await set(9)).available).toBe(6);
    await expect(
      catalog.setProductStock(shop.core, staff, { id: (await aProduct(shop.core, { variants: 2 })).id, onHand: 1, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'VARIANT_REQUIRED' });
  });
  it('a product is copied as a draft with new SKUs and no stock', async () => {
    const product = await aProduct(shop.core, { name: 'Original', variants: 3 });
    const copies = [
      await catalog.duplicateProduct(shop.core, staff, { id: product.id }),
      await catalog.duplicateProduct(shop.core, staff, { id: product.id }),
    ];
    expect(copies.map((copy) => [copy.name, copy.status, copy.available, copy.variantCount])).toEqual(
      Array(2).fill(['Original (copy)', 'draft', 0, 3]),
    );
    expect(new Set([...copies, product].flatMap((p) => [p.slug, ...p.variants.map((v) => v.sku)])).size).toBe(12);
  });
  it('the copy of an untracked variant is untracked, so that it can be bought', async () => {
    const product = await aProduct(shop.core, { name: 'Advice', variants: 2 });
    await configureStock(shop.core, staff, { variantId: variantOf(product).id, tracked: false });
    const copy = await catalog.duplicateProduct(shop.core, staff, { id: product.id });
    expect(copy.variants.map(({ availability }) => [availability.tracked, availability.inStock])).toEqual([
      [false, true],
      [true, false],
    ]);
  });
  it('the name and SKUs of a copied product are cut between characters', async () => {
    const product = await aProduct(shop.core, { name: `${'a'.repeat(239)}😀😀` });
    const sku = `${'S'.repeat(249)}😀`;
    await sql`update variants set sku = ${sku} where product_id = ${product.id}`.execute(shop.core.db);
    const copy = await catalog.duplicateProduct(shop.core, staff, { id: product.id });
    expect([copy.name, variantOf(copy).sku]).toEqual([`${'a'.repeat(239)}\ufffd (copy)`, `${'S'.repeat(249)}\ufffd-COPY`]);
  });
  it('a product with a name that is no longer accepted is copied unchanged', async () => {
    const product = await aProduct(shop.core, { name: 'Old' });
    await sql`update products set name = ${'A\u202eB'}, tags = ${['\u200b']}::text[] where id = ${product.id}`.execute(shop.core.db);
    expect(await catalog.duplicateProduct(shop.core, staff, { id: product.id })).toMatchObject({
      name: 'A\u202eB (copy)',
      tags: ['\u200b'],
    });
  });
  it('titles of variants are cut between characters', async () => {
    const product = await aProduct(shop.core);
    const options = { A: 'v'.repeat(250), B: `v😀😀` };
    const input = { sku: `${variantOf(product).sku}-CUT`, options, priceCents: 100 };
    const more = await update(await aProduct(shop.core), { addVariants: [input] });
    expect(more.variants.at(-1)).toMatchObject({ options });
    expect(more.variants.at(-1)?.title.isWellFormed()).toBe(true);
  });
  it('variants added later come after the existing ones', async () => {
    const product = await aProduct(shop.core, { variants: 2 });
    const more = await update(product, {
      addVariants: [{ sku: `${product.variants[0]?.sku}-XL`, options: { Size: 'Extra' }, priceCents: 5_000, stock: 3 }],
    });
    expect(more.options).toEqual([{ name: 'Size', values: ['Size 1', 'Size 2', 'Extra'] }]);
    expect(more.variants.at(-1)).toMatchObject({ priceCents: 5_000, availability: { available: 3 } });
    await expect(update(more, { addVariants: [{ sku: variantOf(product).sku, priceCents: 1 }] })).rejects.toMatchObject({
      code: 'SKU_TAKEN',
    });
  });
});

describe('bulk changes of products', () => {
  it('a bulk change handles each product separately, and a repeat changes nothing more', async () => {
    const [one, two] = [await aProduct(shop.core, { tags: ['old'] }), await aProduct(shop.core)];
    const missing = shop.core.ids.next<Product['id']>();
    const bulk = (input: Omit<z.input<ShopContract['products']['bulk']['input']>, 'ids'>) =>
      catalog.changeManyProducts(shop.core, staff, contract.products.bulk.input.parse({ ids: [one.id, two.id, missing], ...input }));
    expect(await bulk({ action: 'add_tags', tags: ['old', 'new'] })).toMatchObject({ changedCount: 2 });
    const again = await bulk({ action: 'add_tags', tags: ['old', 'new'] });
    expect(again.results.map((r) => r.outcome).toSorted()).toEqual(['failed', 'unchanged', 'unchanged']);
    expect((await get(one.id)).tags).toEqual(['old', 'new']);
    await bulk({ action: 'remove_tags', tags: ['old'] });
    expect((await get(two.id)).tags).toEqual(['new']);
    await aGuestCart(shop.core, [[one, 1]]);
    const deleted = await bulk({ action: 'delete' });
    expect(deleted.results.filter((r) => r.outcome === 'changed').map((r) => r.id)).toEqual([two.id]);
    await expect(bulk({ action: 'add_tags' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
  it('deleting products in bulk requires the permission to delete one', async () => {
    const support = await aStaffMember(shop.core, 'support');
    const product = await aProduct(shop.core);
    await expect(catalog.changeManyProducts(shop.core, support, { ids: [product.id], action: 'delete' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('tags and brands', () => {
  it('tags and brands are listed with the counts of published products', async () => {
    await aProduct(shop.core, { tags: ['label-a', 'label-b'] });
    await update(await aProduct(shop.core, { tags: ['label-a'] }), { brand: 'Labelled' });
    await update(await aProduct(shop.core, { tags: ['label-hidden'] }), { status: 'draft', brand: 'Hidden' });
    const tags = (await catalog.listTags(shop.core, { limit: 200 })).items.filter((t) => t.value.startsWith('label'));
    expect(tags).toEqual([
      { value: 'label-a', productCount: 2 },
      { value: 'label-b', productCount: 1 },
    ]);
    expect((await catalog.listBrands(shop.core, { limit: 10 })).items).toEqual([{ value: 'Labelled', productCount: 1 }]);
  });
});
