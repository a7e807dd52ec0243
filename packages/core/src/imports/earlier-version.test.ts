/** Workers of the version before and of this one run side by side during an upgrade: no product of a file is written twice. */
import { createTestShop, findProduct, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adjustStock } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { appendToImport, beginImport, getCatalogImport, runImport, startImport } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const start = async (from: number, to: number) => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  const rows = Array.from({ length: to - from }, (_, i) => `p-${from + i},Product ${from + i},SKU-${from + i},5,1.00\n`).join('');
  const content = `Handle,Title,Variant SKU,Variant Inventory Qty,Variant Price\n${rows}`;
  await appendToImport(shop.core, staff, { id, position: 0, content });
  await startImport(shop.core, staff, { id, mode: 'commit' });
  return id;
};
const state = (id: Awaited<ReturnType<typeof start>>) => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 5 });
/** The condition by which workers of the version before choose an import. */
const freeForEarlierVersion = async () =>
  (
    await sql`select id from catalog_imports where status in ('queued', 'running')
      and (locked_until is null or locked_until <= now())`.execute(shop.core.db)
  ).rows;

it('workers of the version before leave an import that this version works on', async () => {
  const id = await start(0, 450);
  expect(await freeForEarlierVersion()).toHaveLength(1);
  await runImport(shop.core, 0);
  expect(await state(id)).toMatchObject({ status: 'running', createdCount: 200 });
  expect(await freeForEarlierVersion()).toEqual([]);
  while (await runImport(shop.core));
  expect(await state(id)).toMatchObject({ status: 'finished', createdCount: 450 });
});

it('an import that the version before has begun ends with a reason, and keeps the stock of what was sold since', async () => {
  const id = await start(0, 3);
  const variant = (await findProduct(shop.core, { slug: 'p-0' }))?.variants[0];
  if (!variant) throw new Error('There is no product p-0');
  await adjustStock(shop.core, staff, { variantId: variant.id, delta: -2, reason: 'Sold', locationId: undefined, force: false });
  // As a worker of that version leaves it: its rows are written up to a byte of the file, and its lease is over.
  const leave = (until: string) =>
    sql`update catalog_imports set status = 'running', cursor_line = 2, cursor_byte = 90, locked_until = now() + ${until}::interval
      where id = ${id}`.execute(shop.core.db);
  await leave('1 minute');
  expect(await runImport(shop.core)).toBe(false);
  await leave('-1 second');
  while (await runImport(shop.core));
  const { status, problem } = await state(id);
  expect([status, problem]).toEqual(['failed', expect.stringContaining('wrote the rows up to line 2')]);
  expect((await findProduct(shop.core, { slug: 'p-0' }))?.variants[0]?.availability.available).toBe(3);
});
