import type { ProductId } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest';
import { readSnapshot, transact, type commonTables, type Core, type Tx } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await sql`create table counters (id int primary key, value int not null)`.execute(shop.core.db);
  await sql`insert into counters values (1, 0)`.execute(shop.core.db);
});
afterAll(() => shop.close());

const increment = (tx: Tx) => sql`update counters set value = value + 1 where id = 1`.execute(tx.db);
const valueOf = async () => (await sql<{ value: number }>`select value from counters where id = 1`.execute(shop.core.db)).rows[0]?.value;

it('a single statement commits by itself', async () => {
  const before = (await valueOf()) ?? Number.NaN;
  await transact(shop.core, { oneStatement: true }, increment);
  expect(await valueOf()).toBe(before + 1);
});

it('a second statement is refused before it runs, because the first one has committed', async () => {
  const before = (await valueOf()) ?? Number.NaN;
  const twice = transact(shop.core, { oneStatement: true }, async (tx) => {
    await increment(tx);
    await increment(tx);
  });
  await expect(twice).rejects.toThrow('this is a second statement');
  expect(await valueOf()).toBe(before + 1);
});

it('an event and the entity manager are refused, because they need a transaction', async () => {
  const productId = shop.core.ids.next<ProductId>();
  const event = transact(shop.core, { oneStatement: true }, async (tx) => tx.outbox.add('product.created', productId, { productId }));
  await expect(event).rejects.toThrow('an event must commit with the change that it announces');
  await expect(transact(shop.core, { oneStatement: true }, async (tx) => tx.em)).rejects.toThrow(
    'the entity manager flushes several statements',
  );
});

it('the database handle outside a transaction has no method that writes or hands out a handle that does', () => {
  type Reads = 'selectFrom' | 'selectNoFrom' | 'fn' | 'dynamic' | 'getExecutor' | 'executeQuery';
  expectTypeOf<keyof Core['db']>().toEqualTypeOf<Reads>();
  type CommonTableQuery = Parameters<Parameters<ReturnType<typeof commonTables>['with']>[1]>[0];
  expectTypeOf<keyof CommonTableQuery>().toEqualTypeOf<'selectFrom' | 'selectNoFrom'>();
  expectTypeOf<keyof ReturnType<typeof commonTables>>().toEqualTypeOf<'selectFrom' | 'selectNoFrom' | 'with'>();
  expectTypeOf<Tx['db']>().toHaveProperty('insertInto');
});

it('a snapshot reads one state of the database', async () => {
  const read = async (db: Core['db']) => (await sql<{ value: number }>`select value from counters where id = 1`.execute(db)).rows[0]?.value;
  await readSnapshot(shop.core, async (db) => {
    const before = await read(db);
    await transact(shop.core, { oneStatement: true }, increment);
    expect(await read(db)).toBe(before);
    expect(await read(shop.core.db)).not.toBe(before);
  });
});

it('a snapshot refuses writes', async () => {
  const write = readSnapshot(shop.core, async (db) => sql`update counters set value = 0`.execute(db));
  await expect(write).rejects.toMatchObject({ code: '25006' });
});
