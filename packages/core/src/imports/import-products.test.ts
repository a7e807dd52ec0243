import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, type ImportRow } from '@cartwright/contracts';
import { aGuestCart, createTestShop, findProduct, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { DomainError, system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { getCatalogImport, importProducts } from './index.ts';

const data = path.resolve(import.meta.dirname, '../../../../../shared/data');
const samples = ['shopify-apparel.csv', 'shopify-home-and-garden.csv'].map((name) => path.join(data, name));
const haveSamples = samples.every((file) => existsSync(file));
if (!haveSamples) console.warn(`Left out: the import of Shopify's sample files, which are not in ${data}.`);

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const importCsv = (csv: string, mode: 'preview' | 'commit' = 'commit') =>
  importProducts(shop.core, staff, contract.imports.create.input.parse({ fileName: 'products.csv', mode, csv }));
const bySlug = async (slug: string) => {
  const product = await findProduct(shop.core, { slug });
  if (!product) throw new Error(`There is no product ${slug}`);
  return product;
};
const slugs = async () => (await shop.core.db.selectFrom('products').select('slug').orderBy('slug').execute()).map((p) => p.slug);
const count = async (table: 'products' | 'variants' | 'product_images' | 'stock_movements' | 'price_changes' | 'outbox_events') =>
  (await shop.core.db.selectFrom(table).selectAll().execute()).length;
const outcomes = (rows: readonly ImportRow[]) => rows.map((r) => [r.line, r.outcome] as const);
const header = 'Handle,Title,Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price';
const file = (...lines: string[]) => [header, ...lines, ''].join('\n');

describe('categories of products that are written together', () => {
  const rows = [
    ['a', 'Tees', ''],
    ['b', 'Tees', 'Clothes > Tees'],
    ['c', 'clothes', ''],
    ['d', 'Caps', 'Hats > Caps'],
    ['e', 'caps', ''],
    ['f', 'Rings', ''],
    ['g', 'rings', ''],
  ].map(([handle, type, place]) => `${handle},${handle},1.00,${type},${place}`);
  const fileOf = (lines: readonly string[]) => ['Handle,Title,Variant Price,Type,Category Path', ...lines].join('\n');
  const places = async () => {
    const products = shop.core.db.selectFrom('products as p').innerJoin('categories as c', 'c.id', 'p.categoryId');
    return products
      .leftJoin('categories as a', 'a.id', 'c.parentId')
      .select(['p.handle', 'c.name', 'a.name as above'])
      .orderBy('p.handle')
      .execute();
  };
  const expected = [
    { handle: 'a', name: 'Tees', above: null },
    { handle: 'b', name: 'Tees', above: 'Clothes' },
    { handle: 'c', name: 'Clothes', above: null },
    { handle: 'd', name: 'Caps', above: 'Hats' },
    { handle: 'e', name: 'Caps', above: 'Hats' },
    { handle: 'f', name: 'Rings', above: null },
    { handle: 'g', name: 'Rings', above: null },
  ];

  it('a product finds the categories that products before it add, in one batch as in several', async () => {
    const { newCategories } = await importCsv(fileOf(rows));
    expect(newCategories.toSorted()).toEqual(['Clothes', 'Clothes > Tees', 'Hats', 'Hats > Caps', 'Rings', 'Tees']);
    expect(await places()).toEqual(expected);
  });

  it('files of one product each give the same categories', async () => {
    for (const row of rows) await importCsv(fileOf([row]));
    expect(await places()).toEqual(expected);
  });
});

describe.skipIf(!haveSamples)("Shopify's sample files", () => {
  const load = async () => {
    const reports = [];
    for (const sample of samples) reports.push(await importCsv(readFileSync(sample, 'utf8')));
    return reports;
  };

  it("Shopify's sample files import all products, variants, options, images, tags, prices and stock", async () => {
    const reports = await load();
    expect(reports.map(({ rowCount, createdCount, failedCount }) => ({ rowCount, createdCount, failedCount }))).toEqual([
      { rowCount: 22, createdCount: 22, failedCount: 0 },
      { rowCount: 21, createdCount: 21, failedCount: 0 },
    ]);
    expect({ products: await count('products'), variants: await count('variants'), images: await count('product_images') }).toEqual({
      products: 40,
      variants: 43,
      images: 41,
    });
    const top = await bySlug('classic-varsity-top');
    expect(top).toMatchObject({ name: 'Classic Varsity Top', brand: 'partners-demo', tags: ['women'], status: 'active' });
    expect(top.options).toEqual([{ name: 'Size', values: ['Small', 'Medium', 'Large'] }]);
    const levels = await Promise.all(top.variants.map(({ id }) => getStockLevel(shop.core, staff, { variantId: id })));
    expect(top.variants.map((v, i) => [v.title, v.sku, v.priceCents, levels[i]?.onHand, levels[i]?.tracked])).toEqual([
      ['Small', 'classic-varsity-top-small', 6000, 1, false],
      ['Medium', 'classic-varsity-top-medium', 6000, 1, false],
      ['Large', 'classic-varsity-top-large', 6000, 1, false],
    ]);
    const pot = await bySlug('clay-plant-pot');
    expect(pot).toMatchObject({ tags: ['Pot', 'Plants'], category: { name: 'Outdoor' } });
    expect(pot.images.map((i) => i.position)).toEqual([1, 2]);
    expect(pot.variants.map((v) => [v.priceCents, v.availability])).toEqual([
      [999, { available: 0, tracked: false, inStock: true, label: 'in_stock' }],
      [1599, { available: 0, tracked: false, inStock: true, label: 'in_stock' }],
    ]);
    const light = await bySlug('copper-light');
    expect(light.options).toEqual([]);
    expect(light.variants[0]).toMatchObject({ title: '', priceCents: 5999, compareAtPriceCents: 7500 });
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it("importing Shopify's sample files a second time changes nothing", async () => {
    await load();
    const tables = ['products', 'variants', 'product_images', 'stock_levels', 'stock_movements', 'price_changes', 'outbox_events'] as const;
    const rowsOf = async (table: (typeof tables)[number]) =>
      (await shop.core.db.selectFrom(table).selectAll().execute()).map((row) => JSON.stringify(row)).toSorted();
    const snapshot = () => Promise.all(tables.map(rowsOf));
    const before = await snapshot();
    const reports = await load();
    expect(reports.map((r) => [r.unchangedCount, r.failedCount])).toEqual([
      [22, 0],
      [21, 0],
    ]);
    expect(await snapshot()).toEqual(before);
  });
});

describe('import previews', () => {
  it('an import preview reports the changes and writes nothing', async () => {
    const report = await importCsv(file('kite,Red Kite,,,true,,,K-1,5,19.90', 'kite-2,Kite,,,true,,,K-2,5,cheap'), 'preview');
    expect(outcomes(report.rows)).toEqual([
      [2, 'created'],
      [3, 'failed'],
    ]);
    expect(await slugs()).toEqual([]);
    expect(await count('outbox_events')).toBe(0);
  });
});

describe('files with valid and invalid rows', () => {
  it('an import writes the valid products and reports line and reason of each invalid row', async () => {
    const report = await importCsv(
      file(
        'kite,Red Kite,Holm,"toys, outdoor",true,Size,Small,K-1,5,19.90',
        'kite,,,,,,Large,K-2,5,cheap',
        'kite,,,,,,Huge,K-1,5,29.90',
        ',No Handle,,,true,,,X-1,5,1.00',
        'ball,,,,true,,,B-1,5,1.00',
        'drum,Drum,,,false,,,D-1,-3,1.00',
        'lamp,Lamp,,,false,,,L-1,2,12',
      ),
    );
    expect(report.rows.map((r) => [r.line, r.handle, r.sku, r.outcome, r.message])).toEqual([
      [2, 'kite', 'K-1', 'failed', 'A product is imported as a whole, and its line 3 failed.'],
      [3, 'kite', 'K-2', 'failed', 'Variant Price "cheap" is not a price in USD. Write it like 19.99.'],
      [4, 'kite', 'K-1', 'failed', 'A product is imported as a whole, and its line 3 failed.'],
      [5, '', null, 'failed', 'The row has no Handle.'],
      [6, 'ball', 'B-1', 'failed', 'The first row of a product needs a Title.'],
      [7, 'drum', 'D-1', 'created', 'The stock of -3 is imported as 0.'],
      [8, 'lamp', 'L-1', 'created', null],
    ]);
    expect(await slugs()).toEqual(['drum', 'lamp']);
    expect((await bySlug('lamp')).status).toBe('draft');
    const kept = await getCatalogImport(shop.core, staff, { id: report.id, page: 1, pageSize: 3 });
    expect(kept.rows).toMatchObject({ totalCount: 7, items: report.rows.slice(0, 3) });
    expect(kept).toMatchObject({ status: 'finished', createdCount: 2, failedCount: 5 });
  });

  it('a new product with a SKU of a product of the shop is refused as a whole', async () => {
    await importCsv(file('kite,Kite,,,true,,,SAME,5,19.90'));
    const report = await importCsv(file('ball,Ball,,,true,Size,S,B-S,5,1', 'ball,,,,,,L,SAME,5,1'));
    expect(outcomes(report.rows)).toEqual([
      [2, 'failed'],
      [3, 'failed'],
    ]);
    expect(await slugs()).toEqual(['kite']);
    expect(await count('variants')).toBe(1);
    expect((await shop.core.db.selectFrom('outbox_events').select('name').execute()).map((e) => e.name)).toEqual(['product.created']);
  });
});

describe('repeated imports', () => {
  it('a later file changes texts, prices and stock, adds variants, and records price and stock changes', async () => {
    await importCsv(file('kite,Kite,,,true,Size,S,K-S,5,19.90'));
    const report = await importCsv(file('kite,Kite of Silk,,,true,Size,S,K-S,7,21.90', 'kite,,,,,,L,K-L,3,29.90'));
    expect(outcomes(report.rows)).toEqual([
      [2, 'updated'],
      [3, 'created'],
    ]);
    const kite = await bySlug('kite');
    expect(kite).toMatchObject({ name: 'Kite of Silk', options: [{ name: 'Size', values: ['S', 'L'] }] });
    expect(kite.variants.map((v) => [v.priceCents, v.availability.available])).toEqual([
      [2190, 7],
      [2990, 3],
    ]);
    expect(await count('price_changes')).toBe(3);
    expect(await count('stock_movements')).toBe(3);
  });

  it('a file cannot reduce stock below the units that carts hold', async () => {
    await importCsv(file('kite,Kite,,,true,,,K-1,5,19.90'));
    await aGuestCart(shop.core, [[await bySlug('kite'), 4]]);
    const report = await importCsv(file('kite,Kite,,,true,,,K-1,3,18.90'));
    expect(report.rows).toMatchObject([{ outcome: 'failed', message: expect.stringContaining('4 units are reserved') as string }]);
    const kite = await bySlug('kite');
    expect(kite.variants[0]).toMatchObject({ priceCents: 1990, availability: { available: 1 } });
  });
});

describe('invalid files', () => {
  it.each([
    ['lacks columns', 'Name,Cost\nKite,3\n', /has no column Handle, Title, Variant Price/],
    ['is a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR\u0000\u0000', /has no column/],
    ['has no rows', ' \n', /has no column|no products/],
  ])('a file that %s is refused as a whole, with nothing written', async (_what, csv, message) => {
    const refusal = await importCsv(csv).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DomainError);
    expect(refusal).toMatchObject({ code: 'INVALID_CSV', message: expect.stringMatching(message) as string });
    expect(await slugs()).toEqual([]);
  });
});

describe('formats of other programs', () => {
  it.each([
    ['a byte order mark', `\ufeff${file('kite,Kite,,,true,,,K-1,5,19.90')}`],
    ['Windows line ends', file('kite,Kite,,,true,,,K-1,5,19.90').replaceAll('\n', '\r\n')],
    ['no last line end', file('kite,Kite,,,true,,,K-1,5,19.90').trimEnd()],
    ['empty lines between', file('', 'kite,Kite,,,true,,,K-1,5,19.90', '', '')],
  ])('a file with %s is imported', async (_what, csv) => {
    expect(await importCsv(csv)).toMatchObject({ createdCount: 1, failedCount: 0 });
    expect(await slugs()).toEqual(['kite']);
  });

  it('line breaks, commas and quotes inside quoted fields are kept', async () => {
    await importCsv('Handle,Title,Body (HTML),Variant Price\nkite,"Kite, ""red""","<p>One</p>\n<p>Two</p>",5\n');
    expect(await bySlug('kite')).toMatchObject({ name: 'Kite, "red"', description: '<p>One</p>\n<p>Two</p>' });
  });
});
