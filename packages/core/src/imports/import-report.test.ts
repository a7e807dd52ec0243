/** The report of an import must match the shop: an imported row is stored as in the file, and a failed row has left nothing. */
import { contract, type CatalogImport, type CatalogImportId, type ImportRow } from '@cartwright/contracts';
import { createTestShop, csvOf, faultyFile, importCsv, type ProductCells, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    await sql<Stored>`select p.handle, v.sku, p.status, p.name, c.name as category, p.tags, v.options, v.price_cents as price,
      l.on_hand as "onHand",
      array(select url from product_images g where g.product_id = p.id order by g.position) as images
    from products p join variants v on v.product_id = p.id join stock_levels l on l.variant_id = v.id
    left join categories c on c.id = p.category_id where p.deleted_at is null`.execute(shop.core.db)
  ).rows;

/** Compares a report with the products in the shop. */
const compare = async (
  rows: readonly ProductCells[],
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
      // Units below 0 are imported as 0, with a note.
      onHand: Math.max(0, Number(cells?.['Variant Inventory Qty'])),
    };
    expect({ line, handle: variant?.handle, price: variant?.price, onHand: variant?.onHand }).toEqual({ line, ...expected });
    expect(variant?.handle).toBe(handle);
    expect(variant?.options['Size']).toBe(cells?.['Option1 Value'] || undefined);
  }
  // The shop has gained exactly the variants that the report calls created.
  const created = report.rows.filter(({ outcome, sku }) => outcome === 'created' && sku !== null);
  expect(new Set(written.map(({ sku }) => sku)).size).toBe(before.size + created.length);
  for (const outcome of ['created', 'updated', 'unchanged', 'failed'] as const)
    expect(report[`${outcome}Count`]).toBe(report.rows.filter((row) => row.outcome === outcome).length);
  expect(report.notedCount).toBe(report.rows.filter((row) => row.outcome !== 'failed' && row.message !== null).length);
  expect(report.processedCount).toBe(rows.length);
  // The first row of each product in the file.
  const traces = new Set(
    written.flatMap(({ images, category, tags, name, sku }) => [...images, category, ...tags, name, ...(before.has(sku) ? [] : [sku])]),
  );
  const categories = new Set((await sql<{ name: string }>`select name from categories`.execute(shop.core.db)).rows.map(({ name }) => name));
  const handleOf = (cells: ProductCells) => cells.Handle?.trim().normalize('NFC');
  const owned = new Set(imported.map(({ sku }) => sku));
  for (const [i, cells] of rows.entries()) {
    const line = i + 2;
    const firstAt = rows.findIndex((other) => handleOf(other) === handleOf(cells));
    const [first, firstLine] = [rows[firstAt] ?? cells, firstAt + 2];
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
    expect([line, traces.has(url)]).toEqual([line, !note.includes('The image is skipped')]);
    const product = written.find(({ handle }) => handle === handleOf(cells));
    expect([line, product?.name, product?.category, product?.tags]).toEqual([line, first.Title, first.Type, first.Tags?.split(',')]);
    if (/FALSE|FALSCH/.test(first.Published ?? '') || ['draft', 'odd', 'archived'].includes(first.Status ?? ''))
      expect([line, product?.status === 'draft' || product?.status === 'archived']).toEqual([line, true]);
  }
  expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
};

const whole = async (id: CatalogImportId) => {
  const { rows } = await sql<ImportRow>`select line, handle, sku, outcome, message, code from catalog_import_rows where import_id = ${id}
      order by line`.execute(shop.core.db);
  return { ...(await imports.getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 1 })), rows };
};

describe('files with faults of every kind', () => {
  it.each([1, 2, 3, 4, 5])('an import with faults of every kind matches its report and its preview (seed %i)', async (seed) => {
    const before = new Set((await stored()).map(({ sku }) => sku));
    const rows = faultyFile(seed, 60);
    const csv = csvOf(rows);
    const preview = await importCsv(shop, csv, 'preview');
    expect(new Set((await stored()).map(({ sku }) => sku))).toEqual(before);
    const report = await importCsv(shop, csv, 'commit');
    expect(report.rows).toEqual(preview.rows);
    expect(report.failedCount).toBeGreaterThan(10);
    expect(report.notedCount).toBeGreaterThan(5);
    expect(report.createdCount).toBeGreaterThan(20);
    await compare(rows, report, before);
    // The same file again changes nothing, and the same rows fail.
    const again = await importCsv(shop, csv, 'commit');
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
    for (const failpoint of [
      'import.insideStaging=error@1',
      'import.insideBatch=error@2',
      'import.afterBatch=error@1',
      'import.insideBatch=error@1',
    ]) {
      const failingCore: Core = await createCore({ ...shop.config, failpoints: failpoint });
      await expect(imports.runImport(failingCore)).rejects.toThrow(/Failpoint/);
      await closeCore(failingCore);
      // Ends the lease of the dead worker.
      await sql`update catalog_imports set leased_until = now() - interval '1 second' where id = ${id}`.execute(shop.core.db);
    }
    while (await imports.runImport(shop.core));
    await compare(rows, await whole(id), before);
  });
});
