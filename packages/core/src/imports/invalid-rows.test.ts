/** What is refused of a product file: an image, a row or a whole product, each with its reason in the report. */
import { aGuestCart, createTestShop, csvOf, findProduct, importCsv, type ProductCells, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import * as imports from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

describe('images that are refused', () => {
  const header = 'Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n';
  it.each([
    ['http', 'http://img.example/a.jpg', 'must start with https://'],
    ['no scheme', '//img.example/a.jpg', 'is not a URL'],
    ['a private host', 'https://localhost/a.jpg', 'must point to a public host'],
    ['an SVG', 'https://img.example/a.svg', 'must not be an SVG'],
    ['too long an address', `https://img.example/${'a'.repeat(2_048)}.jpg`, 'is longer than 2048 characters'],
  ])('a refused image (%s) is skipped with a note, and the product is imported', async (kind, url, reason) => {
    const handle = `image-${kind}`.replaceAll(' ', '-');
    const csv =
      `${header}${handle},Thing,,,SKU-${handle},5.00,${url}\n` +
      `${handle},,,,,,https://img.example/${handle}.jpg\n${handle},,,,,,${url}\n`;
    for (const mode of ['preview', 'commit'] as const) {
      const report = await importCsv(shop, csv, mode);
      expect(report).toMatchObject({ createdCount: 1, unchangedCount: 1, failedCount: 0, notedCount: 2 });
      expect(report.rows.map((r) => [r.line, r.outcome, r.code])).toEqual([
        [2, 'created', 'URL_NOT_ALLOWED'],
        [4, 'unchanged', 'URL_NOT_ALLOWED'],
      ]);
      expect(report.rows[0]?.message).toContain(`The image is skipped: Image Src ${reason}`);
    }
    const product = await findProduct(shop.core, { slug: handle });
    expect(product?.images.map((image) => image.url)).toEqual([`https://img.example/${handle}.jpg`]);
    const { id } = (await imports.listCatalogImports(shop.core, staff, { page: 1, pageSize: 1 })).items[0] ?? {};
    const noted = id && (await imports.getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 10, noted: true }));
    expect(noted).toMatchObject({ rows: { totalCount: 2 } });
  });
});

