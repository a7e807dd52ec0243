import { contract, type Cart, type ProductId } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  anAddress,
  aProduct,
  checkOut,
  createTestShop,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { addCartItem, createCart, setCartShipping } from '../carts/index.ts';
import { updateProduct } from '../catalog/index.ts';
import { listShippingOptions } from '../checkout/index.ts';
import { system, type GuestActor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import {
  assignTaxClass,
  createPriceList,
  createShippingMethod,
  getLowestPrices,
  getPriceHistory,
  getStoreSettings,
  getTaxRate,
  listPrices,
  listShippingMethods,
  listTaxRates,
  quotePrice,
  removePriceList,
  removeShippingMethod,
  removeTaxRate,
  saveTaxRate,
  setPrices,
  updatePriceList,
  updateShippingMethod,
  updateStoreSettings,
} from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(async () => {
  const { results } = await checkInvariants(shop.core, system('test'));
  expect(results.filter((r) => r.violations > 0)).toEqual([]);
  await shop.close();
});
const staff = system('test');
const nobody: GuestActor = { kind: 'guest', cartToken: null };
const settings = async (changes: Omit<z.input<typeof contract.settings.update.input>, 'version'>) =>
  updateStoreSettings(shop.core, staff, { ...changes, version: (await getStoreSettings(shop.core, staff)).version });
const tax = (input: z.input<typeof contract.tax.save.input>) => saveTaxRate(shop.core, staff, contract.tax.save.input.parse(input));
const method = (input: z.input<typeof contract.shipping.create.input>) =>
  createShippingMethod(shop.core, staff, contract.shipping.create.input.parse(input));
const send = (cart: Pick<Cart, 'id'>, countryCode: string, region?: string) => ({
  ...aCheckout(cart),
  shippingAddress: { ...anAddress, countryCode, ...(region && { region }) },
});

describe('tax', () => {
  it('is set, found by region and class, listed, and taken away; the cached answer follows at once', async () => {
    await tax({ countryCode: 'US', name: 'Sales tax', basisPoints: 500 });
    await tax({ countryCode: 'US', region: 'ca', name: 'California', basisPoints: 725 });
    await tax({ countryCode: 'US', taxClass: 'Books', name: 'Books', basisPoints: 0 });
    const rate = async (input: z.input<typeof contract.tax.rate.input>) =>
      (await getTaxRate(shop.core, contract.tax.rate.input.parse(input))).basisPoints;
    expect(await rate({ countryCode: 'US' })).toBe(500);
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(725);
    expect(await rate({ countryCode: 'US', region: 'NY', taxClass: 'books' })).toBe(0);
    expect(await rate({ countryCode: 'FR' })).toBe(0);
    const cached = await shop.countQueries(() => rate({ countryCode: 'US', region: 'CA' }));
    expect(cached.filter((text) => text.includes('tax_rates'))).toEqual([]);
    await tax({ countryCode: 'US', region: 'CA', name: 'California', basisPoints: 750 });
    expect(await rate({ countryCode: 'US', region: 'CA' })).toBe(750);
    expect((await listTaxRates(shop.core, staff, contract.tax.list.input.parse({ countryCode: 'US' }))).totalCount).toBe(3);
    await removeTaxRate(shop.core, staff, { countryCode: 'US', region: 'CA', taxClass: 'standard' });
    await expect(removeTaxRate(shop.core, staff, { countryCode: 'US', region: 'CA', taxClass: 'standard' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const audited = await shop.core.db.selectFrom('audit_log').select('action').where('subject_type', '=', 'tax_rate').execute();
    expect(audited).toHaveLength(5);
  });

  it('is taken per line by its class, half up, on shipping too, and stands on the order as it was', async () => {
    await tax({ countryCode: 'AT', name: 'USt', basisPoints: 2_000 });
    await tax({ countryCode: 'AT', taxClass: 'books', name: 'USt', basisPoints: 1_000 });
    await settings({ shippingTaxClass: 'standard' });
    const parcel = await method({ name: 'Paket', currency: 'USD', countries: ['AT'], bands: [{ priceCents: 333 }] });
    const lamp = await aProduct(shop.core, { priceCents: 1_003 });
    const book = await aProduct(shop.core, { priceCents: 1_005 });
    expect(await assignTaxClass(shop.core, staff, { taxClass: 'books', productIds: [book.id] })).toEqual({ changed: 1 });
    expect(await assignTaxClass(shop.core, staff, { taxClass: 'books', productIds: [book.id] })).toEqual({ changed: 0 });
    const { guest, cart } = await aGuestCart(shop.core, [
      [lamp, 1],
      [book, 1],
    ]);
    const order = await checkOut(shop.core, guest, send(cart, 'AT'));
    expect(order.items.map((item) => item.taxCents)).toEqual([201, 101]);
    expect(order.totals).toMatchObject({ shippingCents: 333, taxCents: 201 + 101 + 67, totalCents: 2_008 + 333 + 369 });
    const row = await shop.core.db
      .selectFrom('orders')
      .select(['shipping_method', 'shipping_tax_cents'])
      .where('id', '=', order.id)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ shipping_method: 'Paket', shipping_tax_cents: 67 });
    await removeShippingMethod(shop.core, staff, { id: parcel.id });
    await settings({ shippingTaxClass: null });
  });
});

describe('shipping', () => {
  it('offers what serves the address by weight and value, cheapest first, and is free over its threshold', async () => {
    const slow = await method({
      name: 'Slow',
      currency: 'EUR',
      countries: ['DE'],
      freeFromCents: 5_000,
      bands: [
        { maxWeightGrams: 1_000, priceCents: 490 },
        { minWeightGrams: 1_000, maxWeightGrams: 5_000, priceCents: 990 },
      ],
    });
    const fast = await method({ name: 'Fast', currency: 'EUR', countries: ['DE'], regions: ['AT-9'], bands: [{ priceCents: 1_990 }] });
    const product = await aProduct(shop.core, { priceCents: 1_000, currency: 'EUR' });
    await shop.core.db.updateTable('variants').set({ weight_grams: 600 }).where('product_id', '=', product.id).execute();
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
    await expect(checkOut(shop.core, guest, send(cart, 'FR'))).rejects.toMatchObject({
      code: 'CHECKOUT_BLOCKED',
      details: { problems: [{ code: 'SHIPPING_UNAVAILABLE' }] },
    });
    expect((await checkOut(shop.core, guest, { ...send(cart, 'DE'), shippingMethodId: fast.id })).totals).toMatchObject({
      shippingCents: 1_990,
      totalCents: 10_990,
    });
  });

  it('is kept by staff: replaced once per version, bands that overlap refused, listed and removed', async () => {
    const fields = { name: 'Van', currency: 'CHF', bands: [{ priceCents: 100 }] };
    const van = await method(fields);
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
    expect(() => method(bad)).toThrow(
      expect.objectContaining({ code: 'INVALID_PRICE', fields: [{ path: 'bands.1', message: 'overlaps with band 0' }] }),
    );
    expect((await listShippingMethods(shop.core, staff, contract.shipping.list.input.parse({ currency: 'CHF' }))).items).toHaveLength(1);
    await removeShippingMethod(shop.core, staff, { id: van.id });
    await expect(removeShippingMethod(shop.core, staff, { id: van.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('price lists', () => {
  const aList = (input: z.input<typeof contract.priceLists.create.input>) =>
    createPriceList(shop.core, staff, contract.priceLists.create.input.parse(input));

  it.each([
    ['JPY', 1_500, 3_000],
    ['KWD', 12_345, 24_690],
  ] as const)(
    'sell in %s without conversion, and the provider is asked for exactly %i times two minor units',
    async (currency, priceCents, totalCents) => {
      const product = await aProduct(shop.core, { priceCents: 999 });
      const { id: variantId } = variantOf(product);
      await expect(quotePrice(shop.core, nobody, { variantId, quantity: 1, currency })).rejects.toMatchObject({
        code: 'CURRENCY_MISMATCH',
      });
      const list = await aList({ name: currency, currency });
      await setPrices(shop.core, staff, { id: list.id, prices: [{ variantId, minQuantity: 1, priceCents }] });
      expect(await quotePrice(shop.core, nobody, { variantId, quantity: 2, currency })).toMatchObject({ currency, totalCents });
      const { cart, cartToken } = await createCart(shop.core, nobody, { currency });
      const buyer: GuestActor = { kind: 'guest', cartToken };
      await addCartItem(shop.core, buyer, { cartId: cart.id, variantId, quantity: 2 });
      const order = await checkOut(shop.core, buyer, aCheckout(cart));
      expect(order).toMatchObject({ currency, paymentStatus: 'captured', totals: { totalCents } });
      const charge = await shop.core.db
        .selectFrom('sandbox_charges')
        .select(['amount_cents', 'currency'])
        .where('currency', '=', currency)
        .executeTakeFirstOrThrow();
      expect(charge).toEqual({ amount_cents: totalCents, currency });
      const euros = await createCart(shop.core, nobody, { currency: 'EUR' });
      await expect(
        addCartItem(shop.core, { kind: 'guest', cartToken: euros.cartToken }, { cartId: euros.cart.id, variantId, quantity: 1 }),
      ).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH' });
    },
  );

  it('hold for a group, from a quantity, in their time; a price that changes leaves a row', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { id: variantId } = variantOf(product);
    const list = await aList({ name: 'Trade', currency: 'USD', customerGroup: 'trade' });
    const prices = [
      { variantId, minQuantity: 1, priceCents: 800 },
      { variantId, minQuantity: 10, priceCents: 700 },
    ];
    expect(await setPrices(shop.core, staff, { id: list.id, prices })).toMatchObject({ priceCount: 2, version: 2 });
    await setPrices(shop.core, staff, { id: list.id, prices });
    const customer = { ...(await aCustomer(shop.core)), customerGroup: 'trade' };
    const price = async (quantity: number) => (await quotePrice(shop.core, customer, { variantId, quantity })).unitPriceCents;
    expect([await price(1), await price(10)]).toEqual([800, 700]);
    expect((await quotePrice(shop.core, nobody, { variantId, quantity: 10 })).unitPriceCents).toBe(1_000);
    const terms = { id: list.id, version: 3, name: 'Trade', customerGroup: 'trade', priority: 0, active: true };
    await updatePriceList(shop.core, staff, { ...terms, startsAt: '2040-01-01T00:00:00Z', endsAt: null });
    expect(await price(1)).toBe(1_000);
    await expect(updatePriceList(shop.core, staff, { ...terms, startsAt: null, endsAt: null })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    expect((await listPrices(shop.core, staff, contract.priceLists.prices.input.parse({ id: list.id }))).items).toHaveLength(2);
    await removePriceList(shop.core, staff, { id: list.id });
    const history = await getPriceHistory(shop.core, staff, { id: product.id, days: 30 });
    expect(history.variants[0]?.changes.map((c) => [c.priceCents, c.priceListId])).toEqual([
      [1_000, null],
      [800, list.id],
      [null, list.id],
    ]);
    expect(contract.priceLists.history.output.safeParse(history).success).toBe(true);
  });

  it('refuse what makes no sense', async () => {
    const { id: variantId } = variantOf(await aProduct(shop.core));
    expect(() => aList({ name: 'Bad', currency: 'USD', startsAt: '2027-01-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' })).toThrow(
      expect.objectContaining({ code: 'INVALID_PRICE' }),
    );
    const list = await aList({ name: 'Good', currency: 'USD' });
    const one = { variantId, minQuantity: 1, priceCents: 5 };
    expect(() => setPrices(shop.core, staff, { id: list.id, prices: [one, one] })).toThrow(
      expect.objectContaining({ code: 'INVALID_PRICE' }),
    );
  });
});

describe('the lowest price of 30 days', () => {
  it('is the price in force when they began, or the lowest one since', async () => {
    const product = await aProduct(shop.core, { priceCents: 2_000 });
    const { id } = variantOf(product);
    const change = async (version: number, priceCents: number) =>
      updateProduct(shop.core, staff, contract.products.update.input.parse({ id: product.id, version, variants: [{ id, priceCents }] }));
    await change(1, 1_500);
    await change(2, 1_800);
    const lowest = async () => (await getLowestPrices(shop.core, nobody, { id: product.id })).variants[0];
    expect(await lowest()).toMatchObject({ priceCents: 1_800, lowestPriceCents: 1_500 });
    await expect(getLowestPrices(shop.core, nobody, { id: shop.core.ids.next<ProductId>() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the settings of the store', () => {
  it('change once per version, with both states in the audit log', async () => {
    const before = await getStoreSettings(shop.core, staff);
    const after = await settings({ name: 'Shop of tests', paymentWindowMinutes: 7 });
    expect(after).toEqual({
      ...before,
      name: 'Shop of tests',
      paymentWindowMinutes: 7,
      version: before.version + 1,
      updatedAt: after.updatedAt,
    });
    await expect(updateStoreSettings(shop.core, staff, { version: before.version, name: 'Late' })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    const [entry] = await shop.core.db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'settings.update')
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(entry).toMatchObject({ actor: 'system:test', before: { paymentWindowMinutes: null }, after: { paymentWindowMinutes: 7 } });
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    const placed = await shop.core.db
      .selectFrom('orders')
      .select(['placed_at', 'expires_at'])
      .where('cart_id', '=', cart.id)
      .executeTakeFirstOrThrow();
    expect((placed.expires_at?.getTime() ?? 0) - placed.placed_at.getTime()).toBe(7 * 60_000);
  });

  it('say in which currencies carts may be opened, and where they go unless told', async () => {
    await settings({ currencies: ['CHF'], defaultCountry: 'CH' });
    await expect(createCart(shop.core, nobody, { currency: 'EUR' })).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      details: { currencies: ['USD', 'CHF'] },
    });
    expect((await createCart(shop.core, nobody, { currency: 'CHF' })).cart).toMatchObject({ currency: 'CHF', countryCode: 'CH' });
    await settings({ currencies: [], defaultCountry: null });
  });
});
