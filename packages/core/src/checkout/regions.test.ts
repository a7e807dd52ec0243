import { contract, type Cart } from '@cartwright/contracts';
import { aGuestCart, aProduct, checkOut, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setCartShipping } from '../carts/index.ts';
import type { GuestActor } from '../kernel/index.ts';
import { previewOrderEdit } from '../order-edits/index.ts';
import { updateOrderAddress } from '../orders/index.ts';
import { getTaxRate, listTaxRates, updateShippingMethod } from '../pricing/index.ts';
import { openPricingShop, sendTo, staff, type PricingShop } from '../pricing/pricing-shop.fixture.ts';
import { listShippingOptions } from './list-shipping-options.ts';
import { quoteCart } from './quote-cart.ts';
import { summarizeCheckout } from './validate-checkout.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
  await shop.aTax({ countryCode: 'US', region: 'California', name: 'Sales tax', ratePpm: 72_500 });
  await shop.aTax({ countryCode: 'ES', region: 'Canary Islands', name: 'IGIC', ratePpm: 70_000 });
  await shop.aTax({ countryCode: 'ES', name: 'IVA', ratePpm: 210_000 });
  await shop.aTax({ countryCode: 'IE', region: 'Cork', name: 'VAT', ratePpm: 230_000 });
  await shop.aTax({ countryCode: 'CA', region: 'ca-qc', name: 'QST', ratePpm: 99_750 });
  await shop.aTax({ countryCode: 'IN', region: 'Maharashtra', name: 'SGST', ratePpm: 90_000 });
  await shop.aMethod({ name: 'World', currency: 'USD', bands: [{ priceCents: 900 }] });
  await shop.aMethod({ name: 'Californian', currency: 'USD', regions: ['us-california'], bands: [{ priceCents: 100 }] });
});
afterAll(() => shop.close());

const aCart = async () => {
  const product = await aProduct(shop.core, { priceCents: 10_000 });
  return { product, ...(await aGuestCart(shop.core, [[product, 1]])) };
};
const quote = (guest: GuestActor, cart: Pick<Cart, 'id'>, countryCode: string, region: string) =>
  quoteCart(shop.core, guest, contract.carts.quote.input.parse({ cartId: cart.id, countryCode, region }));

