/** Failed rows of an import: downloaded, corrected and imported again; and deleted later. */
import { atMost, createTestShop, importCsv, productByHandle, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { beginImport, exportFailedRows, purgeImportFiles } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const failedRows = async (id: Awaited<ReturnType<typeof importCsv>>['id']) => {
  let csv = '';
  for await (const part of exportFailedRows(shop.core, staff, { id })) csv += part;
  return csv;
};
const header = 'Handle;Title;Option1 Name;Option1 Value;Variant SKU;Variant Inventory Qty;Variant Price';
const file = [
  header,
  'cup;Cup;;;CUP;3;5,00',
  `tee;"=Tee; ""soft""";Size;S;TEE-S;1;free`,
  'pot;Pot;;;POT;1;9,50',
  'tee;;;M;TEE-M;2;12,50',
  ';No handle;;;;1;1,00',
  'wide;Wide;;;WIDE;1;1,00;more',
  '',
].join('\n');

describe('failed rows', () => {
  it('failed rows are downloaded with their reasons, corrected, and imported with every other row unchanged', async () => {
    const report = await importCsv(shop, file, 'commit');
    expect(report).toMatchObject({ createdCount: 2, failedCount: 4 });
    const csv = await failedRows(report.id);
    expect(csv.split('\n')).toEqual([
      `reasons;${header}`,
      `"Variant Price ""free"" is not a price in USD. Write it like 19.99.";tee;"'=Tee; ""soft""";Size;S;TEE-S;1;free`,
      'A product is imported as a whole, and its line 3 failed.;tee;;;M;TEE-M;2;12,50',
      'The row has no Handle.;;No handle;;;;1;1,00',
      'The row has 8 cells, and the header 7: put quotes around a text that contains a separator.;wide;Wide;;;WIDE;1;1,00;more',
      '',
    ]);
    const corrected = csv.replace('1;free', '1;12,50').replace(';;No handle', ';mug;No handle').replace(';more', '');
    const again = await importCsv(shop, corrected, 'commit');
    expect(again).toMatchObject({ createdCount: 4, failedCount: 0, unusedColumns: [] });
    expect(await productByHandle(shop, 'tee')).toMatchObject({
      name: '=Tee; "soft"',
      variants: [
        { sku: 'TEE-S', priceCents: 1_250 },
        { sku: 'TEE-M', priceCents: 1_250 },
      ],
    });
    expect(await importCsv(shop, file.replace('1;free', '1;12,50'), 'commit')).toMatchObject({ createdCount: 0, updatedCount: 0 });
  });

  it('rows that are refused again have one column of reasons, and a preview has failed rows too', async () => {
    const first = await importCsv(shop, file, 'preview');
    const again = await importCsv(shop, await failedRows(first.id), 'preview');
    expect(again).toMatchObject({ createdCount: 0, failedCount: 4 });
    const [head, row] = (await failedRows(again.id)).split('\n');
    expect(head).toBe(`reasons;${header}`);
    expect(row).toContain('is not a price in USD');
  });

  it('many failed rows are downloaded in the order of the file', async () => {
    const rows = Array.from({ length: 1_300 }, (_, n) => `p-${n};P;;;P-${n};1;${n % 13 === 0 ? '1,00' : 'x'}`);
    const report = await importCsv(shop, [header, ...rows].join('\n'), 'commit');
    const handles = (await failedRows(report.id)).split('\n').flatMap((line) => /;(p-\d+);/.exec(line)?.[1] ?? []);
    expect(handles).toEqual(rows.flatMap((row, n) => (n % 13 === 0 ? [] : row.slice(0, row.indexOf(';')))));
  });

  it('an import without failed rows has an empty file, an unknown one none, and customers none at all', async () => {
    const report = await importCsv(shop, `${header}\ncup;Cup;;;CUP;3;5,00\n`, 'commit');
    expect(await failedRows(report.id)).toBe(`reasons;${header}\n`);
    const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
    expect(await failedRows(id)).toBe('reasons\n');
    await sql`delete from catalog_imports where id = ${id}`.execute(shop.core.db);
    await expect(failedRows(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const guest = exportFailedRows(shop.core, { kind: 'guest', cartToken: null }, { id: report.id });
    await expect(guest.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('files and failed rows are deleted 30 days after the import began, and the report stays', async () => {
    const kept = await importCsv(shop, file, 'commit');
    const old = await importCsv(shop, file, 'preview');
    await sql`update catalog_imports set created_at = now() - interval '31 days' where id = ${old.id}`.execute(shop.core.db);
    const purged = await shop.countQueries(async () => expect(await purgeImportFiles(shop.core)).toBe(1));
    expect(await purgeImportFiles(shop.core)).toBe(0);
    expect((await failedRows(old.id)).split('\n')).toHaveLength(2);
    expect((await failedRows(kept.id)).split('\n')).toHaveLength(6);
    const chunks = await shop.core.db.selectFrom('catalog_import_chunks').select('importId').execute();
    expect(chunks).toEqual([]);
    for (let n = 0; n < 3; n += 1) await importCsv(shop, file, 'preview');
    await sql`update catalog_imports set created_at = now() - interval '31 days' where mode = 'preview'`.execute(shop.core.db);
    const together = await shop.countQueries(async () => expect(await purgeImportFiles(shop.core)).toBeGreaterThan(2));
    expect(together).toEqual(atMost(purged.length));
  });
});
