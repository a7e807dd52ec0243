/** Buyers change their carts and check out by calls of the SDK. */
import { createCartwright } from '@cartwright/sdk';
import { aCustomer, aGiftCard, anAddress, aProduct, aPromoCode, password, there, unique, variantOf } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { aLiveShopWithAdmin, anAdminClient } from './live-shop.ts';

const { live } = await aLiveShopWithAdmin();
const { core } = live.shop;
const admin = await anAdminClient(live);

/** A guest with a cart, and two products of 10.00. */
const aBuyer = async () => {
  const guest = createCartwright({ baseUrl: live.url });
  const { cart } = await guest.carts.create();
  const [product, another] = [await aProduct(core, { priceCents: 1_000 }), await aProduct(core, { priceCents: 1_000 })];
  return { guest, cartId: cart.id, productId: product.id, one: variantOf(product), two: variantOf(another) };
};

it('a guest fills a cart at once, changes a quantity, removes a line and empties the cart', async () => {
  const { guest, cartId, one, two } = await aBuyer();
  const filled = await guest.carts.addItems({
    cartId,
    items: [
      { variantId: one.id, quantity: 1 },
      { variantId: two.id, quantity: 2 },
    ],
  });
  expect(filled.totals.subtotalCents).toBe(3_000);
  const [first, second] = [there(filled.items[0]), there(filled.items[1])];
  const changed = await guest.carts.updateItem({ cartId, itemId: first.id, quantity: 4 });
  expect(changed.items.find(({ id }) => id === first.id)).toMatchObject({ quantity: 4, lineTotalCents: 4_000 });
  expect((await guest.carts.removeItem({ cartId, itemId: first.id })).items).toMatchObject([{ id: second.id, quantity: 2 }]);
  expect((await guest.carts.clear({ cartId })).items).toEqual([]);
});

it('a cart keeps the note, the address and the shipping method that its buyer chose', async () => {
  const { guest, cartId, one } = await aBuyer();
  const method = await admin.shipping.create({
    name: `Post ${unique()}`,
    currency: 'USD',
    countries: ['GB'],
    bands: [{ priceCents: 400 }],
  });
  await guest.carts.addItem({ cartId, variantId: one.id, quantity: 1 });
  expect(await guest.carts.update({ cartId, note: 'Ring twice', shippingAddress: anAddress })).toMatchObject({
    note: 'Ring twice',
    countryCode: 'GB',
    shippingAddress: { city: 'London' },
  });
  expect(await guest.checkout.shippingOptions({ cartId })).toMatchObject({
    options: [{ name: method.name, priceCents: 400 }],
    shippingUnavailable: false,
  });
  const chosen = await guest.carts.setShipping({ cartId, countryCode: 'GB', shippingMethodId: method.id });
  expect(chosen).toMatchObject({ shippingMethodId: method.id, totals: { shippingCents: 400, totalCents: 1_400 } });
  await admin.shipping.delete({ id: method.id });
});

it('a promo code and a gift card reduce what a cart costs until they are removed', async () => {
  const { guest, cartId, one } = await aBuyer();
  await guest.carts.addItem({ cartId, variantId: one.id, quantity: 1 });
  const code = await aPromoCode(core, { percentBasisPoints: 1_000 });
  expect(await guest.carts.applyCode({ cartId, code })).toMatchObject({ promoCode: code, totals: { totalCents: 900 } });
  expect(await guest.carts.removeCode({ cartId })).toMatchObject({ promoCode: null, totals: { totalCents: 1_000 } });
  const card = await aGiftCard(core, 300);
  expect(await guest.carts.applyCredit({ cartId, code: card })).toMatchObject({ creditCents: 300, dueCents: 700 });
  expect(await guest.carts.removeCredit({ cartId })).toMatchObject({ creditCents: 0, dueCents: 1_000 });
});

it('a checkout is validated, summarised and bought at the quoted total', async () => {
  const { guest, cartId, productId, one } = await aBuyer();
  expect(await guest.checkout.validate({ cartId })).toMatchObject({ ready: false, problems: [{ code: 'CART_EMPTY' }] });
  await guest.carts.addItem({ cartId, variantId: one.id, quantity: 2 });
  const summary = await guest.checkout.summary({ cartId, countryCode: 'GB' });
  expect(summary).toMatchObject({ ready: true, problems: [], items: [{ variantId: one.id, quantity: 2 }], totals: { totalCents: 2_000 } });
  const { quote, totals } = await guest.carts.quote({ cartId, countryCode: 'GB' });
  await admin.products.setPrice({ id: productId, priceCents: 9_000 });
  const order = await guest.checkout.complete({
    cartId,
    quote,
    email: `ada-${unique()}@example.com`,
    shippingAddress: anAddress,
    payment: { token: 'tok_success' },
  });
  expect(order).toMatchObject({ status: 'confirmed', totals: { totalCents: totals.totalCents } });
});

it('a declined order is paid with another payment method', async () => {
  const { guest, cartId, one } = await aBuyer();
  await guest.carts.addItem({ cartId, variantId: one.id, quantity: 1 });
  const declined: unknown = await guest.checkout
    .complete({
      cartId,
      email: `ada-${unique()}@example.com`,
      shippingAddress: anAddress,
      payment: { token: 'tok_decline' },
      acceptAnyTotal: true,
    })
    .catch((error: unknown) => error);
  expect(declined).toMatchObject({ code: 'PAYMENT_DECLINED' });
  const { orderId } = (declined as { details: { orderId: string } }).details;
  expect(await guest.checkout.retryPayment({ orderId, payment: { token: 'tok_success' } })).toMatchObject({
    id: orderId,
    status: 'confirmed',
  });
});

it("a guest's cart becomes the cart of the account after sign-in", async () => {
  const { guest, cartId, one } = await aBuyer();
  await guest.carts.addItem({ cartId, variantId: one.id, quantity: 1 });
  const { email } = await aCustomer(core);
  await guest.signIn({ email, password });
  const merged = await guest.carts.merge({ cartId });
  expect(merged).toMatchObject({ status: 'active', items: [{ variantId: one.id, quantity: 1 }] });
  expect((await guest.carts.mine()).cart).toMatchObject({ id: merged.id });
});
