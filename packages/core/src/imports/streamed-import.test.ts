import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract, importChunkSize, type CatalogImportId } from '@cartwright/contracts';
import { atMost, createTestShop, findProduct, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import {
  appendToImport,
  beginImport,
  exportProducts,
  getCatalogImport,
  importProducts,
  listCatalogImports,
  runImport,
  startImport,
} from './index.ts';

const staff = system('test');
const data = path.resolve(import.meta.dirname, '../../../../../shared/data');
const samples = ['shopify-apparel.csv', 'shopify-home-and-garden.csv']
  .map((name) => path.join(data, name))
  .filter((file) => existsSync(file));
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const header = 'Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price\n';
const lines = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, i) => `p-${from + i},Product ${from + i},Brand,Type ${(from + i) % 7},Size,S,SKU-${from + i},${(from + i) % 9},1.00\n`,
  ).join('');

const upload = async (csv: string): Promise<CatalogImportId> => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  const chunks = Math.ceil(csv.length / importChunkSize);
  // Chunks may arrive in any order, so the last one is sent first.
  for (let position = chunks - 1; position >= 0; position -= 1)
    await appendToImport(shop.core, staff, {
      id,
      position,
      content: csv.slice(position * importChunkSize, (position + 1) * importChunkSize),
    });
  return id;
};
const state = (id: CatalogImportId) => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5 });
const products = async () => (await shop.core.db.selectFrom('products').select('id').execute()).length;
const text = async (parts: AsyncIterable<string>) => {
  let all = '';
  for await (const part of parts) all += part;
  return all;
};
const whole = () => text(exportProducts(shop.core, staff, {}));

