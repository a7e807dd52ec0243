import { contract, type Cart } from '@cartwright/contracts';
import {
  aCurrency,
  aCheckout,
  aCustomer,
  aGiftCard,
  aGuestCart,
  anAddress,
  aProduct,
  atMost,
  checkOut,
  aConsistentShop,
  unique,
  variantOf,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { addCartItem, applyCartCredit, createCart, mergeCarts, removeCartCredit, updateCart } from '../carts/index.ts';
import { getCheckoutStatus, quoteCart, summarizeCheckout, validateCheckout } from '../checkout/index.ts';
import { system, type Actor, type GuestActor } from '../kernel/index.ts';
import { renderTemplate } from '../notifications/render-mail.ts';
import { grantCredit, setCreditState } from './index.ts';

const shop = await aConsistentShop();

/** A guest's cart with a total of 20.00 and gift cards applied. */
const aCartWith = async (...codes: string[]): Promise<{ guest: GuestActor; cart: Cart }> => {
  const opened = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 2000 }), 1]]);
  let { cart } = opened;
  for (const code of codes) cart = await applyCartCredit(shop.core, opened.guest, { cartId: cart.id, code });
  return { guest: opened.guest, cart };
};
const buy = (actor: Actor, cart: Pick<Cart, 'id'>, changes: object = {}) => checkOut(shop.core, actor, { ...aCheckout(cart), ...changes });
const chargesOf = (orderId: string) =>
  shop.core.db.selectFrom('payments').select(['amountCents', 'status']).where('orderId', '=', orderId).execute();
const withoutPayment = (cart: Pick<Cart, 'id'>) =>
  contract.checkout.complete.input.parse({
    cartId: cart.id,
    email: `buyer-${unique()}@example.com`,
    shippingAddress: anAddress,
    acceptAnyTotal: true,
  });

