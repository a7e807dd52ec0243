import { contract, type Cart } from '@cartwright/contracts';
import {
  aConsistentShop,
  aCheckout,
  aCustomer,
  aGuestCart,
  anAddress,
  anAddressIn,
  aProduct,
  checkOut,
  letPass,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { expireCartHolds, getStockLevel } from '../inventory/index.ts';
import { system, type GuestActor, type UserActor } from '../kernel/index.ts';
import { createPricingRules } from '../pricing/index.ts';
import { addCartItem, createCart, getCart, getMyCart, mergeCarts, updateCart } from './index.ts';

const shop = await aConsistentShop({ settle: (core) => expireCartHolds(core) });

/** The guest after signing in: the account's access token with the earlier cart token. */
const signedIn = (customer: UserActor, guest: GuestActor): UserActor => ({ ...customer, cartToken: guest.cartToken });
const cartOf = async (customer: UserActor, lines: readonly (readonly [Awaited<ReturnType<typeof aProduct>>, number])[]): Promise<Cart> => {
  let { cart } = await createCart(shop.core, customer, contract.carts.create.input.parse({}));
  for (const [product, quantity] of lines)
    cart = await addCartItem(shop.core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity });
  return cart;
};
const unitsOf = (cart: Cart) => Object.fromEntries(cart.items.map((i) => [i.productName, i.quantity]));
const reservedOf = async (product: Parameters<typeof variantOf>[0]) =>
  (await getStockLevel(shop.core, system('test'), { variantId: variantOf(product).id })).reserved;

