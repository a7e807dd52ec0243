/** The report of an import must match the shop: an imported row is stored as in the file, and a failed row has left nothing. */
import { contract, type CatalogImport, type CatalogImportId, type ImportRow } from '@cartwright/contracts';
import { aGuestCart, createTestShop, there, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as catalog from '../catalog/index.ts';
import { closeCore, createCore } from '../composition/index.ts';
import { system, type Core } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import * as imports from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const columns = [
  'Handle',
  'Title',
  'Type',
  'Tags',
  'Status',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Compare At Price',
  'Image Src',
  'Image Alt Text',
  'Currency',
] as const;
type Cells = Partial<Record<(typeof columns)[number], string>>;
const csvOf = (rows: readonly Cells[]) =>
  [
    columns.join(','),
    ...rows.map(
      (row) =>
        columns.map((name) => `"${(row[name] ?? '').replaceAll('"', '""')}"`).join(',') + (row.Handle?.startsWith('wide') ? ',extra' : ''),
    ),
  ].join('\n');
const run = (csv: string, mode: 'preview' | 'commit') =>
  imports.importProducts(shop.core, staff, contract.imports.create.input.parse({ csv, mode }));

/** Random numbers that are the same for the same seed. */
const createRandom = (seed: number) => {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    chance: (p: number) => next() < p,
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(items: readonly T[]) => there(items[Math.floor(next() * items.length)]),
  };
};

/** A file of products with faults of every kind. Every row has its own image, SKU and price, so that its values are found in no other row. */
const faultyFile = (seed: number, products: number): Cells[] => {
  const { chance, below, pick } = createRandom(seed);
  const rows: Cells[] = [];
  const given: { handle: string; sku: string }[] = [];
  for (let p = 0; p < products; p += 1) {
    const again = given.length > 0 && chance(0.06) ? pick(given) : null;
    const handle = again?.handle ?? `${pick(['p', 'wide', 'P', 'ß', 'Ünï'])}${chance(0.1) ? ' ' : '-'}${seed}-${chance(0.05) ? '' : p}`;
    const variants = 1 + below(5);
    for (let v = 0; v < variants; v += 1) {
      const key = `${seed}-${p}-${v}`;
      const row: Cells = {
        Handle: handle,
        ...(v === 0 && {
          Title: chance(0.04) ? '' : chance(0.03) ? 'x'.repeat(300) : `Title ${key}`,
          Type: `Type ${key}`,
          Tags: chance(0.03) ? Array.from({ length: 101 }, (_, n) => `${n}`).join() : `tag-${key}`,
          Status: pick(['active', 'draft', 'unlisted', 'archived', '', 'odd']),
          Published: pick(['TRUE', 'FALSE', '', 'WAHR']),
          'Option1 Name': 'Size',
          'Option2 Name': chance(0.03) ? 'Size' : chance(0.5) ? 'Color' : '',
          Currency: chance(0.03) ? 'Yen' : chance(0.03) ? 'EUR' : '',
        }),
        'Option1 Value': chance(0.08) ? '0' : `${v}`,
        'Option2 Value': pick(['', 'Red']),
        'Variant SKU': chance(0.15) ? '' : chance(0.05) && given.length > 0 ? pick(given).sku : `sku-${key}`,
        'Variant Grams': chance(0.03) ? 'heavy' : `${below(900)}`,
        'Variant Inventory Qty': chance(0.04) ? '-1' : `${below(9)}`,
        'Variant Price': chance(0.05) ? pick(['cheap', '', '-1', '1e9999']) : `${rows.length + 1}.${10 + seed}`,
        'Variant Compare At Price': chance(0.05) ? '0.01' : '',
        'Image Src': `${chance(0.15) ? pick(['http:', '', 'ftp:']) : 'https:'}//img.example/${key}${chance(0.03) ? '.svg' : '.jpg'}`,
        'Image Alt Text': chance(0.03) ? 'y'.repeat(600) : key,
      };
      if (chance(0.03)) row.Title = 'Caf\uFFFD';
      if (chance(0.1)) for (const name of ['Option1 Value', 'Variant SKU', 'Variant Price'] as const) row[name] = '';
      if (chance(0.01)) row.Handle = pick(['', '!!!', 'h'.repeat(256)]);
      rows.push(row);
      if (row['Variant SKU'] && row.Handle === handle) given.push({ handle, sku: row['Variant SKU'] });
    }
  }
  return rows;
};

