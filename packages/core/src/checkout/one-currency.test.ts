import { contract, type Cart, type OrderId } from '@cartwright/contracts';
import {
  aCurrency,
  aCheckout,
  aGiftCard,
  aGuestCart,
  aKey,
  anAddress,
  aProduct,
  checkOut,
  aConsistentShop,
  unique,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { addCartItem, applyCartCredit, clearCart, createCart, getCart, setCartShipping, updateCart } from '../carts/index.ts';
import { system, type GuestActor } from '../kernel/index.ts';
import { createPriceList, createShippingMethod, deletePriceList, deleteShippingMethod, setPrices } from '../pricing/index.ts';
import { quoteCart, retryPayment } from './index.ts';

const shop = await aConsistentShop();
const staff = system('test');
const mismatch = (requested: string, available: string) => ({
  code: 'CURRENCY_MISMATCH',
  status: 409,
  details: { requested, available: [available], variantId: null },
});
const update = (guest: GuestActor, cart: Pick<Cart, 'id'>, currency: string) =>
  updateCart(shop.core, guest, contract.carts.update.input.parse({ cartId: cart.id, currency }));
const quote = (guest: GuestActor, cart: Pick<Cart, 'id'>, fields: Partial<z.input<typeof contract.carts.quote.input>> = {}) =>
  quoteCart(shop.core, guest, contract.carts.quote.input.parse({ cartId: cart.id, ...fields }));
/** A product with its own price in dollars and one in a price list of another currency. */
const soldIn = async (currency: string, priceCents: number) => {
  const product = await aProduct(shop.core, { priceCents: 999 });
  const list = await createPriceList(
    shop.core,
    staff,
    contract.priceLists.create.input.parse({ name: `${currency} ${unique()}`, currency }),
  );
  await setPrices(shop.core, staff, { id: list.id, prices: [{ variantId: variantOf(product).id, minQuantity: 1, priceCents }] });
  return { product, list, variantId: variantOf(product).id };
};
const aCartIn = async (currency: string) => {
  const { cart, cartToken } = await createCart(shop.core, { kind: 'guest', cartToken: null }, { currency: aCurrency(currency) });
  return { cart, guest: { kind: 'guest', cartToken } satisfies GuestActor };
};

describe('currency of carts and orders', () => {
  it('the currency of a cart can change while the cart is empty, which clears the shipping method', async () => {
    const method = { name: 'Post', currency: 'USD', countries: ['US'], bands: [{ priceCents: 100 }] };
    const { id: shippingMethodId } = await createShippingMethod(shop.core, staff, contract.shipping.create.input.parse(method));
    const { guest, cart } = await aCartIn('USD');
    const { product } = await soldIn('JPY', 1_500);
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    await setCartShipping(shop.core, guest, { cartId: cart.id, countryCode: 'US', shippingMethodId });
    await expect(update(guest, cart, 'JPY')).rejects.toMatchObject(mismatch('JPY', 'USD'));
    await clearCart(shop.core, guest, { cartId: cart.id });
    expect(await update(guest, cart, 'JPY')).toMatchObject({ currency: 'JPY', shippingMethodId: null });
    await deleteShippingMethod(shop.core, staff, { id: shippingMethodId });
    const filled = await addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(product).id, quantity: 2 });
    expect(filled).toMatchObject({ currency: 'JPY', totals: { totalCents: 3_000 } });
    expect(await update(guest, cart, 'JPY')).toMatchObject({ currency: 'JPY' });
  });

  it('changing the currency of a cart removes its gift cards', async () => {
    const { guest, cart } = await aCartIn('USD');
    await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 500) });
    const switched = await update(guest, cart, 'JPY');
    expect(await getCart(shop.core, guest, { cartId: cart.id })).toEqual(switched);
    const { rows } = await sql`select credits from carts where id = ${cart.id}`.execute(shop.core.db);
    expect(rows).toEqual([{ credits: [] }]);
  });

  it('the database refuses a change of currency of a cart with lines', async () => {
    const { cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await expect(sql`update carts set currency = 'VND' where id = ${cart.id}`.execute(shop.core.db)).rejects.toThrow(
      /currency of a priced cart/,
    );
  });

  it('a checkout in another currency than the buyer was shown creates no order and no charge', async () => {
    const { variantId } = await soldIn('KWD', 12_345);
    const { guest, cart } = await aCartIn('KWD');
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId, quantity: 1 });
    await expect(quote(guest, cart, { expectedCurrency: 'USD' })).rejects.toMatchObject(mismatch('USD', 'KWD'));
    const pay = (expectedCurrency: string, extra = {}) =>
      checkOut(shop.core, guest, { ...aCheckout(cart), expectedCurrency: aCurrency(expectedCurrency), ...extra });
    await expect(pay('USD')).rejects.toMatchObject(mismatch('USD', 'KWD'));
    const orders = () => shop.core.db.selectFrom('orders').select('id').where('cartId', '=', cart.id).execute();
    expect(await orders()).toEqual([]);
    const { quote: promised, totals } = await quote(guest, cart, { expectedCurrency: 'KWD', countryCode: anAddress.countryCode });
    const order = await pay('KWD', { quote: promised });
    expect(order).toMatchObject({ currency: 'KWD', totals, payments: [{ amountCents: 12_345 }] });
    const { rows } = await sql`
      select c.amount_cents, c.currency from sandbox_charges c join payments p on p.gateway_reference = c.reference
      where p.order_id = ${order.id}`.execute(shop.core.db);
    expect(rows).toEqual([{ amount_cents: 12_345, currency: 'KWD' }]);
  });

  it('a quote in another currency than the cart now has is refused', async () => {
    const { product, variantId } = await soldIn('JPY', 500);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const { quote: inDollars } = await quote(guest, cart);
    await clearCart(shop.core, guest, { cartId: cart.id });
    await update(guest, cart, 'JPY');
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId, quantity: 1 });
    const input = { ...aCheckout(cart), quote: inDollars };
    await expect(checkOut(shop.core, guest, input)).rejects.toMatchObject(mismatch('USD', 'JPY'));
  });

  it('a cart cannot be ordered once the price list with its prices is removed', async () => {
    const { list, variantId } = await soldIn('JPY', 500);
    const { guest, cart } = await aCartIn('JPY');
    await addCartItem(shop.core, guest, { cartId: cart.id, variantId, quantity: 1 });
    await deletePriceList(shop.core, staff, { id: list.id });
    const blocked = { code: 'CHECKOUT_BLOCKED', status: 409, details: { problems: [{ code: 'CURRENCY_MISMATCH' }] } };
    await expect(checkOut(shop.core, guest, aCheckout(cart))).rejects.toMatchObject(blocked);
    await expect(quote(guest, cart)).rejects.toMatchObject(blocked);
  });

  it('a second payment attempt in another currency is refused', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 700 }), 1]]);
    const declined = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline' })).catch((e: unknown) => e);
    const { orderId } = (declined as { details: { orderId: OrderId } }).details;
    const retry = (expectedCurrency: string) => {
      const input = contract.checkout.retryPayment.input.parse({ orderId, payment: { token: 'tok_success' }, expectedCurrency });
      return retryPayment(shop.core, guest, input, { idempotencyKey: aKey(), ip: null });
    };
    await expect(retry('EUR')).rejects.toMatchObject(mismatch('EUR', 'USD'));
    expect(await retry('USD')).toMatchObject({ paymentStatus: 'captured', currency: 'USD' });
  });
});
