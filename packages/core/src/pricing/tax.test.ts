import { contract } from '@cartwright/contracts';
import { aGuestCart, aProduct, checkOut } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { assignTaxClass } from '../catalog/index.ts';
import { previewOrderEdit } from '../order-edits/index.ts';
import { readOrder } from '../orders/index.ts';
import { getTaxRate, listTaxRates, deleteShippingMethod, deleteTaxRate } from './index.ts';
import { openPricingShop, sendTo, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('tax', () => {
  it('tax rates are set, found by region and class, listed and deleted, and the cached answer follows at once', async () => {
    await shop.aTax({ countryCode: 'US', name: 'Sales tax', ratePpm: 50_000 });
    await shop.aTax({ countryCode: 'US', region: 'ca', name: 'California', ratePpm: 72_500 });
    await shop.aTax({ countryCode: 'US', taxClass: 'Books', name: 'Books', ratePpm: 0 });
    const rate = async (input: z.input<typeof contract.tax.rate.input>) =>
      (await getTaxRate(shop.core, contract.tax.rate.input.parse(input))).ratePpm;
    expect(await rate({ countryCode: 'US' })).toBe(50_000);
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(72_500);
    expect(await rate({ countryCode: 'US', region: 'NY', taxClass: 'books' })).toBe(0);
    expect(await rate({ countryCode: 'FR' })).toBe(0);
    const cached = await shop.countQueries(() => rate({ countryCode: 'US', region: 'CA' }));
    expect(cached.filter((text) => text.includes('tax_rates'))).toEqual([]);
    await shop.aTax({ countryCode: 'US', region: 'CA', name: 'California', ratePpm: 75_000 });
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(75_000);
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

  it('several rates of one place all apply, each is shown as a row, and one is renamed or deleted without the other', async () => {
    const quebec = { countryCode: 'CA', region: 'QC' };
    await shop.aTax({ countryCode: 'CA', name: 'HST', ratePpm: 130_000 });
    await shop.aTax({ ...quebec, name: 'QST', ratePpm: 99_750 });
    await shop.aTax({ ...quebec, name: 'GST', ratePpm: 40_000 });
    await shop.aTax({ ...quebec, name: 'GST', ratePpm: 50_000 });
    const rates = async () => await getTaxRate(shop.core, contract.tax.rate.input.parse(quebec));
    expect(await rates()).toMatchObject({
      ratePpm: 149_750,
      rates: [
        { name: 'GST', ratePpm: 50_000 },
        { name: 'QST', ratePpm: 99_750 },
      ],
    });
    await shop.aMethod({ name: 'Post', currency: 'USD', countries: ['CA'], bands: [{ priceCents: 0 }] });
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1_999 }), 3]]);
    const order = await checkOut(shop.core, guest, sendTo(cart, 'CA', 'QC'));
    expect(order.taxes).toEqual([
      { name: 'GST', ratePpm: 50_000, taxableCents: 5_997, taxCents: 300 },
      { name: 'QST', ratePpm: 99_750, taxableCents: 5_997, taxCents: 598 },
    ]);
    expect(order).toMatchObject({ totals: { taxCents: 898, totalCents: 6_895 }, items: [{ taxCents: 898, taxRatePpm: 149_750 }] });
    await expect(shop.aTax({ ...quebec, name: 'GST', replaces: 'QST', ratePpm: 99_750 })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await expect(shop.aTax({ ...quebec, name: 'TVQ', replaces: 'PST', ratePpm: 99_750 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await shop.aTax({ ...quebec, name: 'TVQ', replaces: 'QST', ratePpm: 99_750 });
    expect((await rates()).rates.map(({ name }) => name)).toEqual(['GST', 'TVQ']);
    await deleteTaxRate(shop.core, staff, { ...quebec, taxClass: 'standard', name: 'GST' });
    expect((await rates()).rates).toEqual([{ name: 'TVQ', ratePpm: 99_750 }]);
    expect((await readOrder(shop.core, order.id)).taxes).toEqual(order.taxes);
  });

  it('tax is rounded once for each rate of an order, or per line by setting, and an edit of an order rounds it as it was', async () => {
    await shop.aTax({ countryCode: 'DK', name: 'Moms', ratePpm: 190_000 });
    await shop.aMethod({ name: 'Pakke', currency: 'USD', countries: ['DK'], bands: [{ priceCents: 0 }] });
    const products = [
      await aProduct(shop.core, { priceCents: 2 }),
      await aProduct(shop.core, { priceCents: 2 }),
      await aProduct(shop.core, { priceCents: 2 }),
    ];
    const placed = async () => {
      const { guest, cart } = await aGuestCart(
        shop.core,
        products.map((product) => [product, 1]),
      );
      return checkOut(shop.core, guest, sendTo(cart, 'DK'));
    };
    const perDocument = await placed();
    await shop.set({ taxRounding: 'line' });
    const perLine = await placed();
    await shop.set({ taxRounding: 'document' });
    // 19 % of 6 is 1.14; three times 19 % of 2 is three times nothing.
    expect([perDocument.totals.taxCents, perLine.totals.taxCents]).toEqual([1, 0]);
    expect(perDocument.items.map((item) => item.taxCents)).toEqual([1, 0, 0]);
    const lines = (order: typeof perLine, quantity: number) => ({
      orderId: order.id,
      lines: order.items.slice(0, 1).map((item) => ({ variantId: item.variantId, quantity })),
    });
    const after = async (order: typeof perLine) => (await previewOrderEdit(shop.core, staff, lines(order, 2))).totals.taxCents;
    expect([await after(perDocument), await after(perLine)]).toEqual([2, 1]);
  });

  it('tax is calculated by the class of a line, rounded half up, and for shipping; an order keeps its tax', async () => {
    await shop.aTax({ countryCode: 'AT', name: 'USt', ratePpm: 200_000 });
    await shop.aTax({ countryCode: 'AT', taxClass: 'books', name: 'USt', ratePpm: 100_000 });
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
    expect(order.items.map((item) => item.taxCents)).toEqual([200, 101]);
    expect(order.totals).toMatchObject({ shippingCents: 333, taxCents: 200 + 101 + 67, totalCents: 2_008 + 333 + 368 });
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
