/** Work that is read in pages: rows that fail never delay the rows behind them. */
import { contract } from '@cartwright/contracts';
import { aCustomer, aGiftCard, aGuestCart, aProduct, createTestShop, letPass, variantOf, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { announceAbandonedCarts } from '../carts/index.ts';
import { publishDueProducts } from '../catalog/index.ts';
import { createFlashSale, endOverdueSales } from '../flash-sales/index.ts';
import { expireCartHolds } from '../inventory/index.ts';
import { findStaleNotifications } from '../notifications/index.ts';
import { runReindex, startReindex } from '../search/index.ts';
import { expireCredits } from '../store-credit/index.ts';
import { system } from './index.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await createTestShop()));
afterEach(() => shop.close());

/** Makes every update of the rows that match `condition` fail, as a damaged row or a constraint would. */
const poison = async (table: string, condition: string): Promise<void> => {
  await sql
    .raw(
      `create or replace function poison_${table}() returns trigger language plpgsql as $$
        begin if ${condition} then raise exception 'poison'; end if; return new; end $$;
       create trigger poison_${table} before update on ${table} for each row execute function poison_${table}()`,
    )
    .execute(shop.core.db);
};
const count = async (statement: string): Promise<number> =>
  (await sql.raw<{ n: number }>(`select count(*)::int as n from ${statement}`).execute(shop.core.db)).rows[0]?.n ?? -1;

it('a page of gift cards that cannot expire does not keep later gift cards from expiring', async () => {
  for (let n = 0; n < 6; n += 1) await aGiftCard(shop.core, 1_000);
  await sql`update store_credits set expires_at = now() - interval '1 hour'`.execute(shop.core.db);
  await poison('store_credits', `new.id in (select id from store_credits order by id limit 3)`);
  expect(await expireCredits(shop.core, 3)).toBe(3);
  expect(await count('store_credits where balance_cents > 0')).toBe(3);
});

it('a page of variants whose holds cannot end does not keep the holds of other variants from ending', async () => {
  const products = [];
  for (let n = 0; n < 6; n += 1) products.push(await aProduct(shop.core, { stock: 5 }));
  for (const product of products) await aGuestCart(shop.core, [[product, 1]]);
  const bad = products
    .map((p) => variantOf(p).id)
    .toSorted()
    .slice(0, 3);
  await poison('stock_levels', `new.variant_id in (${bad.map((id) => `'${id}'`).join(', ')})`);
  await letPass(shop.core, 60);
  expect(await expireCartHolds(shop.core, 3)).toBe(3);
  expect(await count(`holds where state = 'active'`)).toBe(3);
});

it('a page of abandoned carts that cannot be announced does not delay the others', async () => {
  const product = await aProduct(shop.core, { stock: 10 });
  for (let n = 0; n < 6; n += 1) await aGuestCart(shop.core, [[product, 1]]);
  await letPass(shop.core, 60 * 48);
  await poison('carts', `new.id in (select id from carts order by id limit 3)`);
  expect(await announceAbandonedCarts(shop.core, 3)).toBe(3);
});

it('a page of products that cannot be published does not delay the others', async () => {
  for (let n = 0; n < 6; n += 1) await aProduct(shop.core);
  await sql`update products set status = 'draft', publish_at = now() - interval '1 hour'`.execute(shop.core.db);
  await poison('products', `new.id in (select id from products order by id limit 3)`);
  expect(await publishDueProducts(shop.core, 3)).toBe(3);
  expect(await count(`products where status = 'active'`)).toBe(3);
});

it('a sale that cannot be ended does not keep other sales from ending', async () => {
  const product = await aProduct(shop.core, { stock: 10 });
  for (const name of ['bad', 'good'])
    await createFlashSale(
      shop.core,
      system('test'),
      contract.flashSales.create.input.parse({
        name,
        startsAt: '2026-01-01T00:00:00Z',
        endsAt: '2199-01-01T00:00:00Z',
        items: [{ variantId: variantOf(product).id, units: 1, salePriceCents: 100, limitPerCustomer: 1 }],
      }),
    );
  await sql`update flash_sales set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'`.execute(shop.core.db);
  await poison('flash_sales', `new.name = 'bad'`);
  expect(await endOverdueSales(shop.core)).toBe(1);
  expect(await count(`flash_sales where closed_at is not null and name = 'good'`)).toBe(1);
});

it('a page of mails that fail again and again does not delay the mails behind it', async () => {
  const { userId } = await aCustomer(shop.core);
  await sql`
    insert into notifications (id, dedupe_key, user_id, channel, template_name, recipient_sealed, payload, created_at, enqueued_at)
    select gen_random_uuid(), 'test:' || n, ${userId}, 'email', 'welcome', 'x', '{}', now() - interval '1 day',
    now() - interval '1 day' + n * interval '1 second'
    from generate_series(1, 6) n`.execute(shop.core.db);
  const first = await findStaleNotifications(shop.core, 60, 3);
  const second = await findStaleNotifications(shop.core, 60, 3);
  expect(new Set([...first, ...second]).size).toBe(6);
  expect(await findStaleNotifications(shop.core, 60, 3)).toEqual([]);
});

it('a product that cannot be indexed does not keep other products out of the search index', async () => {
  const products = [];
  for (let n = 0; n < 4; n += 1) products.push(await aProduct(shop.core));
  const [bad] = products.map((p) => p.id).toSorted();
  await sql`delete from search_entries`.execute(shop.core.db);
  await sql
    .raw(
      `create function poison_entries() returns trigger language plpgsql as $$
        begin if new.product_id = '${bad}' then raise exception 'poison'; end if; return new; end $$;
       create trigger poison_entries before insert or update on search_entries for each row execute function poison_entries()`,
    )
    .execute(shop.core.db);
  await startReindex(shop.core, system('test'));
  await runReindex(shop.core);
  expect(await count('search_entries')).toBe(3);
  expect(await count(`search_reindexes where status = 'finished'`)).toBe(1);
});
