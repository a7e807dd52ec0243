/** Products that a file hides are never public; unlisted ones can be opened by their address only. */
import { contract, type Product, type ProductId } from '@cartwright/contracts';
import { aGuestCart, createTestShop, findProduct, type TestShop, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFlashSale, getFlashSale, listFlashSales } from '../flash-sales/index.ts';
import * as imports from '../imports/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import { getLowestPrices, quotePrice } from '../pricing/index.ts';
import {
  listCollectionProducts,
  listSimilarProducts,
  listTrendingProducts,
  refreshTrends,
  searchProducts,
  suggestProducts,
} from '../search/index.ts';
import * as catalog from './index.ts';

const staff = system('test');
const guest: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const importCsv = (csv: string) => imports.importProducts(shop.core, staff, contract.imports.create.input.parse({ csv }));
const header = 'Handle,Title,Vendor,Type,Tags,Status,Published,Variant SKU,Variant Inventory Qty,Variant Price\n';
const line = (handle: string, status: string, published: string, title = `Lamp ${handle}`) =>
  `${handle},${title},Maker ${handle},Lamps,"lamp,tag-${handle}",${status},${published},SKU-${handle},5,10.00\n`;
const bySlug = async (slug: string): Promise<Product> => {
  const product = await findProduct(shop.core, { slug });
  if (!product) throw new Error(`There is no product ${slug}`);
  return product;
};
const canOpen = (id: string) =>
  catalog.getProduct(shop.core, guest, { id }).then(
    () => true,
    (error: { code?: string }) => (error.code === 'NOT_FOUND' ? false : Promise.reject(error as Error)),
  );

/** Every list a buyer can ask for, and whether it names the product. */
const listsNaming = async ({ id, slug, name, brand, tags }: Product, other: Product): Promise<string[]> => {
  const { core } = shop;
  await refreshTrends(core);
  const has = (items: readonly { id: ProductId }[]) => items.some((item) => item.id === id);
  const list = (input: object) => catalog.listProducts(core, guest, contract.products.list.input.parse({ pageSize: 100, ...input }));
  const found: Record<string, boolean> = {
    list: has((await list({})).items),
    'list by category': has((await list({ category: 'lamps' })).items),
    'list by tag': has((await list({ tag: 'lamp' })).items),
    'list of unlisted products': has((await list({ status: 'unlisted' })).items),
    search: has((await searchProducts(core, guest, contract.search.products.input.parse({ q: name, pageSize: 100 }))).items),
    suggestions: has((await suggestProducts(core, contract.search.suggest.input.parse({ q: name.slice(0, 6), limit: 10 }))).products),
    similar: has((await listSimilarProducts(core, contract.search.similar.input.parse({ id: other.id, limit: 20 }))).items),
    trending: has((await listTrendingProducts(core, contract.search.trending.input.parse({ limit: 50 }))).items),
    collection: has((await listCollectionProducts(core, guest, { slug: 'all-lamps', page: 1, pageSize: 100 })).items),
    tags: (await catalog.listTags(core, { limit: 200 })).items.some(({ value }) => value !== 'lamp' && tags.includes(value)),
    brands: (await catalog.listBrands(core, { limit: 200 })).items.some(({ value }) => value === brand),
    cards: has([...(await catalog.readCards(core, [id]))]),
    sales: (await listFlashSales(core, guest, contract.flashSales.list.input.parse({}))).items.some(({ items }) =>
      items.some((item) => item.slug === slug),
    ),
  };
  return Object.entries(found).flatMap(([where, isThere]) => (isThere ? [where] : []));
};