describe('regions of destinations', () => {
  it.each(['California', 'california', 'CA', 'ca', 'US-CA', 'us-ca'])(
    'simulator, quote, cart, shipping methods, summary, checkout and edit agree on the region written %s',
    async (region) => {
      const { product, guest, cart } = await aCart();
      const simulated = await shop.simulate({ items: [{ variantId: variantOf(product).id, quantity: 1 }], countryCode: 'US', region });
      expect(simulated.totals).toMatchObject({ shippingCents: 100, taxCents: 725, totalCents: 10_825 });
      expect((await quote(guest, cart, 'US', region)).totals).toEqual(simulated.totals);
      const moved = await setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'US', region });
      expect(moved).toMatchObject({ region: 'CA', totals: simulated.totals });
      const { options } = await listShippingOptions(shop.core, guest, { cartId: cart.id, countryCode: 'US', region });
      expect(options.map((option) => option.name)).toEqual(['Californian', 'World']);
      const summary = await summarizeCheckout(shop.core, guest, { cartId: cart.id, countryCode: 'US', region });
      expect(summary).toMatchObject({ ready: true, totals: simulated.totals });
      const order = await checkOut(shop.core, guest, sendTo(cart, 'US', region));
      expect(order.totals).toEqual(simulated.totals);
      const shippingAddress = { ...sendTo(cart, 'US', 'California').shippingAddress, line1: '2 Main Street' };
      const edited = await previewOrderEdit(shop.core, staff, { orderId: order.id, lines: [], shippingAddress });
      expect(edited.totals).toEqual(simulated.totals);
      await updateOrderAddress(shop.core, staff, { orderId: order.id, shippingAddress });
    },
  );

  it.each([
    ['CA', 'Québec', 975 + 23],
    ['CA', 'quebec', 975 + 23],
    ['ES', 'Santa Cruz de Tenerife', 700],
    ['ES', 'Canarias', 700],
    ['ES', 'Barcelona', 2_100],
    ['IN', 'महाराष्ट्र', 900],
    ['IN', 'maharashtra', 900],
  ])('an address in %s, %s pays the tax of its region', async (countryCode, region, taxCents) => {
    const { guest, cart } = await aCart();
    const order = await checkOut(shop.core, guest, sendTo(cart, countryCode, region));
    expect(order.totals.taxCents).toBe(taxCents);
    expect(order.shippingAddress).toMatchObject({ region });
  });

  it('an unknown or missing region is refused where rates or zones of the country need it, and kept as text elsewhere', async () => {
    const { product, guest, cart } = await aCart();
    const given = { code: 'REGION_REQUIRED', details: { countryCode: 'US', region: 'Kalifornia' } };
    const items = [{ variantId: variantOf(product).id, quantity: 1 }];
    await expect(shop.simulate({ items, countryCode: 'US', region: 'Kalifornia' })).rejects.toMatchObject(given);
    await expect(quote(guest, cart, 'US', 'Kalifornia')).rejects.toMatchObject(given);
    await expect(listShippingOptions(shop.core, guest, { cartId: cart.id, countryCode: 'US', region: 'Kalifornia' })).rejects.toMatchObject(
      given,
    );
    await expect(setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'US', region: 'Kalifornia' })).rejects.toMatchObject(
      given,
    );
    const asked = contract.tax.rate.input.parse({ countryCode: 'US', region: 'Kalifornia' });
    await expect(getTaxRate(shop.core, asked)).rejects.toMatchObject(given);
    const summary = await summarizeCheckout(shop.core, guest, { cartId: cart.id, countryCode: 'US', region: 'Kalifornia' });
    expect(summary).toMatchObject({ ready: false, problems: [{ code: 'REGION_REQUIRED' }] });
    await expect(checkOut(shop.core, guest, sendTo(cart, 'US', 'Kalifornia'))).rejects.toMatchObject({
      ...given,
      details: { regions: expect.arrayContaining([{ code: 'CA', name: 'California' }]) },
      fields: [{ path: 'shippingAddress.region' }],
    });
    await expect(checkOut(shop.core, guest, sendTo(cart, 'IE'))).rejects.toMatchObject({ code: 'REGION_REQUIRED' });
    const order = await checkOut(shop.core, guest, sendTo(cart, 'GB', 'Middlesex'));
    expect(order.shippingAddress).toMatchObject({ region: 'Middlesex' });
  });

  it('rates and zones are stored by code, a name that is none is refused, and rows from before stay usable', async () => {
    const { items } = await listTaxRates(shop.core, staff, contract.tax.list.input.parse({ countryCode: 'ES' }));
    expect(items.map((rate) => rate.region)).toEqual([null, 'CN']);
    await expect(shop.aTax({ countryCode: 'US', region: 'Kalifornia', name: 'Tax', ratePpm: 1 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'region' }],
    });
    const bands = [{ priceCents: 0 }];
    await expect(shop.aMethod({ name: 'No', currency: 'USD', regions: ['US-Kalifornia'], bands })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'regions.0' }],
    });
    const method = await shop.aMethod({ name: 'Old', currency: 'EUR', regions: ['us-ca', 'US-California'], bands });
    expect(method.regions).toEqual(['US-CA']);
    const old = { countryCode: 'FR', region: 'XQZ', name: 'TVA', ratePpm: 50_000 };
    await shop.core.database.kysely.insertInto('tax_rates').values(old).execute();
    await shop.core.database.kysely
      .updateTable('shipping_methods')
      .set({ regions: ['FR-XQZ'] })
      .where('id', '=', method.id)
      .execute();
    const { guest, cart } = await aCart();
    expect((await quote(guest, cart, 'FR', 'xqz')).totals.taxCents).toBe(500);
    expect(await shop.aTax({ ...old, ratePpm: 60_000 })).toMatchObject({ region: 'XQZ' });
    const { id, version } = method;
    const kept = contract.shipping.update.input.parse({ id, version, name: 'Kept', currency: 'EUR', regions: ['FR-XQZ'], bands });
    expect(await updateShippingMethod(shop.core, staff, kept)).toMatchObject({ name: 'Kept', regions: ['FR-XQZ'] });
  });
});
