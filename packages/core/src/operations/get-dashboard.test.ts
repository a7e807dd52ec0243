import { aCurrency, aPaidOrder, aProduct, aStaffMember, createTestShop, type TestShop } from '@cartwright/testing';
import { dashboardSchema } from '@cartwright/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { getDashboard } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it('the dashboard adds up each currency separately, the shop’s by default, and leaves out other currencies and unpaid orders', async () => {
  const staff = await aStaffMember(shop.core);
  const { rows } = await sql<{ currency: string }>`select currency from store_settings`.execute(shop.core.db);
  const own = rows[0]?.currency ?? expect.fail();
  const other = aCurrency(own === 'JPY' ? 'CHF' : 'JPY');
  await aPaidOrder(shop.core, await aProduct(shop.core, { priceCents: 1_000 }), 2);
  await aPaidOrder(shop.core, await aProduct(shop.core, { priceCents: 500, currency: other }), 3);

  const home = await getDashboard(shop.core, staff, {});
  expect(home).toMatchObject({ currency: own, today: { orders: 1, revenueCents: 2_000, averageOrderCents: 2_000 } });
  expect(home.currencies).toEqual([
    { currency: own, ordersToday: 1, revenueTodayCents: 2_000 },
    { currency: other, ordersToday: 1, revenueTodayCents: 1_500 },
  ]);
  const abroad = await getDashboard(shop.core, staff, { currency: other });
  expect(abroad).toMatchObject({
    currency: other,
    today: { orders: 1, revenueCents: 1_500 },
    topProducts: [{ units: 3, revenueCents: 1_500 }],
  });
  expect(abroad.days).toHaveLength(30);
});

it('the dashboard shows sales beyond the exact numbers as the largest of them', async () => {
  const staff = await aStaffMember(shop.core);
  const currency = aCurrency('GBP');
  const product = await aProduct(shop.core, { priceCents: 6_000_000_000_000_000, currency });
  for (let n = 0; n < 2; n += 1) await aPaidOrder(shop.core, product, 1);
  const most = Number.MAX_SAFE_INTEGER;
  const dashboard = await getDashboard(shop.core, staff, { currency });
  expect(dashboard).toMatchObject({ today: { orders: 2, revenueCents: most }, topProducts: [{ units: 2, revenueCents: most }] });
  expect(dashboard.currencies).toContainEqual({ currency, ordersToday: 2, revenueTodayCents: most });
  expect(dashboardSchema.safeParse(dashboard).error).toBeUndefined();
});