describe('products with invalid parts', () => {
  const header = 'Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src\n';
  const traces = async (handle: string) =>
    (
      await sql`select 1 from products where handle = ${handle} union all select 1 from categories
        where name = ${`Type ${handle}`}`.execute(shop.core.db)
    ).rows.length;

  it('a product whose first row is invalid is refused as a whole, with a message on each of its rows', async () => {
    const { rows } = await importCsv(
      shop,
      `${header}first,First,Type first,Size,S,FIRST-S,1,cheap,https://img.example/f.jpg\n` +
        'first,,,,M,FIRST-M,1,5.00,\nfirst,,,,,,,,https://img.example/g.jpg\n',
      'commit',
    );
    expect(rows.map((r) => [r.line, r.outcome, r.message])).toEqual([
      [2, 'failed', 'Variant Price "cheap" is not a price in USD. Write it like 19.99.'],
      [3, 'failed', 'A product is imported as a whole, and its line 2 failed.'],
      [4, 'failed', 'A product is imported as a whole, and its line 2 failed.'],
    ]);
    expect(await traces('first')).toBe(0);
  });

  it('a failed later row refuses the product, so that nothing is half published', async () => {
    const { rows } = await importCsv(
      shop,
      `${header}later,Later,Type later,Size,S,LATER-S,1,5.00,\nlater,,,,M,LATER-M,few,5.00,https://img.example/m.jpg\n`,
      'commit',
    );
    expect(rows.map((r) => [r.outcome, r.message])).toEqual([
      ['failed', 'A product is imported as a whole, and its line 3 failed.'],
      ['failed', 'Variant Inventory Qty "few" is not a number of units. Write it like 120.'],
    ]);
    expect(await traces('later')).toBe(0);
  });

  it('a product is refused as a whole when the file would remove held units', async () => {
    await importCsv(shop, `${header}held,Held,Type held,Size,S,HELD-S,5,5.00,\n`, 'commit');
    const held = await findProduct(shop.core, { slug: 'held' });
    if (!held) throw new Error('There is no such product');
    await aGuestCart(shop.core, [[held, 4]]);
    const { rows } = await importCsv(
      shop,
      `${header}held,Renamed,Type new,Size,S,HELD-S,1,6.00,https://img.example/h.jpg\nheld,,,,,,,,https://img.example/i.jpg\n`,
      'commit',
    );
    expect(rows.map((r) => [r.line, r.outcome])).toEqual([
      [2, 'failed'],
      [3, 'failed'],
    ]);
    const { updatedAt, ...after } = (await findProduct(shop.core, { slug: 'held' })) ?? {};
    expect(after).toMatchObject({ name: 'Held', images: [], minPriceCents: 500, category: { name: 'Type held' } });
    expect(updatedAt).toBe(held.updatedAt);
    expect((await sql`select 1 from categories where name = 'Type new'`.execute(shop.core.db)).rows).toEqual([]);
  });

  it('a product title without visible characters or with a direction override is refused', async () => {
    const row = { 'Variant Price': '1.00' };
    const { failedCount, rows } = await importCsv(
      shop,
      csvOf([
        { ...row, Handle: 'unseen', Title: '\u200b' },
        { ...row, Handle: 'turned', Title: 'A\u202eB' },
      ]),
      'commit',
    );
    expect([failedCount, rows.map(({ message }) => message)]).toEqual([
      2,
      Array(2).fill(expect.stringMatching(/^Title shows nothing, or has/)),
    ]);
  });

  it.each([
    ['a tag', { Tags: 'Good, \u200b' }, /^A tag shows nothing/],
    ['the name of an option', { 'Option1 Name': '\u2060', 'Option1 Value': 'S' }, /^Option1 Name shows nothing/],
    ['the value of an option', { 'Option1 Name': 'Size', 'Option1 Value': 'S\u202eM' }, /^An option value shows nothing, or has/],
    ['a SKU', { 'Variant SKU': '\u200b' }, /^Variant SKU shows nothing/],
  ])('a product with %s without visible characters or with a direction override is refused', async (_what, cells, why) => {
    const { failedCount, rows } = await importCsv(
      shop,
      csvOf([{ Handle: 'unfit', Title: 'Unfit', 'Variant Price': '1.00', ...cells }]),
      'commit',
    );
    expect([failedCount, rows.map(({ message }) => message)]).toEqual([1, [expect.stringMatching(why)]]);
  });

  it('a handle with more than 1,000 rows is refused in one line of the report, and the products after it are imported', async () => {
    const row = (n: number): ProductCells => ({
      Handle: 'endless',
      'Option1 Name': 'Size',
      'Option1 Value': `${n}`,
      'Variant Price': '1.00',
    });
    const file = csvOf([
      { ...row(0), Title: 'Endless' },
      ...Array.from({ length: 1_000 }, (_, n) => row(n + 1)),
      { Handle: 'behind-endless', Title: 'Behind', 'Variant SKU': 'BEHIND-1', 'Variant Price': '1.00' },
    ]);
    for (const mode of ['preview', 'commit'] as const) {
      const report = await importCsv(shop, file, mode);
      expect(report).toMatchObject({ rowCount: 1_002, processedCount: 1_002, createdCount: 1, failedCount: 1 });
      const { rows } = await sql<{ line: number; message: string }>`
        select line, message from catalog_import_rows where import_id = ${report.id} and outcome = 'failed'`.execute(shop.core.db);
      expect(rows).toEqual([
        { line: 2, message: '1001 rows have this Handle. A product can have at most 1000 rows, so none of them is imported.' },
      ]);
    }
    const found = await sql`select 1 from products where handle = 'endless'`.execute(shop.core.db);
    expect(found.rows).toEqual([]);
  });

  it('a long handle is cut between characters in the report', async () => {
    const handle = `${'a'.repeat(254)}😀b`;
    const report = await importCsv(shop, csvOf([{ Handle: handle, Title: 'Long', 'Variant Price': '1.00' }]), 'commit');
    expect(report).toMatchObject({ status: 'finished', failedCount: 1, rows: [{ handle: `${'a'.repeat(254)}😀` }] });
    const generated = await importCsv(
      shop,
      csvOf([{ Handle: 'no-sku', Title: 'N', 'Option1 Name': 'Size', 'Option1 Value': `${'a'.repeat(232)}😀`, 'Variant Price': '1.00' }]),
      'commit',
    );
    expect(generated).toMatchObject({ createdCount: 1, failedCount: 0 });
  });

  it('a product never has more than 250 variants, including the existing ones', async () => {
    const file = (from: number, count: number) =>
      header +
      Array.from(
        { length: count },
        (_, n) => `many,${n === 0 ? 'Many' : ''},,${n === 0 ? 'N' : ''},${from + n},MANY-${from + n},1,5.00,\n`,
      ).join('');
    expect(await importCsv(shop, file(0, 200), 'commit')).toMatchObject({ createdCount: 200 });
    const { rows } = await importCsv(shop, file(200, 51), 'commit');
    expect(new Set(rows.map((r) => r.message))).toEqual(new Set(['A product can have at most 250 variants. This one would have 251.']));
    expect((await findProduct(shop.core, { slug: 'many' }))?.variantCount).toBe(200);
  });

  it('titles of variants fit their column however long the option values', async () => {
    const value = 'v'.repeat(255);
    const csv = `Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price\nlong,Long,A,${value},B,${value},1.00\n`;
    expect(await importCsv(shop, csv, 'commit')).toMatchObject({ createdCount: 1, failedCount: 0 });
    expect((await findProduct(shop.core, { slug: 'long' }))?.variants[0]).toMatchObject({ options: { A: value, B: value } });
  });
});
