import { contract, searchLanguages, type Product } from '@cartwright/contracts';
import { aProduct, aStaffMember, createTestShop, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteProduct, updateProduct } from '../catalog/index.ts';
import { system } from '../kernel/index.ts';
import { getShopSettings, updateShopSettings } from '../pricing/index.ts';
import { findReindex, runReindex, searchProducts, startReindex } from './index.ts';

const staff = system('test');
const guest = { kind: 'guest', cartToken: null } as const;
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const find = async (q: string) =>
  (await searchProducts(shop.core, guest, contract.search.products.input.parse({ q }))).items.map(({ name }) => name);
const progress = async () => (await findReindex(shop.core, staff)).run ?? expect.fail();
const products = async (count: number): Promise<Product[]> => {
  const made: Product[] = [];
  for (let n = 0; n < count; n += 1) made.push(await aProduct(shop.core, { name: `Kettle ${n}` }));
  return made;
};
/** Makes every row wrong. */
const corruptEntries = () => sql`update search_entries set name = 'spoilt', document = '', min_price_cents = 1`.execute(shop.core.db);
const countCorrectEntries = async () =>
  (
    await sql<{
      n: number;
    }>`select count(*)::int as n from search_entries e join products p on p.id = e.product_id where e.name = p.name`.execute(shop.core.db)
  ).rows[0]?.n;