interface Stored {
  handle: string;
  sku: string;
  status: string;
  name: string;
  category: string | null;
  tags: string[];
  options: Record<string, string>;
  price: number;
  onHand: number;
  images: string[];
}
const stored = async (): Promise<Stored[]> =>
  (
    await sql<Stored>`select p.handle, v.sku, p.status, p.name, c.name as category, p.tags, v.options, v.price_cents as price, l.on_hand as "onHand",
      array(select url from product_images g where g.product_id = p.id order by g.position) as images
    from products p join variants v on v.product_id = p.id join stock_levels l on l.variant_id = v.id left join categories c on c.id = p.category_id where p.deleted_at is null`.execute(
      shop.core.db,
    )
  ).rows;

/** Compares a report with the products in the shop. */
const compare = async (
  rows: readonly Cells[],
  report: CatalogImport & { rows: readonly ImportRow[] },
  before: ReadonlySet<string>,
): Promise<void> => {
  const written = await stored();
  const bySku = new Map(written.map((variant) => [variant.sku, variant]));
  const byLine = new Map(report.rows.map((row) => [row.line, row]));
  const imported = report.rows.filter(({ outcome, sku }) => outcome !== 'failed' && sku !== null);
  for (const { line, sku, handle } of imported) {
    const cells = rows[line - 2];
    const variant = bySku.get(sku ?? '');
    const expected = {
      handle: cells?.Handle?.trim().normalize('NFC'),
      price: Math.round(Number(cells?.['Variant Price']) * 100),
      onHand: Number(cells?.['Variant Inventory Qty']),
    };
    expect({ line, handle: variant?.handle, price: variant?.price, onHand: variant?.onHand }).toEqual({ line, ...expected });
    expect(variant?.handle).toBe(handle);
    expect(variant?.options['Size']).toBe(cells?.['Option1 Value'] || undefined);
  }
  // The shop has gained exactly the variants that the report calls created.
  expect(new Set(written.map(({ sku }) => sku)).size).toBe(before.size + report.createdCount);
  for (const outcome of ['created', 'updated', 'unchanged', 'failed'] as const)
    expect(report[`${outcome}Count`]).toBe(report.rows.filter((row) => row.outcome === outcome).length);
  expect(report.notedCount).toBe(report.rows.filter((row) => row.outcome !== 'failed' && row.message !== null).length);
  expect(report.processedCount).toBe(rows.length);
  // The first row of each product in the file.
  const traces = new Set(
    written.flatMap(({ images, category, tags, name, sku }) => [...images, category, ...tags, name, ...(before.has(sku) ? [] : [sku])]),
  );
  const categories = new Set((await sql<{ name: string }>`select name from categories`.execute(shop.core.db)).rows.map(({ name }) => name));
  let first: Cells = {};
  let firstLine = 0;
  const owned = new Set(imported.map(({ sku }) => sku));
  for (const [i, cells] of rows.entries()) {
    const line = i + 2;
    if (i === 0 || rows[i - 1]?.Handle?.trim() !== cells.Handle?.trim()) [first, firstLine] = [cells, line];
    const row = byLine.get(line);
    const url = cells['Image Src'] ?? '';
    if (row?.outcome === 'failed') {
      expect(row.message, `line ${line}`).toBeTruthy();
      expect(row.code, `line ${line}`).toBeTruthy();
      expect([line, traces.has(url)]).toEqual([line, false]);
      expect([line, traces.has(cells.Title || 'none'), categories.has(cells.Type || 'none'), traces.has(cells.Tags || 'none')]).toEqual([
        line,
        false,
        false,
        false,
      ]);
      const sku = cells['Variant SKU'] ?? '';
      if (sku && !owned.has(sku)) expect([line, bySku.has(sku) && !before.has(sku)]).toEqual([line, false]);
      continue;
    }
    // The row is imported: its image is stored, or a note says why it is not.
    expect([line, byLine.get(firstLine)?.outcome === 'failed']).toEqual([line, false]);
    const note = row?.message ?? '';
    expect([line, traces.has(url)]).toEqual([line, !note.includes('The image was skipped')]);
    const product = written.find(({ handle }) => handle === cells.Handle?.trim().normalize('NFC'));
    expect([line, product?.name, product?.category, product?.tags]).toEqual([line, first.Title, first.Type, first.Tags?.split(',')]);
    if (/FALSE|WAHR/.test(first.Published ?? '') || ['draft', 'odd', 'archived'].includes(first.Status ?? ''))
      expect([line, product?.status === 'draft' || product?.status === 'archived']).toEqual([line, true]);
  }
  expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
};

