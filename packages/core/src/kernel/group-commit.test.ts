import { aKey, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  DomainError,
  groupedStep,
  lockedElsewhere,
  transact,
  withIdempotency,
  type Answer,
  type LockWaitPolicy,
  type Tx,
} from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await sql`create table counters (name text primary key, n int not null default 0 check (n < 100))`.execute(shop.core.db);
  await sql`insert into counters (name) select 'c' || i from generate_series(1, 60) i`.execute(shop.core.db);
});
afterAll(() => shop.close());

interface Raise {
  readonly name: string;
  readonly by: number;
}
/** Adds to counters: refuses 0, runs out of time for 50, and answers with the value afterwards. The CHECK of the table refuses 100. */
const raiseCounters = async (tx: Tx, requests: readonly Raise[], { skipLocked }: LockWaitPolicy): Promise<Answer<number>[]> => {
  const { rows } = await sql<{ name: string }>`
    select name from counters where name = any(${requests.map(({ name }) => name)}::text[]) order by name
    for update${skipLocked ? sql` skip locked` : sql``}`.execute(tx.db);
  const locked = new Set(rows.map(({ name }) => name));
  const answers: Answer<number>[] = [];
  for (const { name, by } of requests) {
    if (by === 0) answers.push(new DomainError('INVALID_QUANTITY', 'Nothing to add.'));
    else if (!locked.has(name)) answers.push(lockedElsewhere);
    else {
      if (by === 50) await sql`set local statement_timeout = 100`.execute(tx.db);
      if (by === 50) await sql`select pg_sleep(60)`.execute(tx.db);
      const changed = await sql<{ n: number }>`update counters set n = n + ${by} where name = ${name} returning n`.execute(tx.db);
      answers.push(changed.rows[0]?.n ?? expect.fail());
    }
  }
  return answers;
};
const limits = { maxBatch: 32, maxWaiting: 100, maxWaitMs: 30_000, concurrency: 1 };
const raise = groupedStep<Raise, number>({ ...limits, step: raiseCounters });
const raiseOnce = groupedStep<Raise, number>({ ...limits, once: true, step: raiseCounters });

it('a request whose rows are locked waits alone, and the others of its batch do not', async () => {
  const [taken, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holder = transact(shop.core, async (tx) => {
    await sql`select 1 from counters where name = 'c1' for update`.execute(tx.db);
    taken.resolve();
    await done.promise;
  });
  await taken.promise;
  let answered = false;
  const waiting = raise(shop.core, { name: 'c1', by: 5 }).then((n) => ((answered = true), n));
  expect(await Promise.all(['c2', 'c3'].map((name) => raise(shop.core, { name, by: 1 })))).toEqual([1, 1]);
  expect(answered).toBe(false);
  done.resolve();
  await holder;
  expect(await waiting).toBe(5);
});

it('a request that runs out of time fails alone; all others of the batch are written', async () => {
  const requests = Array.from({ length: 6 }, (_, i): Raise => ({ name: `c${53 + i}`, by: i === 3 ? 50 : 1 }));
  const results = await Promise.allSettled(requests.map((request) => raise(shop.core, request)));
  expect(results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []))).toEqual([3]);
  expect(results[3]).toMatchObject({ reason: { code: '57014' } });
});

it('a refusal and an error concern their own request; all others of the batch are written', async () => {
  const requests = Array.from({ length: 20 }, (_, i): Raise => ({ name: `c${10 + i}`, by: i === 3 ? 0 : i === 7 ? 100 : 1 }));
  const results = await Promise.allSettled(requests.map((request) => raise(shop.core, request)));
  expect(results.flatMap((result, i) => (result.status === 'rejected' ? [i] : []))).toEqual([3, 7]);
  expect(results[3]).toMatchObject({ reason: { code: 'INVALID_QUANTITY' } });
  expect(results[7]).toMatchObject({ reason: { constraint: 'counters_n_check' } });
  const { rows } = await sql<{ sum: number }>`
    select sum(n)::int as sum from counters where name = any(${requests.map(({ name }) => name)}::text[])`.execute(shop.core.db);
  expect(rows).toEqual([{ sum: 18 }]);
});

it('a request that is made inside a transaction is refused with an error', async () => {
  await expect(transact(shop.core, () => raise(shop.core, { name: 'c51', by: 1 }))).rejects.toThrow('cannot be nested');
});

it('a large request does not share a transaction', async () => {
  const sizes: number[] = [];
  const step = (tx: Tx, requests: readonly Raise[], waitPolicy: LockWaitPolicy) => (
    sizes.push(requests.length),
    raiseCounters(tx, requests, waitPolicy)
  );
  const measured = groupedStep<Raise, number>({ ...limits, isLarge: ({ by }) => by > 50, step });
  const names = ['c31', 'c32', 'c33', 'c34'];
  await Promise.all([...names.map((name) => measured(shop.core, { name, by: 1 })), measured(shop.core, { name: 'c35', by: 60 })]);
  expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 4]);
});

it('calls with and without a key share a transaction, and the result of a key answers its repeat', async () => {
  const actor = { kind: 'guest', cartToken: 'a-token' } as const;
  const call = { actor, endpoint: 'test.raise', key: aKey(), input: {} };
  const died = withIdempotency(shop.core, call, async (core) => {
    await Promise.all([raiseOnce(core, { name: 'c40', by: 2 }), raiseOnce(shop.core, { name: 'c41', by: 3 })]);
    throw new Error('the process died here');
  });
  await expect(died).rejects.toThrow('died');
  const repeat = await withIdempotency(shop.core, call, (core) => raiseOnce(core, { name: 'c40', by: 2 }));
  expect(repeat).toEqual({ result: 2, replayed: true });
});

it('a refused call with a key can be corrected and sent again with it', async () => {
  const call = { actor: { kind: 'guest', cartToken: 'another' } as const, endpoint: 'test.raise', key: aKey(), input: {} };
  await expect(withIdempotency(shop.core, call, (core) => raiseOnce(core, { name: 'c50', by: 0 }))).rejects.toMatchObject({
    code: 'INVALID_QUANTITY',
  });
  expect(await withIdempotency(shop.core, call, (core) => raiseOnce(core, { name: 'c50', by: 4 }))).toEqual({ result: 4, replayed: false });
});