describe('the status from a file', () => {
  it.each([
    ['active', 'TRUE', 'active'],
    ['active', 'FALSE', 'draft'],
    ['Active', 'false', 'draft'],
    ['ACTIVE', '', 'active'],
    ['unlisted', 'TRUE', 'unlisted'],
    ['Unlisted', '', 'unlisted'],
    ['unlisted', 'FALSE', 'draft'],
    ['draft', 'TRUE', 'draft'],
    ['archived', 'TRUE', 'archived'],
    ['archived', 'FALSE', 'archived'],
    ['', 'TRUE', 'active'],
    ['', 'yes', 'active'],
    ['', '1', 'active'],
    ['', 'FALSE', 'draft'],
    ['', '0', 'draft'],
    ['', 'no', 'draft'],
    ['', '', 'active'],
    ['active', 'perhaps', 'draft'],
    ['scheduled', 'TRUE', 'draft'],
  ])('Status %j and Published %j import a product as %s', async (status, published, expected) => {
    const handle = `status-${status}-${published}`;
    const { rows } = await importCsv(header + line(handle, status, published));
    const product = await bySlug(handle);
    expect(product.status).toBe(expected);
    expect(await canOpen(product.slug)).toBe(expected === 'active' || expected === 'unlisted');
    const isOdd = published === 'perhaps' || status === 'scheduled';
    expect(rows).toMatchObject([
      { outcome: 'created', message: isOdd ? (expect.stringContaining('is imported as a draft') as string) : null },
    ]);
    // A file without these values leaves the status unchanged.
    await importCsv(`Handle,Title,Status,Published,Variant Price\n${handle},Again,,,11.00\n`);
    expect(await bySlug(product.slug)).toMatchObject({ name: 'Again', status: expected });
  });

  it('importing an export changes no status', async () => {
    let csv = '';
    for await (const part of imports.exportProducts(shop.core, staff, {})) csv += part;
    expect(await importCsv(csv)).toMatchObject({ createdCount: 0, updatedCount: 0, failedCount: 0 });
  });
});

describe('unlisted products', () => {
  it('an unlisted product can be opened, priced and bought by its address, but is in no list', async () => {
    await importCsv(header + line('seen', 'active', 'TRUE') + line('by-link', 'unlisted', 'TRUE'));
    await catalog.createCollection(
      shop.core,
      staff,
      contract.collections.create.input.parse({ name: 'All lamps', rule: { tags: ['lamp'] } }),
    );
    const [seen, byLink] = [await bySlug('seen'), await bySlug('by-link')];
    const { core } = shop;
    for (const id of [byLink.id, byLink.slug]) expect(await canOpen(id)).toBe(true);
    expect((await getLowestPrices(core, guest, { id: byLink.id })).variants).toHaveLength(1);
    expect(await catalog.getProductStock(core, guest, { id: 'by-link' })).toMatchObject({ available: 5 });
    await quotePrice(core, guest, contract.pricing.quote.input.parse({ variantId: variantOf(byLink).id }));
    const carts = [await aGuestCart(core, [[byLink, 1]]), await aGuestCart(core, [[seen, 1]])];
    expect(carts).toHaveLength(2);
    const sale = await createFlashSale(
      core,
      staff,
      contract.flashSales.create.input.parse({
        name: 'By link',
        startsAt: new Date(Date.now() - 1_000).toISOString(),
        endsAt: new Date(Date.now() + 3_600_000).toISOString(),
        items: [{ variantId: variantOf(byLink).id, salePriceCents: 500, units: 1 }],
      }),
    );
    expect((await getFlashSale(core, guest, { saleId: sale.id })).items).toHaveLength(1);
    expect(await listsNaming(byLink, seen)).toEqual([]);
    const { categories } = await catalog.listCategories(core);
    expect((await listsNaming(seen, byLink)).length).toBeGreaterThan(6);
    // The count of the category equals the number of products in the list.
    const counted = (await catalog.listProducts(core, guest, contract.products.list.input.parse({ category: 'lamps' }))).totalCount;
    expect(categories.find(({ name }) => name === 'Lamps')?.productCount).toBe(counted);
  });

  it('an unlisted product leaves every list at once and returns when it is published, alone or in bulk', async () => {
    const [seen, lamp] = [await bySlug('seen'), await bySlug('by-link')];
    await catalog.changeManyProducts(shop.core, staff, contract.products.bulk.input.parse({ ids: [lamp.id], action: 'publish' }));
    expect((await listsNaming(await bySlug('by-link'), seen)).length).toBeGreaterThan(6);
    await importCsv(header + line('by-link', 'unlisted', 'TRUE'));
    expect(await listsNaming(await bySlug('by-link'), seen)).toEqual([]);
    const copy = await catalog.duplicateProduct(shop.core, staff, { id: lamp.id });
    expect([copy.status, await canOpen(copy.id)]).toEqual(['draft', false]);
    await catalog.changeManyProducts(shop.core, staff, contract.products.bulk.input.parse({ ids: [lamp.id], action: 'unpublish' }));
    expect(await canOpen(lamp.id)).toBe(false);
    expect(
      (await catalog.listProducts(shop.core, staff, contract.products.list.input.parse({ status: 'unlisted' }))).items.every(
        ({ status }) => status === 'unlisted',
      ),
    ).toBe(true);
  });
});

