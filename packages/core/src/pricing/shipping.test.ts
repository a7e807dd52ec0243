import { contract } from '@cartwright/contracts';
import { aGuestCart, aProduct, checkOut, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCartItem, setCartShipping } from '../carts/index.ts';
import { listShippingOptions } from '../checkout/index.ts';
import { listShippingMethods, deleteShippingMethod, updateShippingMethod } from './index.ts';
import { openPricingShop, sendTo, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('shipping', () => {
  it('shipping offers the methods for the address by weight and value, cheapest first, and is free over its threshold', async () => {
    const slow = await shop.aMethod({
      name: 'Slow',
      currency: 'EUR',
      countries: ['DE'],
      freeFromCents: 5_000,
      bands: [
        { maxWeightGrams: 1_000, priceCents: 490 },
        { minWeightGrams: 1_000, maxWeightGrams: 5_000, priceCents: 990 },
      ],
    });
    const fast = await shop.aMethod({
      name: 'Fast',
      currency: 'EUR',
      countries: ['DE'],
      regions: ['AT-9'],
      bands: [{ priceCents: 1_990 }],
    });
    const product = await aProduct(shop.core, { priceCents: 1_000, currency: 'EUR' });
    await shop.core.database.kysely.updateTable('variants').set({ weightGrams: 600 }).where('productId', '=', product.id).execute();
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const options = async (countryCode: string, region?: string) => {
      const answer = await listShippingOptions(
        shop.core,
        guest,
        contract.checkout.shippingOptions.input.parse({ cartId: cart.id, countryCode, region }),
      );
      return answer.options.map((o) => [o.name, o.priceCents]);
    };
    expect(await options('DE')).toEqual([
      ['Slow', 490],
      ['Fast', 1_990],
    ]);
    expect(await options('AT', '9')).toEqual([['Fast', 1_990]]);
    expect(await options('FR')).toEqual([]);
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    expect(await options('DE')).toEqual([
      ['Slow', 990],
      ['Fast', 1_990],
    ]);
    const chosen = await setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'DE', shippingMethodId: fast.id });
    expect(chosen).toMatchObject({ countryCode: 'DE', shippingMethodId: fast.id, totals: { shippingCents: 1_990 } });
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 3 });
    expect(await options('DE')).toEqual([
      ['Slow', 0],
      ['Fast', 1_990],
    ]);
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 4 });
    expect(await options('DE')).toEqual([['Fast', 1_990]]);
    await expect(
      setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'DE', shippingMethodId: slow.id }),
    ).rejects.toMatchObject({ code: 'SHIPPING_UNAVAILABLE' });
    await expect(checkOut(shop.core, guest, sendTo(cart, 'FR'))).rejects.toMatchObject({
      code: 'CHECKOUT_BLOCKED',
      details: { problems: [{ code: 'SHIPPING_UNAVAILABLE' }] },
    });
    expect((await checkOut(shop.core, guest, { ...sendTo(cart, 'DE'), shippingMethodId: fast.id })).totals).toMatchObject({
      shippingCents: 1_990,
      totalCents: 10_990,
    });
  });

  it('a method by weight is offered for goods of unknown weight only with a default weight, and a checkout says why not', async () => {
    const byWeight = await shop.aMethod({
      name: 'Parcel',
      currency: 'EUR',
      countries: ['NL'],
      bands: [
        { maxWeightGrams: 1_000, priceCents: 490 },
        { minWeightGrams: 1_000, priceCents: 990 },
      ],
    });
    const product = await aProduct(shop.core, { name: 'Anvil', priceCents: 1_000, currency: 'EUR' });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const options = async () =>
      listShippingOptions(shop.core, guest, contract.checkout.shippingOptions.input.parse({ cartId: cart.id, countryCode: 'NL' }));
    const unknownWeights = [variantOf(product).id];
    expect(await options()).toEqual({ options: [], shippingUnavailable: true, unknownWeights });
    const message = expect.stringContaining('the weight of Anvil is not known') as string;
    await expect(
      setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'NL', shippingMethodId: byWeight.id }),
    ).rejects.toMatchObject({ code: 'SHIPPING_UNAVAILABLE', message, details: { options: [], unknownWeights } });
    await expect(checkOut(shop.core, guest, sendTo(cart, 'NL'))).rejects.toMatchObject({
      code: 'CHECKOUT_BLOCKED',
      details: { problems: [{ code: 'SHIPPING_UNAVAILABLE', message }] },
    });
    // A method by value needs no weight.
    const byValue = await shop.aMethod({ name: 'Courier', currency: 'EUR', countries: ['NL'], bands: [{ priceCents: 1_990 }] });
    expect(await options()).toMatchObject({ options: [{ name: 'Courier' }], shippingUnavailable: false, unknownWeights });
    await deleteShippingMethod(shop.core, staff, { id: byValue.id });
    await shop.set({ defaultWeightGrams: 600 });
    expect(await options()).toMatchObject({ options: [{ name: 'Parcel', priceCents: 990 }], unknownWeights: [] });
    expect((await checkOut(shop.core, guest, sendTo(cart, 'NL'))).totals.shippingCents).toBe(990);
    await shop.set({ defaultWeightGrams: null });
  });

  it('shipping methods can be replaced once per version, listed and deleted, and overlapping bands are refused', async () => {
    const fields = { name: 'Van', currency: 'CHF', bands: [{ priceCents: 100 }] };
    const van = await shop.aMethod(fields);
    const change = contract.shipping.update.input.parse({
      ...fields,
      id: van.id,
      version: 1,
      bands: [
        { maxWeightGrams: 10, priceCents: 1 },
        { minWeightGrams: 10, priceCents: 2 },
      ],
    });
    expect(await updateShippingMethod(shop.core, staff, change)).toMatchObject({
      version: 2,
      bands: [{ maxWeightGrams: 10 }, { minWeightGrams: 10 }],
    });
    await expect(updateShippingMethod(shop.core, staff, change)).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
    const bad = { ...fields, bands: [{ priceCents: 1 }, { minWeightGrams: 5, priceCents: 2 }] };
    expect(() => shop.aMethod(bad)).toThrow(
      expect.objectContaining({
        code: 'INVALID_PRICE',
        fields: [{ path: 'bands.1.minWeightGrams', message: expect.stringContaining('overlaps with an earlier band') as string }],
      }),
    );
    expect((await listShippingMethods(shop.core, staff, contract.shipping.list.input.parse({ currency: 'CHF' }))).items).toHaveLength(1);
    await deleteShippingMethod(shop.core, staff, { id: van.id });
    await expect(deleteShippingMethod(shop.core, staff, { id: van.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
