import { createTestShop, race, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLease, InternalRefusal, type Claim } from './index.ts';

const lease = createLease({
  seconds: 60,
  whileOpen: sql`state = 'open'`,
  lost: () => new InternalRefusal('LEASE_LOST', 'Another worker has this task.'),
});
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
  await sql`create table tasks (id text primary key, state text not null, done int not null default 0, fence int not null default 0,
    locked_until timestamptz)`.execute(shop.core.db);
  await sql`insert into tasks (id, state) values ('a', 'open')`.execute(shop.core.db);
});
afterEach(() => shop.close());

const take = async (): Promise<Claim | null> =>
  (await sql<Claim>`update tasks set ${lease.take} where state = 'open' and ${lease.isFree} returning id, fence`.execute(shop.core.db))
    .rows[0] ?? null;
const taken = async (): Promise<Claim> => (await take()) ?? expect.fail('The task has an owner');
const work = async (claim: Claim): Promise<void> =>
  lease.assertHeld(await sql`update tasks set done = done + 1, ${lease.renew} where ${lease.isHeldBy(claim)}`.execute(shop.core.db));
const release = (claim: Claim) => sql`update tasks set ${lease.release} where ${lease.isHeldBy(claim)}`.execute(shop.core.db);
const letLeaseEnd = () => sql`update tasks set locked_until = now() - interval '1 second'`.execute(shop.core.db);
const done = async () => (await sql<{ done: number }>`select done from tasks`.execute(shop.core.db)).rows[0]?.done;

it('of concurrent workers one gets the lease', async () => {
  const { won, defects } = await race(8, take);
  expect([won.filter((claim) => claim !== null).length, defects]).toEqual([1, []]);
});

it('a lease is renewed by work, and another worker gets it only after its end', async () => {
  const claim = await taken();
  await letLeaseEnd();
  await work(claim);
  expect(await take()).toBeNull();
  await letLeaseEnd();
  expect(await take()).toEqual({ id: 'a', fence: claim.fence + 1 });
});

it('a late owner whose lease was taken over changes nothing and gets the error of a lost lease', async () => {
  const late = await taken();
  await letLeaseEnd();
  const next = await taken();
  await expect(work(late)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await release(late);
  expect([await take(), await done()]).toEqual([null, 0]);
  await work(next);
  expect(await done()).toBe(1);
});

it('a released lease can be taken at once', async () => {
  await release(await taken());
  expect(await take()).toMatchObject({ fence: 2 });
});

it('the owner of a revoked or closed task has lost its lease', async () => {
  const first = await taken();
  await sql`update tasks set ${lease.revoke}`.execute(shop.core.db);
  await expect(work(first)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  const second = await taken();
  await sql`update tasks set state = 'closed'`.execute(shop.core.db);
  await expect(work(second)).rejects.toMatchObject({ code: 'LEASE_LOST' });
});

it('a batch of claims changes those rows only whose lease is held', async () => {
  await sql`insert into tasks (id, state) values ('b', 'open')`.execute(shop.core.db);
  const { rows } = await sql<Claim>`update tasks set ${lease.take} returning id, fence`.execute(shop.core.db);
  await sql`update tasks set fence = fence + 1 where id = 'b'`.execute(shop.core.db);
  const claims = sql`unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ fence }) => fence)}::int[]) as c(claim_id, claim_fence)`;
  const held = lease.isHeldBy({ id: sql.ref('claim_id'), fence: sql.ref('claim_fence') });
  const changed = await sql`update tasks set done = 1 from ${claims} where ${held} returning id`.execute(shop.core.db);
  expect(changed.rows).toEqual([{ id: 'a' }]);
});