describe('files with faults of every kind', () => {
  it.each([1, 2, 3, 4, 5])('an import with faults of every kind matches its report and its preview (seed %i)', async (seed) => {
    const before = new Set((await stored()).map(({ sku }) => sku));
    const rows = faultyFile(seed, 60);
    const csv = csvOf(rows);
    const preview = await run(csv, 'preview');
    expect(new Set((await stored()).map(({ sku }) => sku))).toEqual(before);
    const report = await run(csv, 'commit');
    expect(report.rows).toEqual(preview.rows);
    expect(report.failedCount).toBeGreaterThan(10);
    expect(report.notedCount).toBeGreaterThan(5);
    expect(report.createdCount).toBeGreaterThan(20);
    await compare(rows, report, before);
    // The same file again changes nothing, and the same rows fail.
    const again = await run(csv, 'commit');
    expect(again).toMatchObject({ createdCount: 0, updatedCount: 0 });
    expect(again.rows.filter(({ outcome }) => outcome === 'failed')).toHaveLength(report.failedCount);
  });

  it('an import whose worker dies during or after a batch matches its report', async () => {
    const before = new Set((await stored()).map(({ sku }) => sku));
    const rows = faultyFile(77, 700);
    const { id } = await imports.beginImport(shop.core, staff, { fileName: 'faults.csv' });
    for (const [position, content] of (csvOf(rows).match(/[^]{1,150000}/g) ?? []).entries())
      await imports.appendToImport(shop.core, staff, contract.imports.append.input.parse({ id, position, content }));
    await imports.startImport(shop.core, staff, { id, mode: 'commit' });
    for (const failpoint of ['import.insideBatch=error@2', 'import.afterBatch=error@1', 'import.insideBatch=error@1']) {
      const failingCore: Core = await createCore({ ...shop.config, failpoints: failpoint });
      await expect(imports.runImport(failingCore)).rejects.toThrow(/Failpoint/);
      await closeCore(failingCore);
      // Ends the lease of the dead worker.
      await sql`update catalog_imports set locked_until = now() - interval '1 second' where id = ${id}`.execute(shop.core.db);
    }
    while (await imports.runImport(shop.core));
    await compare(rows, await whole(id), before);
  });
});

