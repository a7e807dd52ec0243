/** Kills workers (SIGKILL) during an import; the next worker resumes, and the report matches the data of the shop. */
import { contract } from '@cartwright/contracts';
import { appendToImport, beginImport, getCatalogImport, startImport } from '@cartwright/core/imports';
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { createTestShop, startWorkerProcess, type ShopProcess, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, expect, it, vi } from 'vitest';
import { places } from './places.ts';

const staff = system('test');
const soon = { timeout: 60_000, interval: 200 };
const open: { shop?: TestShop; worker?: ShopProcess } = {};
afterEach(async () => {
  await open.worker?.stop();
  await open.shop?.close();
});

it('an import whose workers are killed finishes, with each product once and each invalid row reported', { timeout: 150_000 }, async () => {
  const shop = (open.shop = await createTestShop());
  // Every fifth product is refused, and every third image.
  const rows = Array.from(
    { length: 900 },
    (_, n) =>
      `Größe ${n}+,Product ${n},SKU-${n},7,${n % 5 === 0 ? 'free' : '1.00'},${n % 3 === 0 ? 'http:' : 'https:'}//img.example/${n}.jpg\n`,
  );
  const content = `Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price,Image Src\n${rows.join('')}`;
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  await appendToImport(shop.core, staff, contract.imports.append.input.parse({ id, position: 0, content }));
  await startImport(shop.core, staff, { id, mode: 'commit' });
  for (const place of places.import) {
    const killedWorker = await startWorkerProcess(shop, { FAILPOINTS: `${place}=kill@2` });
    expect(await killedWorker.ended, place).toEqual({ code: null, signal: 'SIGKILL' });
    // Ends the lease of the dead worker.
    await sql`update catalog_imports set leased_until = now() - interval '1 second' where id = ${id}`.execute(shop.core.db);
  }
  open.worker = await startWorkerProcess(shop);
  const read = () => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 1 });
  await vi.waitFor(async () => expect((await read()).status).toBe('finished'), soon);
  expect(await read()).toMatchObject({
    processedCount: 900,
    createdCount: 720,
    failedCount: 180,
    updatedCount: 0,
    unchangedCount: 0,
    notedCount: 240,
  });
  const { rows: held } = await sql<object>`
    select count(*)::int as products, count(distinct handle)::int as handles, (select count(*)::int from variants) as variants,
    (select count(*)::int from product_images) as images from products`.execute(shop.core.db);
  expect(held).toEqual([{ products: 720, handles: 720, variants: 720, images: 480 }]);
  expect((await checkInvariants(shop.core, staff)).results.filter((r) => r.violations > 0)).toEqual([]);
});
