import { contract, type ProductId, type VariantId } from '@cartwright/contracts';
import { aCurrency, aCheckout, aCustomer, aProduct, atMost, checkOut, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { addCartItem, createCart } from '../carts/index.ts';
import { getProduct, updateProduct } from '../catalog/index.ts';
import type { GuestActor } from '../kernel/index.ts';
import { getLowestPrices, getPriceHistory, listPrices, quotePrice, deletePriceList, setPrices, updatePriceList } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('price lists', () => {
  it.each([
    ['JPY', 1_500, 3_000],
    ['KWD', 12_345, 24_690],
  ] as const)(
    'price lists sell in %s without conversion, and the provider is asked for exactly %i times two minor units',
    async (code, priceCents, totalCents) => {
      const currency = aCurrency(code);
      const product = await aProduct(shop.core, { priceCents: 999 });
      const { id: variantId } = variantOf(product);
      await expect(quotePrice(shop.core, nobody, { variantId, quantity: 1, currency })).rejects.toMatchObject({
        code: 'CURRENCY_MISMATCH',
      });
      const list = await shop.aList({ name: currency, currency });
      await setPrices(shop.core, staff, { id: list.id, prices: [{ variantId, minQuantity: 1, priceCents }] });
      expect(await quotePrice(shop.core, nobody, { variantId, quantity: 2, currency })).toMatchObject({ currency, totalCents });
      const { cart, cartToken } = await createCart(shop.core, nobody, { currency });
      const buyer: GuestActor = { kind: 'guest', cartToken };
      await addCartItem(shop.core, buyer, { cartId: cart.id, variantId, quantity: 2 });
      const order = await checkOut(shop.core, buyer, aCheckout(cart));
      expect(order).toMatchObject({ currency, paymentStatus: 'captured', totals: { totalCents } });
      const charge = await shop.core.db
        .selectFrom('sandbox_charges')
        .select(['amountCents', 'currency'])
        .where('currency', '=', currency)
        .executeTakeFirstOrThrow();
      expect(charge).toEqual({ amountCents: totalCents, currency });
      const euros = await createCart(shop.core, nobody, { currency: aCurrency('EUR') });
      await expect(
        addCartItem(shop.core, { kind: 'guest', cartToken: euros.cartToken }, { cartId: euros.cart.id, variantId, quantity: 1 }),
      ).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH' });
    },
  );

  it('price lists apply to a group, from a quantity and in their time, and every changed price is recorded', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { id: variantId } = variantOf(product);
    const list = await shop.aList({ name: 'Trade', currency: 'USD', customerGroup: 'trade' });
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
    await deletePriceList(shop.core, staff, { id: list.id });
    const history = await getPriceHistory(shop.core, staff, { id: product.id, days: 30 });
    expect(history.variants[0]?.changes.map((c) => [c.priceCents, c.priceListId])).toEqual([
      [1_000, null],
      [800, list.id],
      [null, list.id],
    ]);
    expect(contract.priceLists.history.output.safeParse(history).success).toBe(true);
  });

  it('a price list keeps a stored time outside the allowed years, and takes no new one', async () => {
    const list = await shop.aList({ name: 'For ever', currency: 'EUR' });
    const endsAt = '2999-01-01T00:00:00.000Z';
    const change = (endsAt_: string, version: number) =>
      updatePriceList(shop.core, staff, contract.priceLists.update.input.parse({ id: list.id, version, name: 'Renamed', endsAt: endsAt_ }));
    await expect(change(endsAt, list.version)).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'endsAt' }] });
    await shop.core.database.kysely
      .updateTable('price_lists')
      .set({ endsAt: new Date(endsAt) })
      .where('id', '=', list.id)
      .execute();
    expect(contract.priceLists.update.output.parse(await change(endsAt, list.version))).toMatchObject({ name: 'Renamed', endsAt });
    await expect(change('2998-01-01T00:00:00Z', list.version + 1)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await deletePriceList(shop.core, staff, { id: list.id });
  });

  it('a price list refuses invalid prices with the field of each', async () => {
    const { id: variantId, sku } = variantOf(await aProduct(shop.core));
    const list = await shop.aList({ name: 'Good', currency: 'USD' });
    const one = { variantId, minQuantity: 1, priceCents: 5 };
    const invalid: [z.input<typeof contract.priceLists.setPrices.input>['prices'], string][] = [
      [[one, one], 'prices.1.variantId'],
      [[one, { ...one, variantId: undefined, sku }], 'prices.1.sku'],
      [[{ ...one, sku }], 'prices.0.sku'],
      [[{ priceCents: 5 }], 'prices.0.variantId'],
      [[{ ...one, variantId: undefined, sku: 'NO-SUCH-SKU' }], 'prices.0.sku'],
      [[{ ...one, variantId: shop.core.ids.next<VariantId>() }], 'prices.0.variantId'],
    ];
    for (const [prices, path] of invalid) {
      const input = contract.priceLists.setPrices.input.parse({ id: list.id, prices });
      const fields = expect.arrayContaining([expect.objectContaining({ path })]);
      await expect(setPrices(shop.core, staff, input)).rejects.toMatchObject({ code: 'INVALID_PRICE', fields });
    }
    expect(await setPrices(shop.core, staff, { id: list.id, prices: [{ sku, minQuantity: 1, priceCents: 5 }] })).toMatchObject({
      priceCount: 1,
    });
  });
});

