import { contract } from '@cartwright/contracts';
import { aGuestCart, aProduct, checkOut } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { assignTaxClass } from '../catalog/index.ts';
import { getTaxRate, listTaxRates, deleteShippingMethod, deleteTaxRate } from './index.ts';
import { openPricingShop, sendTo, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('tax', () => {
  it('tax rates are set, found by region and class, listed and deleted, and the cached answer follows at once', async () => {
    await shop.aTax({ countryCode: 'US', name: 'Sales tax', basisPoints: 500 });
    await shop.aTax({ countryCode: 'US', region: 'ca', name: 'California', basisPoints: 725 });
    await shop.aTax({ countryCode: 'US', taxClass: 'Books', name: 'Books', basisPoints: 0 });
    const rate = async (input: z.input<typeof contract.tax.rate.input>) =>
      (await getTaxRate(shop.core, contract.tax.rate.input.parse(input))).basisPoints;
    expect(await rate({ countryCode: 'US' })).toBe(500);
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(725);
    expect(await rate({ countryCode: 'US', region: 'NY', taxClass: 'books' })).toBe(0);
    expect(await rate({ countryCode: 'FR' })).toBe(0);
    const cached = await shop.countQueries(() => rate({ countryCode: 'US', region: 'CA' }));
    expect(cached.filter((text) => text.includes('tax_rates'))).toEqual([]);
    await shop.aTax({ countryCode: 'US', region: 'CA', name: 'California', basisPoints: 750 });
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(750);
    expect((await listTaxRates(shop.core, staff, contract.tax.list.input.parse({ countryCode: 'US' }))).totalCount).toBe(3);
    await deleteTaxRate(shop.core, staff, { countryCode: 'US', region: 'CA', taxClass: 'standard' });
    await expect(deleteTaxRate(shop.core, staff, { countryCode: 'US', region: 'CA', taxClass: 'standard' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    // Three rates were added, one changed and one deleted: a missing state is SQL null, not JSON null.
    const { rows } = await sql<{ count: number; before: number; after: number }>`
      select count(*)::int, count("before")::int as before, count("after")::int as after from audit_log
      where subject_type = 'tax_rate'`.execute(shop.core.db);
    expect(rows).toEqual([{ count: 5, before: 2, after: 4 }]);
  });

  it('tax is calculated per line by its class, rounded half up, and for shipping; an order keeps its tax', async () => {
    await shop.aTax({ countryCode: 'AT', name: 'USt', basisPoints: 2_000 });
    await shop.aTax({ countryCode: 'AT', taxClass: 'books', name: 'USt', basisPoints: 1_000 });
    await shop.set({ shippingTaxClass: 'standard' });
    const parcel = await shop.aMethod({ name: 'Paket', currency: 'USD', countries: ['AT'], bands: [{ priceCents: 333 }] });
    const lamp = await aProduct(shop.core, { priceCents: 1_003 });
    const book = await aProduct(shop.core, { priceCents: 1_005 });
    expect(await assignTaxClass(shop.core, staff, { taxClass: 'books', productIds: [book.id] })).toEqual({ changed: 1 });
    expect(await assignTaxClass(shop.core, staff, { taxClass: 'books', productIds: [book.id] })).toEqual({ changed: 0 });
    const { guest, cart } = await aGuestCart(shop.core, [
      [lamp, 1],
      [book, 1],
    ]);
    const order = await checkOut(shop.core, guest, sendTo(cart, 'AT'));
    expect(order.items.map((item) => item.taxCents)).toEqual([201, 101]);
    expect(order.totals).toMatchObject({ shippingCents: 333, taxCents: 201 + 101 + 67, totalCents: 2_008 + 333 + 369 });
    const row = await shop.core.db
      .selectFrom('orders')
      .select(['shippingMethod', 'shippingTaxCents'])
      .where('id', '=', order.id)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ shippingMethod: 'Paket', shippingTaxCents: 67 });
    await deleteShippingMethod(shop.core, staff, { id: parcel.id });
    await shop.set({ shippingTaxClass: null });
  });
});