describe('files uploaded in chunks', () => {
  it('a file uploaded in chunks is previewed, then imported, and shows its progress', async () => {
    const csv = header + lines(0, 6_000);
    const id = await upload(csv);
    expect(csv.length).toBeGreaterThan(importChunkSize);
    await startImport(shop.core, staff, { id, mode: 'preview' });
    expect(await state(id)).toMatchObject({ status: 'queued', processedCount: 0 });
    expect(await runImport(shop.core, 0)).toBe(true);
    const partly = await state(id);
    expect(partly).toMatchObject({ status: 'running', rowCount: 6_000, processedCount: 200, createdCount: 200 });
    while (await runImport(shop.core));
    expect(await state(id)).toMatchObject({
      status: 'finished',
      mode: 'preview',
      processedCount: 6_000,
      createdCount: 6_000,
      failedCount: 0,
    });
    expect(await products()).toBe(0);
    await startImport(shop.core, staff, { id, mode: 'commit' });
    while (await runImport(shop.core));
    expect(await state(id)).toMatchObject({ status: 'finished', mode: 'commit', createdCount: 6_000 });
    expect(await products()).toBe(6_000);
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
    expect((await listCatalogImports(shop.core, staff, { page: 1, pageSize: 5 })).items).toMatchObject([{ id, status: 'finished' }]);
    expect(await shop.core.db.selectFrom('catalog_import_chunks').selectAll().execute()).toEqual([]);
  });

  it('an import takes at most a fixed number of statements for every two hundred products', async () => {
    const id = await upload(header + lines(0, 1_000));
    await startImport(shop.core, staff, { id, mode: 'commit' });
    const statements = await shop.countQueries(() => runImport(shop.core));
    expect(statements).toEqual(atMost(5 * 24 + 40));
  });

  it('an import of many variants with a new stock takes no more statements than one of few', async () => {
    const restocked = async (count: number): Promise<number> => {
      const file = (stock: (n: number) => number) =>
        `Handle,Title,Variant SKU,Variant Inventory Qty,Backorder Limit,Variant Price\n${Array.from(
          { length: count },
          (_, n) => `r${count}-${n},R,R${count}-${n},${stock(n)},${n % 3},1.00\n`,
        ).join('')}`;
      const importAll = (csv: string) => importProducts(shop.core, staff, contract.imports.create.input.parse({ csv }));
      await importAll(file(() => 5));
      let report: Awaited<ReturnType<typeof importAll>> | undefined;
      // Some are lowered, some raised, and one is sold out.
      const statements = await shop.countQueries(async () => {
        report = await importAll(file((n) => (n % 2 === 0 ? 9 + n : n === 1 ? 0 : 2)));
      });
      expect(report).toMatchObject({ updatedCount: count, failedCount: 0 });
      return statements.length;
    };
    const few = await restocked(2);
    expect(await restocked(50)).toBeLessThanOrEqual(few + 2);
    expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
  });

  it('an import continues where a lost worker stopped, and writes nothing twice', async () => {
    const id = await upload(header + lines(0, 900));
    await startImport(shop.core, staff, { id, mode: 'commit' });
    await runImport(shop.core, 0);
    // A dead worker keeps its lease until the lease ends.
    await sql`update catalog_imports set leased_until = now() + interval '1 minute'`.execute(shop.core.db);
    expect(await runImport(shop.core)).toBe(false);
    await sql`update catalog_imports set leased_until = now() - interval '1 second'`.execute(shop.core.db);
    while (await runImport(shop.core));
    expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 900, updatedCount: 0, unchangedCount: 0 });
    expect(await products()).toBe(900);
  });

  it('an import is processed by one of several workers', async () => {
    const id = await upload(header + lines(0, 600));
    await startImport(shop.core, staff, { id, mode: 'commit' });
    await Promise.all([runImport(shop.core), runImport(shop.core), runImport(shop.core)]);
    expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 600, processedCount: 600 });
  });

  it('rows that are thousands of rows apart are one product', async () => {
    const id = await upload(`${header}${lines(0, 4_100)}p-0,Product 0,Brand,Type 0,Size,M,SKU-M,1,1.00\n`);
    await startImport(shop.core, staff, { id, mode: 'preview' });
    while (await runImport(shop.core, Number.POSITIVE_INFINITY));
    expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 4_101, failedCount: 0 });
    const keys = await shop.core.db.selectFrom('catalog_import_keys').select(['firstLine', 'rowCount']).where('rowCount', '>', 1).execute();
    expect(keys).toEqual([{ firstLine: 2, rowCount: 2 }]);
  });

  it('an import writes the valid rows between invalid ones and reports each invalid row', async () => {
    const id = await upload(
      `${header}${lines(0, 300)}costly,Costly,,,,,SKU-D,1,abc\n` +
        `p-7,Product seven,,,,,SKU-7,1,2.00\nthief,Thief,,,,,SKU-9,1,1\n${lines(300, 500)}`,
    );
    const all = () => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5, noted: true });
    await startImport(shop.core, staff, { id, mode: 'commit' });
    while (await runImport(shop.core));
    const report = await getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5, outcome: 'failed' });
    expect(report).toMatchObject({ createdCount: 500, updatedCount: 0, failedCount: 3 });
    expect(report.rows.items.map((r) => [r.line, r.sku, r.message])).toEqual([
      [9, 'SKU-7', 'A product is imported as a whole, and its line 303 failed.'],
      [302, 'SKU-D', 'Variant Price "abc" is not a price in USD. Write it like 19.99.'],
      [303, 'SKU-7', 'The Handle p-7 is that of another product: line 9 has the Title "Product 7". Use another one, or the same title.'],
    ]);
    expect((await all()).rows.items).toMatchObject([
      {
        line: 304,
        handle: 'thief',
        message: expect.stringMatching(/^The SKU SKU-9 belongs to line 11, of the product p-9\. This variant gets the SKU SKU-9-/),
      },
    ]);
    expect(await findProduct(shop.core, { slug: 'p-7' })).toBeNull();
  });

  it('a preview has the same report as the import, also for names repeated in a later batch', async () => {
    const id = await upload(
      `${header}${lines(0, 300)}p-7,Product seven,,,Size,L,SKU-7-L,1,2.00\n` +
        'p-8,Product 8,Brand,Type 1,Size,S,SKU-8,8,1.00\n' +
        `twins,Twins,,,Size,S,TWIN,1,1\ntwins,,,,,M,SKU-9,1,1\n${lines(300, 500)}`,
    );
    const run = async (mode: 'preview' | 'commit') => {
      await startImport(shop.core, staff, { id, mode });
      while (await runImport(shop.core));
      const { items } = (await getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 1_000 })).rows;
      return items.filter(({ message }) => message !== null);
    };
    const preview = await run('preview');
    const owned = expect.stringMatching(
      /^The SKU SKU-9 belongs to line 11, of the product p-9\. This variant gets the SKU SKU-9-[0-9a-f]{8}\.$/,
    );
    expect(preview.map(({ line, outcome, message, code }) => [line, outcome, code, message])).toEqual([
      [9, 'failed', 'INVALID_INPUT', expect.stringContaining('its line 302 failed')],
      [10, 'failed', 'INVALID_INPUT', expect.stringContaining('its line 303 failed')],
      [
        302,
        'failed',
        'HANDLE_TAKEN',
        expect.stringContaining('The Handle p-7 is that of another product: line 9 has the Title "Product 7".'),
      ],
      [303, 'failed', 'SKU_TAKEN', expect.stringContaining('Line 10 has the same SKU SKU-8')],
      [305, 'created', 'SKU_TAKEN', owned],
    ]);
    const commit = await run('commit');
    expect(commit).toEqual(preview);
    expect(await shop.core.db.selectFrom('catalog_import_names').selectAll().execute()).toEqual([]);
  });

  it('a preview counts the categories that the import adds, also under other spellings in a later batch', async () => {
    const spelled = lines(300, 700).replaceAll(',Type ', ',TYPE ');
    const id = await upload(`${header}${lines(0, 300)}${spelled}p-x,X,,Typ A > B,,,X,1,1\n`);
    const run = async (mode: 'preview' | 'commit') => {
      await startImport(shop.core, staff, { id, mode });
      while (await runImport(shop.core));
      return (await state(id)).newCategories;
    };
    const preview = await run('preview');
    expect(preview).toHaveLength(8);
    expect(await run('commit')).toEqual(preview);
  });

  it('an unreadable file is refused as a whole, with nothing written', async () => {
    const id = await upload(`${header}${lines(0, 500)}p-x,${'too long'.repeat(200_000)},,,,,SKU-X,1,1\n`);
    await startImport(shop.core, staff, { id, mode: 'commit' });
    await runImport(shop.core);
    expect(await state(id)).toMatchObject({ status: 'failed', problem: expect.stringContaining('has more than') as string });
    expect(await products()).toBe(0);
  });

  it('an import cannot start while chunks are missing, or a second time', async () => {
    const { id } = await beginImport(shop.core, staff, { fileName: 'x.csv' });
    const start = () => startImport(shop.core, staff, { id, mode: 'commit' });
    await expect(start()).rejects.toMatchObject({ code: 'IMPORT_INCOMPLETE' });
    await appendToImport(shop.core, staff, { id, position: 1, content: 'x' });
    await expect(start()).rejects.toMatchObject({
      code: 'IMPORT_INCOMPLETE',
      message: expect.stringContaining('A chunk of the file is missing'),
    });
    await appendToImport(shop.core, staff, { id, position: 0, content: header + lines(0, 1) });
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'IMPORT_RUNNING' });
    await expect(appendToImport(shop.core, staff, { id, position: 2, content: 'x' })).rejects.toMatchObject({ code: 'IMPORT_RUNNING' });
  });
});