describe('the lowest price of 30 days', () => {
  it('the lowest price of 30 days is shown for every variant of a product, read in the same statement, and follows a change at once', async () => {
    const product = await aProduct(shop.core, { priceCents: 2_000, variants: 2 });
    const variants = () => getProduct(shop.core, nobody, { id: product.id }).then((p) => p.variants.map((v) => v.lowestPriceCents));
    expect(await variants()).toEqual([2_000, 2_000]);
    const was = (days: number, priceCents: number) => ({
      id: shop.core.ids.next(),
      variantId: variantOf(product).id,
      priceCents,
      changedBy: 'test',
      createdAt: new Date(Date.now() - days * 86_400_000),
    });
    await shop.core.database.kysely
      .insertInto('price_changes')
      .values([was(60, 900), was(31, 1_700), was(10, 1_900)])
      .execute();
    await shop.reprice(product, 1_800);
    expect(await variants()).toEqual([1_700, 2_000]);
    await shop.reprice(product, 1_500);
    expect(await variants()).toEqual([1_500, 2_000]);
    await shop.reprice(product, 2_500);
    expect(await variants()).toEqual([1_500, 2_000]);
    expect(await shop.countQueries(() => getProduct(shop.core, staff, { id: product.id }))).toEqual(atMost(1));
    expect(await shop.countQueries(variants)).toEqual(atMost(1));
  });

  it('the lowest price of 30 days is the price in force at their start or the lowest one since', async () => {
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

describe('the prior price of a reduction', () => {
  const day = 86_400_000;
  /** A product with this price history, by days ago; its price is the last of them. */
  const sold = async (...history: [days: number, priceCents: number][]) => {
    const product = await aProduct(shop.core, { priceCents: history.at(-1)?.[1] ?? 0 });
    expect(await prior(product)).toBeNull();
    const variantId = variantOf(product).id;
    await shop.core.database.kysely
      .insertInto('price_changes')
      .values(
        history.map(([days, priceCents]) => ({
          id: shop.core.ids.next(),
          variantId,
          priceCents,
          changedBy: 'test',
          createdAt: new Date(Date.now() - days * day),
        })),
      )
      .execute();
    return product;
  };
  const prior = async (product: { readonly id: ProductId }) =>
    (await getProduct(shop.core, nobody, { id: product.id })).variants.map((v) => v.priorPriceCents)[0];

  it('the prior price is the lowest of the 30 days before the reduction, including the one in force at their start, and never the present one', async () => {
    const product = await sold([200, 500], [50, 1_500], [20, 1_900], [10, 2_000]);
    await shop.reprice(product, 1_000);
    expect(await prior(product)).toBe(1_500);
    await shop.reprice(product, 900);
    expect(await prior(product)).toBe(1_000);
    await shop.reprice(product, 1_100);
    expect(await prior(product)).toBe(900);
  });

  it('the prior price is recalculated from the moment a compare-at price is set', async () => {
    const product = await sold([40, 2_000]);
    const { id } = variantOf(product);
    const change = async (variant: { priceCents?: number; compareAtPriceCents?: number }) => {
      const { version } = await getProduct(shop.core, staff, { id: product.id });
      await updateProduct(
        shop.core,
        staff,
        contract.products.update.input.parse({ id: product.id, version, variants: [{ id, ...variant }] }),
      );
    };
    await change({ priceCents: 1_500 });
    expect(await prior(product)).toBe(2_000);
    await change({ compareAtPriceCents: 2_000 });
    expect(await prior(product)).toBe(1_500);
    expect((await getLowestPrices(shop.core, nobody, { id: product.id })).variants).toMatchObject([{ priorPriceCents: 1_500 }]);
    await change({ compareAtPriceCents: 2_000 });
    expect(await prior(product)).toBe(1_500);
  });
});
