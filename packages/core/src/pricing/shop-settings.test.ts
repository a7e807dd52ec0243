import { aCurrency, aCheckout, aGuestCart, aProduct, checkOut, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCart, getCart } from '../carts/index.ts';
import { expireCartHolds } from '../inventory/index.ts';
import { getShopSettings, quotePrice, updateShopSettings } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('the settings of the shop', () => {
  it('shop settings change once per version, with both states in the audit log', async () => {
    const before = await getShopSettings(shop.core, staff);
    const after = await shop.set({ name: 'Shop of tests', paymentWindowMinutes: 7 });
    expect(after).toEqual({
      ...before,
      name: 'Shop of tests',
      paymentWindowMinutes: 7,
      version: before.version + 1,
      updatedAt: after.updatedAt,
    });
    await expect(updateShopSettings(shop.core, staff, { version: before.version, name: 'Late' })).rejects.toMatchObject({
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
      .select(['placedAt', 'expiresAt'])
      .where('cartId', '=', cart.id)
      .executeTakeFirstOrThrow();
    expect((placed.expiresAt?.getTime() ?? 0) - placed.placedAt.getTime()).toBe(7 * 60_000);
  });

  it('shop settings determine the currencies of new carts and their default country', async () => {
    await shop.set({ currencies: ['CHF'], defaultCountry: 'CH' });
    await expect(createCart(shop.core, nobody, { currency: aCurrency('EUR') })).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      details: { available: ['USD', 'CHF'], variantId: null },
    });
    expect((await createCart(shop.core, nobody, { currency: aCurrency('CHF') })).cart).toMatchObject({
      currency: 'CHF',
      countryCode: 'CH',
    });
    await shop.set({ currencies: [], defaultCountry: null });
  });

  it('units of a hold that has expired are free for the low-stock surcharge, also those of the same cart', async () => {
    await shop.set({ lowStockSurcharge: true });
    const product = await aProduct(shop.core, { priceCents: 1_000, stock: 10 });
    const { id: variantId } = variantOf(product);
    await shop.aRule({ effect: 'low_stock_surcharge', percentBasisPoints: 1_000, stockThreshold: 5, productId: product.id });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 8]]);
    const price = async () => (await quotePrice(shop.core, nobody, { variantId, quantity: 1 })).unitPriceCents;
    const priceInCart = async () => (await getCart(shop.core, guest, { cartId: cart.id })).items[0]?.unitPriceCents;
    expect([await price(), await priceInCart()]).toEqual([1_100, 1_000]);
    await shop.core.database.kysely
      .updateTable('holds')
      .set({ expiresAt: new Date(0) })
      .where('cartId', '=', cart.id)
      .execute();
    expect([await price(), await priceInCart()]).toEqual([1_000, 1_000]);
    await expireCartHolds(shop.core);
    await shop.set({ lowStockSurcharge: false });
  });
});