describe('products hidden by a file', () => {
  it('a hidden product is never public during an import of several batches', async () => {
    const csv =
      header + Array.from({ length: 450 }, (_, n) => line(`hide-${n}`, n % 2 ? 'active' : 'unlisted', 'FALSE', `Hidden ${n}`)).join('');
    const running = importCsv(csv);
    let done = false;
    void running.finally(() => (done = true));
    let checks = 0;
    while (!done) {
      const { rows } = await sql`
        select p.name from products p where p.name like 'Hidden%' and p.status in ('active', 'unlisted')
        union all select e.name from search_entries e where e.name like 'Hidden%'`.execute(shop.core.db);
      expect(rows).toEqual([]);
      checks += 1;
    }
    expect(checks).toBeGreaterThan(3);
    expect(await running).toMatchObject({ createdCount: 450, failedCount: 0 });
  });

  it('a hidden product is gone at once for a buyer who had just seen it', async () => {
    await importCsv(header + line('short', 'active', 'TRUE'));
    const { id } = await bySlug('short');
    expect(await canOpen('short')).toBe(true);
    await importCsv(header + line('short', 'active', 'FALSE'));
    expect([await canOpen('short'), await canOpen(id)]).toEqual([false, false]);
    await expect(aGuestCart(shop.core, [[await bySlug('short'), 1]])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('hiding a product clears an outdated publishing date; a date set by staff stays and is noted in the report', async () => {
    const set = async (handle: string, fields: object) => {
      const { id, version } = await bySlug(handle);
      return catalog.updateProduct(shop.core, staff, contract.products.update.input.parse({ id, version, ...fields }));
    };
    await importCsv(header + line('dated', 'draft', '') + line('planned', 'draft', ''));
    await set('dated', { publishAt: '2100-01-01T00:00:00.000Z' });
    await set('dated', { status: 'archived' });
    await importCsv(header + line('dated', 'active', 'FALSE'));
    expect(await bySlug('dated')).toMatchObject({ status: 'draft', publishAt: null });
    await set('planned', { publishAt: '2100-01-01T00:00:00.000Z' });
    const { rows } = await importCsv(header + line('planned', 'active', 'FALSE'));
    expect(rows).toMatchObject([
      { outcome: 'unchanged', message: 'The product is still scheduled to be published at 2100-01-01 00:00 UTC.' },
    ]);
    expect(await bySlug('planned')).toMatchObject({ status: 'draft', publishAt: '2100-01-01T00:00:00.000Z' });
    // The date passes while the product is archived, so making it a draft again must not publish it.
    await set('planned', { status: 'archived' });
    await sql`update products set publish_at = now() - interval '1 minute' where slug = 'planned'`.execute(shop.core.db);
    await set('planned', { status: 'draft' });
    await catalog.publishDueProducts(shop.core);
    expect((await bySlug('planned')).status).toBe('draft');
  });
});
