/** Imports that are interrupted or cancelled. */
import { contract, type CatalogImportId } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { system, transact } from '../kernel/index.ts';
import { insertLines } from './import-lines.store.ts';
import { claimImport, releaseLease } from './import.store.ts';
import { workOffImport } from './run-import.ts';
import { textSlices } from './text-slices.ts';
import { appendToImport, beginImport, cancelImport, getCatalogImport, runImport, startImport } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const header = 'Handle,Title,Body (HTML),Variant SKU,Variant Price\n';
const lines = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n},Größe ${n},"Zeile\r\n„zwei“ 🧵",${prefix}-${n},1.00\r\n`).join('');
/** Uploads the chunks as they are, so that a row may end in the next chunk. */
const upload = async (chunks: readonly string[]): Promise<CatalogImportId> => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  for (const [position, content] of chunks.entries())
    await appendToImport(shop.core, staff, contract.imports.append.input.parse({ id, position, content }));
  return id;
};
const inChunks = (text: string, size: number) => [...textSlices(text, size)];
const state = (id: CatalogImportId) => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5 });
const stored = async () => {
  const count = async (table: 'catalog_import_lines' | 'catalog_import_keys' | 'catalog_import_chunks') =>
    (await shop.core.db.selectFrom(table).select('importId').execute()).length;
  return {
    lines: await count('catalog_import_lines'),
    keys: await count('catalog_import_keys'),
    chunks: await count('catalog_import_chunks'),
  };
};
const products = async () => (await shop.core.db.selectFrom('products').select('id').execute()).length;

describe('interrupted imports', () => {
  it('an import reads its file once, and each turn only the products that come next', async () => {
    const id = await upload(inChunks(header + lines('p', 1_400), 4_000));
    await startImport(shop.core, staff, { id, mode: 'commit' });
    const turns: number[] = [];
    await runImport(shop.core, 0);
    for (let isMore = true; isMore;) {
      const statements = await shop.countQueries(async () => {
        isMore = await runImport(shop.core, 0);
      });
      turns.push(statements.filter((statement) => statement.includes('catalog_import_chunks')).length);
    }
    expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 1_400, rowCount: 1_400, processedCount: 1_400 });
    expect(turns.length).toBeGreaterThan(4);
    // The header, and the deletion of the file.
    expect(Math.max(...turns)).toBeLessThanOrEqual(3);
    expect(await stored()).toEqual({ lines: 0, keys: 0, chunks: 0 });
  });

  it('an import whose worker is lost while it reads the file reads it again', async () => {
    const id = await upload([header + lines('p', 700)]);
    await startImport(shop.core, staff, { id, mode: 'commit' });
    const work = await transact(shop.core, { oneStatement: true }, (tx) => claimImport(tx, null));
    if (!work) throw new Error('There is nothing to work on');
    await transact(shop.core, (tx) =>
      insertLines(tx, id, [{ position: 1, line: 2, productKey: 'p-0', cells: ['p-0', 'old', '', 'old', '9'] }]),
    );
    await transact(shop.core, { oneStatement: true }, (tx) => releaseLease(tx, work));
    while (await runImport(shop.core));
    expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 700, rowCount: 700, failedCount: 0 });
  });

  it('a chunk of a file that ends within a character is rejected', () => {
    const broken = contract.imports.append.input.safeParse({ id: '019aa000-0000-7000-8000-000000000000', position: 0, content: '\ud83e' });
    expect(broken.success).toBe(false);
  });
});

describe('cancelled imports', () => {
  it('a cancelled import keeps and reports the written rows and deletes the file', async () => {
    const id = await upload([header + lines('p', 900)]);
    await startImport(shop.core, staff, { id, mode: 'commit' });
    await runImport(shop.core, 0);
    expect(await cancelImport(shop.core, staff, { id })).toMatchObject({ status: 'cancelled', createdCount: 200 });
    expect(await runImport(shop.core)).toBe(false);
    expect(await products()).toBe(200);
    expect(await stored()).toEqual({ lines: 0, keys: 0, chunks: 0 });
    for (const again of [() => cancelImport(shop.core, staff, { id }), () => startImport(shop.core, staff, { id, mode: 'commit' })])
      await expect(again()).rejects.toMatchObject({ code: 'IMPORT_ENDED' });
  });

  it('an import that is cancelled while a worker has claimed it writes nothing more', async () => {
    const id = await upload([header + lines('p', 1_000)]);
    await startImport(shop.core, staff, { id, mode: 'commit' });
    const work = await transact(shop.core, { oneStatement: true }, (tx) => claimImport(tx, null));
    if (!work) throw new Error('There is nothing to work on');
    expect(await cancelImport(shop.core, staff, { id })).toMatchObject({ status: 'cancelled', createdCount: 0 });
    await expect(workOffImport(shop.core, work, Number.POSITIVE_INFINITY)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await products()).toBe(0);
    expect(await state(id)).toMatchObject({ status: 'cancelled', createdCount: 0, problem: null });
  });
});