const whole = async (id: CatalogImportId) => {
  const { rows } =
    await sql<ImportRow>`select line, handle, sku, outcome, message, code from catalog_import_rows where import_id = ${id} order by line`.execute(
      shop.core.db,
    );
  return { ...(await imports.getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 1 })), rows };
};

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
    const csv = `${header}${handle},Thing,,,SKU-${handle},5.00,${url}\n${handle},,,,,,https://img.example/${handle}.jpg\n${handle},,,,,,${url}\n`;
    for (const mode of ['preview', 'commit'] as const) {
      const report = await run(csv, mode);
      expect(report).toMatchObject({ createdCount: 1, unchangedCount: 1, failedCount: 0, notedCount: 2 });
      expect(report.rows.map((r) => [r.line, r.outcome, r.code])).toEqual([
        [2, 'created', 'URL_NOT_ALLOWED'],
        [4, 'unchanged', 'URL_NOT_ALLOWED'],
      ]);
      expect(report.rows[0]?.message).toContain(`The image was skipped: Image Src ${reason}`);
    }
    const product = await catalog.findProduct(shop.core, { slug: handle });
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
      await sql`select 1 from products where handle = ${handle} union all select 1 from categories where name = ${`Type ${handle}`}`.execute(
        shop.core.db,
      )
    ).rows.length;

  it('a product whose first row is invalid is refused as a whole, with a message on each of its rows', async () => {
    const { rows } = await run(
      `${header}first,First,Type first,Size,S,FIRST-S,1,cheap,https://img.example/f.jpg\nfirst,,,,M,FIRST-M,1,5.00,\nfirst,,,,,,,,https://img.example/g.jpg\n`,
      'commit',
    );
    expect(rows.map((r) => [r.line, r.outcome, r.message])).toEqual([
      [2, 'failed', 'Variant Price "cheap" is not an amount.'],
      [3, 'failed', 'The first row of this product, line 2, was refused.'],
      [4, 'failed', 'The first row of this product, line 2, was refused.'],
    ]);
    expect(await traces('first')).toBe(0);
  });

  it('a failed later row writes neither its variant nor its image', async () => {
    const { rows } = await run(
      `${header}later,Later,Type later,Size,S,LATER-S,1,5.00,\nlater,,,,M,LATER-M,-1,5.00,https://img.example/m.jpg\n`,
      'commit',
    );
    expect(rows.map((r) => r.outcome)).toEqual(['created', 'failed']);
    expect(await catalog.findProduct(shop.core, { slug: 'later' })).toMatchObject({ variantCount: 1, images: [] });
  });

  it('a product is refused as a whole when the file would remove held units', async () => {
    await run(`${header}held,Held,Type held,Size,S,HELD-S,5,5.00,\n`, 'commit');
    const held = await catalog.findProduct(shop.core, { slug: 'held' });
    if (!held) throw new Error('There is no such product');
    await aGuestCart(shop.core, [[held, 4]]);
    const { rows } = await run(
      `${header}held,Renamed,Type new,Size,S,HELD-S,1,6.00,https://img.example/h.jpg\nheld,,,,,,,,https://img.example/i.jpg\n`,
      'commit',
    );
    expect(rows.map((r) => [r.line, r.outcome])).toEqual([
      [2, 'failed'],
      [3, 'failed'],
    ]);
    const { updatedAt, ...after } = (await catalog.findProduct(shop.core, { slug: 'held' })) ?? {};
    expect(after).toMatchObject({ name: 'Held', images: [], minPriceCents: 500, category: { name: 'Type held' } });
    expect(updatedAt).toBe(held.updatedAt);
    expect((await sql`select 1 from categories where name = 'Type new'`.execute(shop.core.db)).rows).toEqual([]);
  });

  it('a product title without visible characters or with a direction override is refused', async () => {
    const row = { 'Variant Price': '1.00' };
    const { failedCount, rows } = await run(
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
    const { failedCount, rows } = await run(csvOf([{ Handle: 'unfit', Title: 'Unfit', 'Variant Price': '1.00', ...cells }]), 'commit');
    expect([failedCount, rows.map(({ message }) => message)]).toEqual([1, [expect.stringMatching(why)]]);
  });

  it('a handle with more than 1,000 rows is refused in one line of the report, and the products after it are imported', async () => {
    const row = (n: number): Cells => ({ Handle: 'endless', 'Option1 Name': 'Size', 'Option1 Value': `${n}`, 'Variant Price': '1.00' });
    const file = csvOf([
      { ...row(0), Title: 'Endless' },
      ...Array.from({ length: 1_000 }, (_, n) => row(n + 1)),
      { Handle: 'behind-endless', Title: 'Behind', 'Variant SKU': 'BEHIND-1', 'Variant Price': '1.00' },
    ]);
    for (const mode of ['preview', 'commit'] as const) {
      const report = await run(file, mode);
      expect(report).toMatchObject({ rowCount: 1_002, processedCount: 1_002, createdCount: 1, failedCount: 1 });
      const { rows } = await sql<{ line: number; message: string }>`
        select line, message from catalog_import_rows where import_id = ${report.id} and outcome = 'failed'`.execute(shop.core.db);
      expect(rows).toEqual([{ line: 2, message: expect.stringMatching(/^1001 rows in succession have this Handle.* up to line 1002\.$/) }]);
    }
    const found = await sql`select 1 from products where handle = 'endless'`.execute(shop.core.db);
    expect(found.rows).toEqual([]);
  });

  it('a long handle is cut between characters in the report', async () => {
    const handle = `${'a'.repeat(254)}😀b`;
    const row = (n: number): Cells => ({ Handle: handle, 'Option1 Name': 'Size', 'Option1 Value': `${n}`, 'Variant Price': '1.00' });
    const report = await run(csvOf([{ ...row(0), Title: 'Long' }, ...Array.from({ length: 1_000 }, (_, n) => row(n + 1))]), 'commit');
    expect(report).toMatchObject({ status: 'finished', failedCount: 1, rows: [{ handle: `${'a'.repeat(254)}\ufffd` }] });
    const madeUp = await run(
      csvOf([{ Handle: 'no-sku', Title: 'N', 'Option1 Name': 'Size', 'Option1 Value': `${'a'.repeat(232)}😀`, 'Variant Price': '1.00' }]),
      'commit',
    );
    expect(madeUp).toMatchObject({ createdCount: 1, failedCount: 0 });
  });

  it('a product never has more than 250 variants, including the existing ones', async () => {
    const file = (from: number, count: number) =>
      header +
      Array.from(
        { length: count },
        (_, n) => `many,${n === 0 ? 'Many' : ''},,${n === 0 ? 'N' : ''},${from + n},MANY-${from + n},1,5.00,\n`,
      ).join('');
    expect(await run(file(0, 200), 'commit')).toMatchObject({ createdCount: 200 });
    const { rows } = await run(file(200, 51), 'commit');
    expect(new Set(rows.map((r) => r.message))).toEqual(new Set(['A product can have at most 250 variants. This one would have 251.']));
    expect((await catalog.findProduct(shop.core, { slug: 'many' }))?.variantCount).toBe(200);
  });

  it('titles of variants fit their column however long the option values', async () => {
    const value = 'v'.repeat(255);
    const csv = `Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price\nlong,Long,A,${value},B,${value},1.00\n`;
    expect(await run(csv, 'commit')).toMatchObject({ createdCount: 1, failedCount: 0 });
    expect((await catalog.findProduct(shop.core, { slug: 'long' }))?.variants[0]).toMatchObject({ options: { A: value, B: value } });
  });
});
