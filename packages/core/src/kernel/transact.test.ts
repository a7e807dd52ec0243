import type { ProductId } from '@cartwright/contracts';
import { createTestShop, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSerialisationFailure } from './database-error.ts';
import { insideTransaction, transact, type Core, type Tx } from './index.ts';

let shop: TestShop;
let counted: Core;
let notifications = 0;
beforeAll(async () => {
  shop = await createTestShop();
  counted = { ...shop.core, relayNotifier: { notify: () => (notifications += 1) } };
  await sql`create table counters (id int primary key, value int not null)`.execute(shop.core.db);
  await sql`insert into counters select n, 0 from generate_series(1, 20) n`.execute(shop.core.db);
});
afterAll(() => shop.close());

const raise = (tx: Tx, code: string) => sql.raw(`do $$ begin raise exception 'asked for' using errcode = '${code}'; end $$`).execute(tx.db);
const valueOf = async (id: number): Promise<number> =>
  (await sql<{ value: number }>`select value from counters where id = ${id}`.execute(shop.core.db)).rows[0]?.value ?? -1;
const add = (tx: Tx, id: number) => sql`update counters set value = value + 1 where id = ${id}`.execute(tx.db);
const announce = (tx: Tx, productId = tx.ids.next<ProductId>()): ProductId => {
  tx.outbox.add('product.created', productId, { productId });
  return productId;
};
const eventsOf = (productId: string) =>
  shop.core.db.selectFrom('outbox_events').select(['name', 'relayedAt']).where('aggregateId', '=', productId).execute();

describe('a transaction', () => {
  it.each(['40001', '40P01'])('a transaction that conflicts with another one (%s) runs again from the start', async (code) => {
    let runs = 0;
    await transact(shop.core, async (tx) => {
      runs += 1;
      await add(tx, 1);
      if (runs < 3) await raise(tx, code);
    });
    expect(runs).toBe(3);
    expect(await valueOf(1)).toBe(code === '40001' ? 1 : 2);
  });

  it('a transaction fails after its third conflict and leaves nothing', async () => {
    let runs = 0;
    const failed = transact(shop.core, async (tx) => {
      runs += 1;
      await add(tx, 2);
      await raise(tx, '40001');
    });
    await expect(failed).rejects.toSatisfy(isSerialisationFailure);
    expect([runs, await valueOf(2)]).toEqual([3, 0]);
  });

  it.each(['23505', '22012', 'P0001'])('a transaction that fails for another reason (%s) does not run again', async (code) => {
    let runs = 0;
    const failed = transact(shop.core, async (tx) => {
      runs += 1;
      await raise(tx, code);
    });
    await expect(failed).rejects.toThrow('asked for');
    expect(runs).toBe(1);
  });

  it('two transactions that really deadlock both commit', async () => {
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    const crossed = (first: number, second: number) =>
      transact(shop.core, async (tx) => {
        await add(tx, first);
        if ((holding += 1) === 2) bothHold.resolve();
        await bothHold.promise;
        await add(tx, second);
      });
    await Promise.all([crossed(3, 4), crossed(4, 3)]);
    expect([await valueOf(3), await valueOf(4)]).toEqual([2, 2]);
  });

  it('fifty concurrent increments of one row are all kept', async () => {
    const { won, defects } = await race(50, () => transact(shop.core, (tx) => add(tx, 5)));
    expect({ won: won.length, defects }).toEqual({ won: 50, defects: [] });
    expect(await valueOf(5)).toBe(50);
  });

  it('a transaction cannot be nested, and insideTransaction reports that one is open', async () => {
    expect(insideTransaction()).toBe(false);
    await transact(shop.core, async () => {
      expect(insideTransaction()).toBe(true);
      await expect(transact(shop.core, () => Promise.resolve())).rejects.toThrow('cannot be nested');
    });
    expect(insideTransaction()).toBe(false);
  });
});

describe('events', () => {
  it('events are committed with the change, and the relay is notified once', async () => {
    notifications = 0;
    const [one, two] = await transact(counted, async (tx) => [announce(tx), announce(tx)]);
    expect([await eventsOf(one ?? ''), await eventsOf(two ?? '')]).toMatchObject([
      [{ name: 'product.created' }],
      [{ name: 'product.created' }],
    ]);
    expect(notifications).toBe(1);
  });

  it('events of a failed change are not written, and the relay is not notified', async () => {
    notifications = 0;
    let productId = '';
    const failed = transact(counted, async (tx) => {
      productId = announce(tx);
      await raise(tx, '22012');
    });
    await expect(failed).rejects.toThrow('asked for');
    expect([await eventsOf(productId), notifications]).toEqual([[], 0]);
  });

  it('events of a change that runs again are written once', async () => {
    let runs = 0;
    const productId = shop.core.ids.next<ProductId>();
    await transact(counted, async (tx) => {
      runs += 1;
      announce(tx, productId);
      if (runs === 1) await raise(tx, '40001');
    });
    expect(await eventsOf(productId)).toHaveLength(1);
  });

  it('an event whose payload does not match the contract fails the change as a defect', async () => {
    const failed = transact(counted, async (tx) => {
      await add(tx, 6);
      announce(tx, 'not an id' as ProductId);
    });
    await expect(failed).rejects.toThrow();
    expect(await valueOf(6)).toBe(0);
  });
});