describe('gift cards and store credit on a cart', () => {
  it('a guest who asks for the credit of an account is UNAUTHENTICATED, also after too many wrong codes', async () => {
    const { guest, cart } = await aCartWith();
    const [ip, cartId] = ['203.0.113.77', cart.id];
    for (let i = 0; i < shop.config.codeGuessesLimit; i += 1)
      await expect(applyCartCredit(shop.core, guest, { cartId, code: 'WRNG-WRNG-WRNG-WRNG' }, ip)).rejects.toThrow();
    await expect(applyCartCredit(shop.core, guest, { cartId, account: true }, ip)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('a cart shows what its gift cards pay and what is left to pay, and uses cards that expire first', async () => {
    const [lasting, ending] = [await aGiftCard(shop.core, 1500), await aGiftCard(shop.core, 800, { expiresAt: '2199-01-01T00:00:00Z' })];
    const { guest, cart } = await aCartWith(lasting, ending);
    expect(cart).toMatchObject({ creditCents: 2000, dueCents: 0, totals: { totalCents: 2000 } });
    expect(cart.credits.map((c) => [c.lastFour, c.leftCents, c.coversCents])).toEqual([
      [ending.slice(-4), 800, 800],
      [lasting.slice(-4), 1500, 1200],
    ]);
    const seen = { creditCents: 2000, dueCents: 0, credits: cart.credits };
    expect(await summarizeCheckout(shop.core, guest, { cartId: cart.id })).toMatchObject({ ready: true, ...seen });
    expect(await quoteCart(shop.core, guest, { cartId: cart.id })).toMatchObject(seen);
    const creditId = cart.credits[0]?.creditId;
    expect(await removeCartCredit(shop.core, guest, { cartId: cart.id, creditId })).toMatchObject({ creditCents: 1500, dueCents: 500 });
    expect(await removeCartCredit(shop.core, guest, { cartId: cart.id })).toMatchObject({ credits: [], creditCents: 0, dueCents: 2000 });
  });

  it('a cart takes at most five gift cards, each once', async () => {
    const codes = await Promise.all(Array.from({ length: 6 }, () => aGiftCard(shop.core, 100)));
    const [first = '', ...others] = codes;
    const { guest, cart } = await aCartWith(first, first, ...others.slice(0, 4));
    expect(cart.credits).toHaveLength(5);
    await expect(applyCartCredit(shop.core, guest, { cartId: cart.id, code: codes[5] })).rejects.toMatchObject({ code: 'LIMIT_REACHED' });
  });

  it('a gift card in another currency is refused like an unknown one', async () => {
    const code = await aGiftCard(shop.core, 1500, { currency: 'EUR' });
    const refused = (end: string) => ({
      code: 'CODE_NOT_APPLICABLE',
      message:
        `The gift card code ending in ${end} cannot be used for a cart in USD. ` +
        'Check the spelling, the balance and the expiry of the card, or use another card.',
    });
    await expect(aCartWith(code)).rejects.toMatchObject(refused(code.slice(-4)));
    await expect(aCartWith('0000-0000-0000-1234')).rejects.toMatchObject(refused('1234'));
    await expect(aCartWith('--')).rejects.toThrow('The gift card code cannot be used for a cart in USD.');
  });

  it('changing the currency of a cart removes its gift cards', async () => {
    const { guest, cart } = await aGuestCart(shop.core);
    await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 1500) });
    await shop.core.database.kysely
      .updateTable('store_settings')
      .set({ currencies: ['EUR'] })
      .execute();
    expect(await updateCart(shop.core, guest, { cartId: cart.id, currency: aCurrency('EUR') })).toMatchObject({
      currency: 'EUR',
      credits: [],
    });
  });

  it('a customer can pay with their own store credit, and a guest cannot', async () => {
    const customer = await aCustomer(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    const product = await aProduct(shop.core, { priceCents: 2000 });
    await addCartItem(shop.core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    const apply = () => applyCartCredit(shop.core, customer, { cartId: cart.id, account: true });
    await expect(apply()).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDIT' });
    const grant = { userId: customer.userId, currency: 'USD', amountCents: 600, reason: 'late parcel' };
    await grantCredit(shop.core, system('test'), contract.storeCredit.grant.input.parse(grant));
    expect(await apply()).toMatchObject({ creditCents: 600, dueCents: 1400, credits: [{ kind: 'account', lastFour: null }] });
    expect(await buy(customer, cart)).toMatchObject({ status: 'confirmed', storeCreditCents: 600 });
    const { guest, cart: other } = await aCartWith();
    await expect(applyCartCredit(shop.core, guest, { cartId: other.id, account: true })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('merging carts at sign-in keeps the gift cards of the guest', async () => {
    const customer = await aCustomer(shop.core);
    await createCart(shop.core, customer, {});
    const { guest, cart } = await aCartWith(await aGiftCard(shop.core, 500));
    const merged = await mergeCarts(shop.core, { ...customer, cartToken: guest.cartToken }, { cartId: cart.id, strategy: 'sum' });
    expect(merged).toMatchObject({ creditCents: 500, dueCents: 1500 });
    expect(await buy(customer, merged)).toMatchObject({ storeCreditCents: 500 });
  });
});

describe('orders with gift cards', () => {
  it('an order charges what its gift cards do not cover, and keeps its total, tax and invoice', async () => {
    const code = await aGiftCard(shop.core, 1500);
    const { guest, cart } = await aCartWith(code);
    const order = await buy(guest, cart);
    expect(order).toMatchObject({ status: 'confirmed', totalCents: 2000, storeCreditCents: 1500, paymentStatus: 'captured' });
    expect(order.credits).toMatchObject([{ kind: 'gift_card', lastFour: code.slice(-4), amountCents: 1500, returnedCents: 0 }]);
    expect(await chargesOf(order.id)).toEqual([{ amountCents: 500, status: 'captured' }]);
    expect(await getCheckoutStatus(shop.core, guest, { orderId: order.id })).toMatchObject({
      state: 'paid',
      totalCents: 2000,
      dueCents: 500,
    });
    const invoice = await shop.core.db.selectFrom('invoices').select('totalCents').where('orderId', '=', order.id).executeTakeFirst();
    expect(invoice).toEqual({ totalCents: 2000 });
  });

  it('an order that gift cards cover in full is paid without a provider and a payment method', async () => {
    const { guest, cart } = await aCartWith(await aGiftCard(shop.core, 2000));
    const order = await buy(guest, cart, { payment: undefined });
    expect(order).toMatchObject({
      status: 'confirmed',
      label: 'Paid',
      storeCreditCents: 2000,
      payments: [],
      invoice: { number: expect.any(String) },
    });
  });

  it('an order that gift cards do not cover in full needs a payment method, and without one takes no credit', async () => {
    const { guest, cart } = await aCartWith(await aGiftCard(shop.core, 1999));
    await expect(checkOut(shop.core, guest, withoutPayment(cart))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'payment', message: 'is required' }],
    });
    expect(await summarizeCheckout(shop.core, guest, { cartId: cart.id })).toMatchObject({ ready: true, creditCents: 1999 });
  });

  it('the confirmation mail names the gift card by its last four characters, without its code', async () => {
    const code = await aGiftCard(shop.core, 1500);
    const { guest, cart } = await aCartWith(code);
    const order = await buy(guest, cart);
    const { text } = await renderTemplate(shop.core, 'order_confirmation', { orderId: order.id }, 'Lamps');
    expect(text).toContain(`Paid by gift card ending in ${code.slice(-4)}`);
    expect(text).not.toContain(code);
  });

  it('the confirmation mail of an order that a gift card pays in part shows what the card paid and what was charged', async () => {
    const code = await aGiftCard(shop.core, 1500);
    const { guest, cart } = await aCartWith(code);
    const order = await buy(guest, cart);
    const { text } = await renderTemplate(shop.core, 'order_confirmation', { orderId: order.id }, 'Lamps');
    const rows = text.replaceAll(/\s+/g, ' ');
    expect(rows).toContain(`Total $20.00 Paid by gift card ending in ${code.slice(-4)} $15.00 Charged to your payment method $5.00`);
    expect(rows).not.toContain('Refunded');
  });

  it('the mail of an order without credits shows what was charged', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 2000 }), 1]]);
    const order = await buy(guest, cart);
    const { text } = await renderTemplate(shop.core, 'order_confirmation', { orderId: order.id }, 'Lamps');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Total $20.00 Charged to your payment method $20.00');
  });

  it('an order takes the requested amount of a gift card', async () => {
    const { guest, cart } = await aCartWith(await aGiftCard(shop.core, 2000));
    expect(await buy(guest, cart, { expectedCreditCents: 700 })).toMatchObject({ storeCreditCents: 700 });
  });

  it("a gift card with a lower balance than was shown needs the buyer's agreement to the lower amount", async () => {
    const code = await aGiftCard(shop.core, 2500);
    const [one, two] = [await aCartWith(code), await aCartWith(code)];
    const { quote } = await quoteCart(shop.core, two.guest, { cartId: two.cart.id, countryCode: 'GB' });
    await buy(one.guest, one.cart);
    const check = await validateCheckout(shop.core, two.guest, { cartId: two.cart.id });
    expect(check).toMatchObject({
      ready: false,
      problems: [{ code: 'INSUFFICIENT_CREDIT', leftCents: 500 }],
      creditCents: 500,
      dueCents: 1500,
    });
    const refused = { code: 'INSUFFICIENT_CREDIT', details: { neededCents: 2000, leftCents: 500 } };
    await expect(buy(two.guest, two.cart)).rejects.toMatchObject(refused);
    await expect(buy(two.guest, two.cart, { quote })).rejects.toMatchObject(refused);
    await expect(buy(two.guest, two.cart, { expectedCreditCents: 2000 })).rejects.toMatchObject(refused);
    const order = await buy(two.guest, two.cart, { quote, expectedCreditCents: 500 });
    expect(order).toMatchObject({ status: 'confirmed', storeCreditCents: 500, totalCents: 2000 });
    expect(await chargesOf(order.id)).toEqual([{ amountCents: 1500, status: 'captured' }]);
  });

  it('an order with a gift card that was disabled is refused until the card is removed', async () => {
    const { guest, cart } = await aCartWith(await aGiftCard(shop.core, 2500));
    const creditId = cart.credits[0]?.creditId ?? expect.fail('no card on the cart');
    await setCreditState(shop.core, system('test'), { creditId, state: 'disabled' });
    await expect(buy(guest, cart)).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDIT', details: { leftCents: 0 } });
    expect(await buy(guest, await removeCartCredit(shop.core, guest, { cartId: cart.id }))).toMatchObject({ storeCreditCents: 0 });
  });

  it('a gift card adds at most three statements to a checkout: it is locked, spent, and recorded with the order', async () => {
    const [plain, paid] = [await aCartWith(), await aCartWith(await aGiftCard(shop.core, 1500))];
    const count = async ({ guest, cart }: typeof plain) => (await shop.countQueries(() => buy(guest, cart))).length;
    const [without, withCard] = [await count(plain), await count(paid)];
    expect(withCard - without).toEqual(atMost(3));
  });
});
