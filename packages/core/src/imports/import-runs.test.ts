/** Imports that are interrupted or cancelled. */
import { contract, type CatalogImportId } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { system, transact } from '../kernel/index.ts';
import { toCsvFile } from './csv.rows.ts';
import { claimImport } from './import.store.ts';
import { workOffImport } from './run-import.ts';
import { readShopifyCsv } from './shopify-csv.ts';
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
/** Uploads the pieces as they are, so that a row may end in the next piece. */
const upload = async (pieces: readonly string[]): Promise<CatalogImportId> => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  for (const [position, content] of pieces.entries())
    await appendToImport(shop.core, staff, contract.imports.append.input.parse({ id, position, content }));
  return id;
};
const inPieces = (text: string, size: number) => [...textSlices(text, size)];
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
const state = (id: CatalogImportId) => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5 });
const products = async () => (await shop.core.db.selectFrom('products').select('id').execute()).length;

describe('interrupted imports', () => {
  it('an import continues after any product without reading the file before it', async () => {
    const text = `\uFEFF${header}${lines('a', 12)}\n,,\n${lines('b', 3)}`;
    const terms = { currency: 'USD', imageHosts: [] };
    const groups = await collect(readShopifyCsv(toCsvFile(text), terms, null));
    expect(groups).toHaveLength(15);
    for (const [n, { end }] of groups.entries()) {
      let read = 0;
      const file = (from: number) => {
        // The header is read at each start.
        if (from > 0) read += Buffer.byteLength(text) - from;
        return toCsvFile(text)(from);
      };
      expect(await collect(readShopifyCsv(file, terms, end))).toEqual(groups.slice(n + 1));
      expect(read).toBe(Buffer.byteLength(text) - end.byte);
    }
  });

  it('an import reads each piece of its file no more often than needed, whatever the number of turns', async () => {
    const id = await upload(inPieces(header + lines('p', 1_400), 4_000));
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
    const [first = 0, ...later] = turns;
    expect(later.length).toBeGreaterThan(4);
    expect(Math.max(...later)).toBeLessThanOrEqual(first + 1);
  });

  it('a piece of a file that ends within a character is rejected', () => {
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
    expect(await shop.core.db.selectFrom('catalog_import_chunks').selectAll().execute()).toEqual([]);
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
