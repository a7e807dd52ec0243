/** Imports while other imports run, and while staff edit the same products. */
import { contract, type CatalogImportId } from '@cartwright/contracts';
import { aProduct, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as catalog from '../catalog/index.ts';
import { changeOnHand, lockFreedStock, setStockRules, type LockedStock } from '../inventory/index.ts';
import { system, transact, type Tx } from '../kernel/index.ts';
import { appendToImport, beginImport, getCatalogImport, runImport, startImport } from './index.ts';

const staff = system('test');
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const started = async (content: string): Promise<CatalogImportId> => {
  const { id } = await beginImport(shop.core, staff, { fileName: 'products.csv' });
  await appendToImport(shop.core, staff, contract.imports.append.input.parse({ id, position: 0, content }));
  await startImport(shop.core, staff, { id, mode: 'commit' });
  return id;
};
const report = (id: CatalogImportId) => getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 50 });
/** Until the import waits for a lock that the transaction of the test has. */
const isWaiting = () =>
  expect
    .poll(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await waiting.execute(shop.core.db)).rows.length;
    })
    .toBeGreaterThan(0);
/** Imports a file while another transaction runs, which commits when the import waits for it. */
const importWhile = async (content: string, other: (tx: Tx) => Promise<unknown>, meanwhile = () => Promise.resolve<unknown>(null)) => {
  const id = await started(content);
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const holding = transact(shop.core, async (tx) => {
    await other(tx);
    begun.resolve();
    await end.promise;
  });
  await begun.promise;
  const importing = runImport(shop.core);
  await isWaiting();
  await meanwhile();
  end.resolve();
  await Promise.all([holding, importing]);
  return report(id);
};

it('two concurrent imports of the same products both finish', async () => {
  const lines = Array.from({ length: 600 }, (_, n) => `p-${n},Product ${n},p-${n},1.00\n`);
  const file = `Handle,Title,Variant SKU,Variant Price\n${lines.join('')}`;
  const ids = [await started(file), await started(file)];
  await Promise.all([runImport(shop.core), runImport(shop.core)]);
  while (await runImport(shop.core));
  const [one, two] = await Promise.all(ids.map(report));
  expect([one?.status, two?.status]).toEqual(['finished', 'finished']);
  expect([one?.failedCount, two?.failedCount]).toEqual([0, 0]);
  expect((one?.createdCount ?? 0) + (two?.createdCount ?? 0)).toBe(600);
});

it('a product that appears while an import looks for it is changed, not reported as the product of another', async () => {
  const file = 'Handle,Title,Variant SKU,Variant Price\nlamp,Lamp,LAMP-1,12.00\n';
  // The import looks for the product, and then has to wait for the names that it met before.
  const done = await importWhile(
    file,
    (tx) => sql`lock table catalog_import_names in access exclusive mode`.execute(tx.db),
    async () => {
      const product = await aProduct(shop.core, { variants: 1 });
      await sql`update products set handle = 'lamp' where id = ${product.id}`.execute(shop.core.db);
      await sql`update variants set sku = 'LAMP-1' where product_id = ${product.id}`.execute(shop.core.db);
    },
  );
  expect(done).toMatchObject({ status: 'finished', failedCount: 0, updatedCount: 1 });
});

it('a file keeps what somebody changed while the import waited for the product', async () => {
  const product = await aProduct(shop.core, { variants: 1 });
  const sku = product.variants[0]?.sku ?? '';
  const { handle } = await sql<{ handle: string }>`select handle from products where id = ${product.id}`
    .execute(shop.core.db)
    .then(({ rows: [row] }) => row ?? { handle: '' });
  const done = await importWhile(`Handle,Title,Variant SKU,Variant Price\n${handle},Changed,${sku},77.00\n`, async (tx) => {
    await sql`update products set version = version + 1 where id = ${product.id}`.execute(tx.db);
    await sql`update variants set weight_grams = 4321 where product_id = ${product.id}`.execute(tx.db);
  });
  expect(done).toMatchObject({ failedCount: 0, updatedCount: 1 });
  const after = await catalog.getProduct(shop.core, staff, contract.products.get.input.parse({ id: product.id }));
  expect(after.variants).toMatchObject([{ sku, priceCents: 7_700, weightGrams: 4_321 }]);
});

/** Imports columns of the only variant while another transaction changes its stock; returns its stock afterwards. */
const stockAfter = async (columns: string, cells: string, stock: number, other: (tx: Tx, locked: LockedStock) => Promise<unknown>) => {
  const { id, variants } = await aProduct(shop.core, { variants: 1, stock });
  const [{ id: variantId, sku } = { id: null, sku: '' }] = variants;
  if (!variantId) throw new Error('The product has no variant.');
  const { handle } = await shop.core.db.selectFrom('products').select('handle').where('id', '=', id).executeTakeFirstOrThrow();
  const file = `Handle,Title,Variant SKU,Variant Price,${columns}\n${handle},Lamp,${sku},12.00,${cells}\n`;
  const done = await importWhile(file, async (tx) => {
    const locked = (await lockFreedStock(tx, [variantId])).get(variantId);
    if (!locked) throw new Error('The variant has no stock.');
    await other(tx, locked);
  });
  expect(done).toMatchObject({ failedCount: 0, updatedCount: 1 });
  return shop.core.db
    .selectFrom('stock_levels')
    .select(['onHand', 'backorderLimit', 'tracked'])
    .where('variantId', '=', variantId)
    .executeTakeFirstOrThrow();
};

it('a file without stock does not put back the units that were sold while the import waited', async () => {
  const after = await stockAfter('Variant Inventory Policy', 'continue', 10, (tx, stock) =>
    changeOnHand(tx, staff, [{ stock, delta: -3, kind: 'adjusted', reason: 'sold elsewhere' }]),
  );
  expect(after).toEqual({ onHand: 7, backorderLimit: 10_000, tracked: true });
});

it('a file that sells what is sold out keeps the backorder limit that was set while the import waited', async () => {
  const after = await stockAfter('Variant Inventory Policy', 'continue', 10, (tx, stock) =>
    setStockRules(tx, staff, [{ stock, backorderLimit: 30, tracked: true }]),
  );
  expect(after).toEqual({ onHand: 10, backorderLimit: 30, tracked: true });
});

it('a file with stock only keeps the backorder limit that was set while the import waited', async () => {
  const after = await stockAfter('Variant Inventory Qty', '20', 10, (tx, stock) =>
    setStockRules(tx, staff, [{ stock, backorderLimit: 50, tracked: true }]),
  );
  expect(after).toEqual({ onHand: 20, backorderLimit: 50, tracked: true });
});

it('a file with stock only does not count the units of a variant whose tracking ended while the import waited', async () => {
  const after = await stockAfter('Variant Inventory Qty', '20', 10, (tx, stock) =>
    setStockRules(tx, staff, [{ stock, backorderLimit: 0, tracked: false }]),
  );
  expect(after).toEqual({ onHand: 10, backorderLimit: 0, tracked: false });
});
