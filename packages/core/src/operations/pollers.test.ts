/** Jobs that run every minute read the rows that are due, and not their whole table. */
import { aGuestCart, aProduct, createTestShop, there, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announceAbandonedCarts } from '../carts/index.ts';
import { expireCredits } from '../store-credit/index.ts';

const rowCount = 10_000;
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  const { cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  await shop.core.database.kysely.transaction().execute(async (db) => {
    // Past the guards: only the number of rows and their times matter here.
    await sql`set local session_replication_role = replica`.execute(db);
    await sql`
      insert into carts select (r).* from (
        select jsonb_populate_record(c,
        jsonb_build_object('id', gen_random_uuid(), 'status', case when n % 3 = 0 then 'active' else 'converted' end,
          'updated_at', now() - n * interval '1 minute', 'abandoned_at', case when n % 3 = 0 and n > 1440 then now() end)) as r
        from carts c, generate_series(1, ${rowCount}::int) n where c.id = ${cart.id} offset 0) x`.execute(db);
    await sql`
      insert into cart_items select (r).* from (
        select jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'cart_id', c.id)) as r from cart_items i, carts c
        where i.cart_id = ${cart.id} and c.id <> ${cart.id} offset 0) x`.execute(db);
    await sql`
      insert into store_credits (id, kind, code_hash, last_four, currency, balance_cents, expires_at)
      select gen_random_uuid(), 'gift_card', 'hash ' || n, '1234', 'USD', case when n % 2 = 0 then 500 else 0 end,
      now() + (case when n % 2 = 0 then n else -n end) * interval '1 hour'
      from generate_series(1, ${rowCount}::int) n`.execute(db);
    await sql`analyze carts, cart_items, store_credits`.execute(db);
  });
});
afterAll(() => shop.close());

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}
const rowsReadOf = (table: string, plan: Plan): number => {
  const here =
    plan['Relation Name'] === table
      ? ((plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0)) * (plan['Actual Loops'] ?? 1)
      : 0;
  return (plan.Plans ?? []).reduce((sum, child) => sum + rowsReadOf(table, child), here);
};
/** How many rows of a table the search for due rows reads. */
const rowsRead = async (table: string, run: () => Promise<unknown>): Promise<number> => {
  const look = there((await shop.countQueries(run)).find((text) => text.includes(`from "${table}"`) || text.includes(`from ${table}`)));
  const filled = look
    .replaceAll(/secs => \$\d+/g, 'secs => -86400')
    .replaceAll(/limit \$\d+/g, 'limit 200')
    .replaceAll(/> \$\d+/g, `> '00000000-0000-0000-0000-000000000000'::uuid`);
  const { rows } = await sql
    .raw<{ 'QUERY PLAN': readonly { Plan: Plan }[] }>(`explain (analyze, format json) ${filled}`)
    .execute(shop.core.db);
  return rowsReadOf(table, there(there(rows[0])['QUERY PLAN'][0]).Plan);
};

it('the search for abandoned carts reads less than a tenth of the carts', async () => {
  expect(await rowsRead('carts', () => announceAbandonedCarts(shop.core))).toBeLessThan(rowCount / 10);
});

it('the search for expired gift cards reads less than a tenth of the store credits', async () => {
  expect(await rowsRead('store_credits', () => expireCredits(shop.core))).toBeLessThan(rowCount / 10);
});
