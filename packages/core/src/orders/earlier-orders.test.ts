/** What the migrations do with orders of earlier versions. */
import type { Order } from '@cartwright/contracts';
import { migrateDatabase } from '@cartwright/db';
import { aCheckout, aGuestCart, aPaidOrder, aProduct, aPromoCode, checkOut, createTestShop, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPromoCode } from '../carts/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { shipOrder } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const staff = system('test');
const run = (statement: string) => sql.raw(statement).execute(shop.core.db);

const withCode = async (code: string): Promise<Order> => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
  return checkOut(shop.core, guest, aCheckout(cart));
};
/** As an earlier version stored it: every order with a code counted as a use. */
const countUse = async (order: Order, code: string) => {
  await run(`update orders set promo_code = '${code}' where id = '${order.id}'`);
  await run(`insert into promo_redemptions (id, promo_code_id, order_id, identity) select gen_random_uuid(), id, '${order.id}', 'x'
    from promo_codes where code = '${code}'
    on conflict (order_id) do update set state = 'redeemed', released_at = null`);
  await run(
    `update promo_codes set used_count = (select count(*) from promo_redemptions r where r.promo_code_id = promo_codes.id
      and r.state = 'redeemed')`,
  );
};

it('the migration releases code uses of orders that were cancelled or not reduced, keeps the others, and keeps earlier ledgers', async () => {
  const [code, idle] = [await aPromoCode(shop.core), await aPromoCode(shop.core)];
  const reduced = await withCode(code);
  const cancelled = await withCode(code);
  await cancelOrder(shop.core, staff, { orderId: cancelled.id });
  await countUse(cancelled, code);
  const { order: nothing } = await aPaidOrder(shop.core, await aProduct(shop.core));
  await countUse(nothing, idle);
  const { order: left } = await aPaidOrder(shop.core, await aProduct(shop.core), 2);
  await shipOrder(shop.core, staff, { orderId: left.id, carrier: 'DHL', trackingNumber: '1' });
  await cancelOrder(shop.core, staff, { orderId: left.id });

  // Earlier versions returned the units of a parcel to stock at the cancellation, and opened no return.
  await run(`delete from order_return_lines; delete from order_returns; update order_items set claimed_quantity = 0`);
  await run(`insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, actor)
    select gen_random_uuid(), variant_id, location_id, 'restocked', -quantity, 'cancelled', order_item_id, 'system:restock'
    from stock_movements
    where kind = 'sold' and order_item_id in (select id from order_items where order_id = '${left.id}')`);
  for (const table of ['stock_levels', 'location_levels'])
    await run(
      `update ${table} l set on_hand = l.on_hand + i.quantity from order_items i where i.order_id = '${left.id}'
        and l.variant_id = i.variant_id`,
    );
  await run(`alter table promo_redemptions drop column reduced_cents, drop column reduction`);
  await run(`alter table orders drop column restocked_at_cancellation`);
  await run(`alter table order_returns drop column due_at, drop column written_off_at, drop column written_off_by`);
  await run(`delete from schema_migrations where name like '20261128130%'`);

  await migrateDatabase(shop.config.databaseUrl);
  const uses = await sql<{ orderId: string; state: string; code: string | null }>`
    select r.order_id as "orderId", r.state, o.promo_code as code from promo_redemptions r join orders o on o.id = r.order_id`.execute(
    shop.core.db,
  );
  expect(new Map(uses.rows.map((use) => [use.orderId, [use.state, use.code]]))).toEqual(
    new Map([
      [reduced.id, ['redeemed', code]],
      [cancelled.id, ['released', code]],
      [nothing.id, ['released', null]],
    ]),
  );
  const counts = await sql<{ code: string; n: number }>`select code, used_count as n from promo_codes`.execute(shop.core.db);
  expect(new Map(counts.rows.map((row) => [row.code, row.n]))).toEqual(
    new Map([
      [code, 1],
      [idle, 0],
    ]),
  );
  const { results } = await checkInvariants(shop.core, staff);
  expect(results.filter((result) => result.violations > 0)).toEqual([]);
});