describe('merging carts at sign-in', () => {
  it("a guest's cart becomes the cart of an account without one, with the same lines, repriced for the account", async () => {
    const product = await aProduct(shop.core, { name: 'Only', priceCents: 1000 });
    const rule = { name: 'Members', effect: 'amount_off', amountCents: 100, variantId: variantOf(product).id, audience: 'signed_in' };
    await createPricingRules(shop.core, system('test'), contract.pricing.createRules.input.parse({ rules: [rule] }));
    const { guest, cart } = await aGuestCart(shop.core, [[product, 3]]);
    const customer = signedIn(await aCustomer(shop.core), guest);
    const mine = await mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' });
    expect(mine).toMatchObject({ id: cart.id, status: 'active', items: [{ quantity: 3, unitPriceCents: 900 }] });
    expect(await reservedOf(product)).toBe(3);
    await expect(getCart(shop.core, guest, { cartId: cart.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await getMyCart(shop.core, customer)).cart).toEqual(mine);
    expect(await mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' })).toEqual(mine);
  });

  const merged = async (strategy: 'sum' | 'keep_user' | 'keep_guest') => {
    const [both, guests, mine] = [
      await aProduct(shop.core, { name: 'Both' }),
      await aProduct(shop.core, { name: 'Guest' }),
      await aProduct(shop.core, { name: 'Mine' }),
    ];
    const { guest, cart } = await aGuestCart(shop.core, [
      [both, 2],
      [guests, 4],
    ]);
    const customer = await aCustomer(shop.core);
    const own = await cartOf(customer, [
      [both, 1],
      [mine, 5],
    ]);
    const result = await mergeCarts(shop.core, signedIn(customer, guest), { cartId: cart.id, strategy });
    expect(result.id).toBe(own.id);
    expect((await getCart(shop.core, guest, { cartId: cart.id })).items).toEqual([]);
    const reserved = { Both: await reservedOf(both), Guest: await reservedOf(guests), Mine: await reservedOf(mine) };
    return { units: unitsOf(result), reserved };
  };

  it('merging with `sum` adds up the units of both carts', async () => {
    const { units, reserved } = await merged('sum');
    expect(units).toEqual({ Both: 3, Mine: 5, Guest: 4 });
    expect(reserved).toEqual(units);
  });
  it("merging with `keep_user` keeps the account's cart as it was", async () => {
    const { units, reserved } = await merged('keep_user');
    expect(units).toEqual({ Both: 1, Mine: 5 });
    expect(reserved).toEqual({ ...units, Guest: 0 });
  });
  it("merging with `keep_guest` keeps the guest's lines only", async () => {
    const { units, reserved } = await merged('keep_guest');
    expect(units).toEqual({ Both: 2, Guest: 4 });
    expect(reserved).toEqual({ ...units, Mine: 0 });
  });

  it('repeated and concurrent merges of the same cart merge it once', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const customer = signedIn(await aCustomer(shop.core), guest);
    await cartOf(customer, [[product, 3]]);
    const { won, defects } = await race(10, () => mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' }));
    expect(defects).toEqual([]);
    expect(won.map((c) => c.items[0]?.quantity)).toEqual(Array.from({ length: 10 }, () => 5));
    expect(await reservedOf(product)).toBe(5);
  });

  it('merging keeps a line whose units were sold as a line without a hold, which checkout then refuses', async () => {
    const product = await aProduct(shop.core, { stock: 3 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const customer = signedIn(await aCustomer(shop.core), guest);
    const other = await aProduct(shop.core);
    await cartOf(customer, [[other, 1]]);
    await letPass(shop.core, 16);
    await aGuestCart(shop.core, [[product, 3]]);
    const result = await mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' });
    expect(result.items.map((i) => [i.productId, i.quantity, i.reservedUntil !== null])).toEqual([
      [other.id, 1, true],
      [product.id, 2, false],
    ]);
    await expect(checkOut(shop.core, customer, aCheckout(result))).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    expect(await reservedOf(product)).toBe(3);
  });

  it("merging carries over note, e-mail, address and country, and another guest's cart cannot be merged", async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const details = { note: 'Ring twice', email: 'ada@example.com', shippingAddress: anAddressIn('US', { region: 'CA' }) };
    await updateCart(shop.core, guest, { cartId: cart.id, ...details });
    const customer = await aCustomer(shop.core);
    const own = await cartOf(customer, []);
    await updateCart(shop.core, customer, { cartId: own.id, countryCode: 'DE' });
    await expect(mergeCarts(shop.core, customer, { cartId: cart.id, strategy: 'sum' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const result = await mergeCarts(shop.core, signedIn(customer, guest), { cartId: cart.id, strategy: 'sum' });
    expect(result).toMatchObject({ ...details, countryCode: 'US', region: 'CA' });
    expect(await getCart(shop.core, customer, { cartId: own.id })).toEqual(result);
  });

  it("merging keeps the note, e-mail and address of the account's cart", async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await updateCart(shop.core, guest, { cartId: cart.id, note: 'guest', email: 'guest@example.com', shippingAddress: anAddress });
    const customer = await aCustomer(shop.core);
    const own = await cartOf(customer, []);
    const details = { note: 'mine', email: 'mine@example.com', shippingAddress: anAddressIn('AT', { city: 'Graz' }) };
    await updateCart(shop.core, customer, { cartId: own.id, ...details });
    const result = await mergeCarts(shop.core, signedIn(customer, guest), { cartId: cart.id, strategy: 'sum' });
    expect(result).toMatchObject({ ...details, countryCode: 'AT' });
  });

  it('merging the carts of several devices concurrently leaves one cart', async () => {
    const product = await aProduct(shop.core, { stock: 100 });
    const customer = await aCustomer(shop.core);
    const guests = await Promise.all(Array.from({ length: 6 }, () => aGuestCart(shop.core, [[product, 2]])));
    const { won, defects } = await race(6, (i) => {
      const { guest, cart } = there(guests[i]);
      return mergeCarts(shop.core, signedIn(customer, guest), { cartId: cart.id, strategy: 'sum' });
    });
    expect(defects).toEqual([]);
    expect(new Set(won.map((cart) => cart.id)).size).toBe(1);
    expect((await getMyCart(shop.core, customer)).cart).toMatchObject({ id: won[0]?.id, items: [{ quantity: 12 }] });
    expect(await reservedOf(product)).toBe(12);
  });
});