describe('catalogue exports', () => {
  it.skipIf(samples.length === 0)("an export of Shopify's sample files imports back to the same catalogue", async () => {
    for (const sample of samples)
      await importProducts(shop.core, staff, contract.imports.create.input.parse({ csv: readFileSync(sample, 'utf8') }));
    const first = await whole();
    const again = await importProducts(shop.core, staff, contract.imports.create.input.parse({ csv: first }));
    expect(again).toMatchObject({ createdCount: 0, updatedCount: 0, failedCount: 0, unchangedCount: 43 });
    const other = await createTestShop();
    try {
      await importProducts(other.core, staff, contract.imports.create.input.parse({ csv: first }));
      expect(await text(exportProducts(other.core, staff, {}))).toBe(first);
    } finally {
      await other.close();
    }
  });

  it('an export escapes cells that a spreadsheet would run as formulas, and the import reverses it', async () => {
    const evil = ['=HYPERLINK("http://x")', '+1+1', '-2', '@SUM(A1)', '\tx', "'plain", 'red;=1+1', "'=kept", 'line\n+1'];
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const rows = evil.map((name, i) => `evil-${i},${quoted(name)},${quoted(name)},,,,E-${i},1,1.00\n`).join('');
    await importProducts(shop.core, staff, contract.imports.create.input.parse({ csv: header + rows }));
    const csv = await whole();
    expect(csv).not.toMatch(/(^|[,;|\n"])[=+@\t]/);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    const again = await importProducts(shop.core, staff, contract.imports.create.input.parse({ csv }));
    expect(again).toMatchObject({ unchangedCount: evil.length, updatedCount: 0, failedCount: 0 });
    expect((await findProduct(shop.core, { slug: 'evil-0' }))?.name).toBe('=HYPERLINK("http://x")');
  });

  it('an export reads five hundred products with each statement', async () => {
    await importProducts(shop.core, staff, contract.imports.create.input.parse({ csv: header + lines(0, 1_200) }));
    const statements = await shop.countQueries(whole);
    // One for the categories.
    expect(statements).toEqual(atMost(4));
    expect((await whole()).split('\n')).toHaveLength(1_202);
  });
});