describe('reindexing', () => {
  it('a reindex rebuilds every row and reports its progress', async () => {
    await products(205);
    await corruptEntries();
    await shop.core.reads.forget(['search']);
    expect(await find('kettle')).toEqual([]);
    expect(await startReindex(shop.core, staff)).toMatchObject({
      status: 'queued',
      productCount: 205,
      processedCount: 0,
      finishedAt: null,
    });
    expect(await runReindex(shop.core, 0)).toBe(true);
    expect(await progress()).toMatchObject({ status: 'running', productCount: 205, processedCount: 200 });
    expect(await countCorrectEntries()).toBe(200);
    while (await runReindex(shop.core));
    expect(await progress()).toMatchObject({
      status: 'finished',
      productCount: 205,
      processedCount: 205,
      finishedAt: expect.any(String) as string,
    });
    expect(await countCorrectEntries()).toBe(205);
    expect(await find('kettle 7')).toEqual(['Kettle 7']);
    expect(await runReindex(shop.core)).toBe(false);
  });

  it('a second start during a reindex returns the running one', async () => {
    await products(1);
    const { won, defects } = await race(6, () => startReindex(shop.core, staff));
    expect([new Set(won.map(({ id }) => id)).size, defects]).toEqual([1, []]);
    await Promise.all([1, 2, 3].map(() => runReindex(shop.core)));
    expect(await progress()).toMatchObject({ status: 'finished', processedCount: 1 });
    expect((await startReindex(shop.core, staff)).id).not.toBe(won[0]?.id);
  });

  it('a reindex continues where a dead worker stopped, after its lease', async () => {
    await products(205);
    await startReindex(shop.core, staff);
    await corruptEntries();
    await runReindex(shop.core, 0);
    await corruptEntries();
    // A dead worker keeps its lease until the lease ends, and loses the batch that it had begun.
    await sql`update search_reindexes set locked_until = now() + interval '1 minute'`.execute(shop.core.db);
    expect(await runReindex(shop.core)).toBe(false);
    await sql`update search_reindexes set locked_until = now() - interval '1 second'`.execute(shop.core.db);
    expect(await runReindex(shop.core)).toBe(true);
    expect(await progress()).toMatchObject({ status: 'finished', processedCount: 205 });
    // The first two hundred are done already and are not rebuilt.
    expect(await countCorrectEntries()).toBe(5);
  });

  it('a worker whose reindex was taken over stops without an error, and the new owner finishes it', async () => {
    await products(3);
    await startReindex(shop.core, staff);
    // The first worker waits for a product that somebody changes, and meanwhile loses its lease.
    const { locked, end } = { locked: Promise.withResolvers<void>(), end: Promise.withResolvers<void>() };
    const edit = shop.core.database.kysely.transaction().execute(async (db) => {
      await sql`select 1 from products for update`.execute(db);
      locked.resolve();
      await end.promise;
    });
    await locked.promise;
    const late = runReindex(shop.core);
    await expect.poll(async () => (await progress()).status).toBe('running');
    await sql`update search_reindexes set fence = fence + 1, locked_until = now()`.execute(shop.core.db);
    end.resolve();
    await edit;
    expect(await late).toBe(true);
    expect(await progress()).toMatchObject({ status: 'running', processedCount: 0 });
    expect(await runReindex(shop.core)).toBe(true);
    expect(await progress()).toMatchObject({ status: 'finished', processedCount: 3 });
  });

  it('a reindex does not restore products that were changed or deleted meanwhile', async () => {
    const [kept, changed, gone] = await products(3);
    if (!kept || !changed || !gone) throw new Error('There are three');
    await startReindex(shop.core, staff);
    await Promise.all([
      runReindex(shop.core),
      updateProduct(shop.core, staff, { id: changed.id, version: null, name: 'Samovar' }),
      deleteProduct(shop.core, staff, { id: gone.id }),
    ]);
    const { rows } = await sql<{ name: string }>`select name from search_entries order by name`.execute(shop.core.db);
    expect(rows.map(({ name }) => name)).toEqual([kept.name, 'Samovar']);
  });

  it('a change of the search language rebuilds the entries once, with the word forms of that language', async () => {
    await aProduct(shop.core, { name: 'Blaue Bücher' });
    expect(await find('büchern')).toEqual([]);
    expect(await runReindex(shop.core)).toBe(false);
    const { version, searchLanguage } = await getShopSettings(shop.core, staff);
    expect(searchLanguage).toBe('english');
    await updateShopSettings(shop.core, staff, { version, searchLanguage: 'german' });
    expect(await runReindex(shop.core)).toBe(true);
    expect(await progress()).toMatchObject({ status: 'finished', processedCount: 1 });
    expect(await runReindex(shop.core)).toBe(false);
    expect(await find('büchern')).toEqual(['Blaue Bücher']);
    expect(await find('Bücher')).toEqual(['Blaue Bücher']);
    const { rows } = await sql<{
      after: unknown;
    }>`select after->>'searchLanguage' as after from audit_log order by id desc limit 1`.execute(shop.core.db);
    expect(rows).toEqual([{ after: 'german' }]);
  });

  it('a search language that is changed and changed back leaves no word forms of the other, during a reindex or before it', async () => {
    const speak = async (searchLanguage: 'german' | 'english') => {
      const { version } = await getShopSettings(shop.core, staff);
      await updateShopSettings(shop.core, staff, { version, searchLanguage });
    };
    await products(201);
    await startReindex(shop.core, staff);
    await speak('german');
    await runReindex(shop.core, 0);
    await runReindex(shop.core, 0);
    expect(await progress()).toMatchObject({ status: 'running', processedCount: 200 });
    await speak('english');
    await aProduct(shop.core, { name: 'Two Teapots' });
    while (await runReindex(shop.core));
    expect(await find('kettles 7')).toEqual(['Kettle 7']);

    await speak('german');
    await aProduct(shop.core, { name: 'Bread Boxes' });
    await speak('english');
    while (await runReindex(shop.core));
    await shop.core.reads.forget(['search']);
    expect(await find('box')).toEqual(['Bread Boxes']);
    const forms = async () =>
      (await sql<{ document: string }>`select document::text as document from search_entries order by product_id`.execute(shop.core.db))
        .rows;
    const left = await forms();
    await sql`select refresh_search_entries(array(select id from products))`.execute(shop.core.db);
    expect(await forms()).toEqual(left);
  });

  it('every search language builds entries and finds names', async () => {
    await aProduct(shop.core, { name: 'Blue Lantern' });
    for (const searchLanguage of searchLanguages) {
      const { version } = await getShopSettings(shop.core, staff);
      await updateShopSettings(shop.core, staff, { version, searchLanguage });
      while (await runReindex(shop.core));
      await shop.core.reads.forget(['search']);
      expect(await find('blue lantern'), searchLanguage).toEqual(['Blue Lantern']);
    }
  });

  it('only staff who manage the catalogue can start a reindex', async () => {
    const actor = await aStaffMember(shop.core, 'support');
    await expect(startReindex(shop.core, actor)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await findReindex(shop.core, staff)).toEqual({ run: null });
  });
});
