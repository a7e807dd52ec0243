/** A promo code counts as used by the orders that it reduced, and by no other. */
import { contract, type Order, type Product } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  aProduct,
  aConsistentShop,
  checkOut,
  letPass,
  race,
  there,
  unique,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { addCartItem, applyPromoCode, createCart } from '../carts/index.ts';
import { quoteCart } from '../checkout/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { getOrder } from '../orders/index.ts';
import { reconcilePayments } from '../payments/index.ts';
import {
  createPriceList,
  createPricingRules,
  createPromoCode,
  createShippingMethod,
  listPromoCodes,
  listRedemptions,
  deleteShippingMethod,
  setPrices,
} from './index.ts';

const staff = system('test');
const shop = await aConsistentShop({ settle: (core) => reconcilePayments(core, 0) });
const { core } = shop;

type Terms = Partial<z.input<typeof contract.promoCodes.create.input>>;
const aCode = (terms: Terms = { percentBasisPoints: 1_000 }) =>
  createPromoCode(core, staff, contract.promoCodes.create.input.parse({ code: `C-${unique()}`, ...terms }));
type Code = Awaited<ReturnType<typeof aCode>>;
const aRule = (rule: object) =>
  createPricingRules(core, staff, contract.pricing.createRules.input.parse({ rules: [{ name: 'Rule', ...rule }] }));
const used = async ({ code }: Code) =>
  there((await listPromoCodes(core, staff, contract.promoCodes.list.input.parse({ q: code }))).items[0]).usedCount;
const uses = async ({ id }: Code) =>
  (await listRedemptions(core, staff, contract.promoCodes.redemptions.input.parse({ id }))).items.map((r) => [r.state, r.reducedCents]);

const cartWith = async ({ code }: Code, product: Product, quantity = 1) => {
  const { guest, cart } = await aGuestCart(core, [[product, quantity]]);
  return { guest, cart: await applyPromoCode(core, guest, { cartId: cart.id, code }) };
};
const buy = async (code: Code, product: Product, quantity = 1, changes: Parameters<typeof aCheckout>[1] = {}) => {
  const { guest, cart } = await cartWith(code, product, quantity);
  return checkOut(core, guest, aCheckout(cart, changes));
};
const edit = (order: Order, variantId: Order['items'][number]['variantId'], quantity: number) =>
  editOrder(core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines: [{ variantId, quantity }] });

describe('a promo code that gives no discount', () => {
  it('a promo code below its minimum does not count as used, also once per customer, and the order is without it', async () => {
    const product = await aProduct(core, { priceCents: 500 });
    const code = await aCode({ percentBasisPoints: 1_000, minSubtotalCents: 1_000, currency: 'USD', usageLimit: 1, perCustomerLimit: 1 });
    const email = `once-${unique()}@example.com`;
    const nothing = await buy(code, product, 1, { email });
    expect(nothing).toMatchObject({ promoCode: null, totals: { discountCents: 0 } });
    expect([await used(code), await uses(code)]).toEqual([0, []]);
    expect(await buy(code, product, 2, { email })).toMatchObject({ promoCode: code.code, totals: { discountCents: 100 } });
    expect([await used(code), await uses(code)]).toEqual([1, [['redeemed', 100]]]);
  });

  it('a promo code does not count as used by an order whose goods none of its rules covers', async () => {
    const [covered, other] = [await aProduct(core, { priceCents: 500 }), await aProduct(core, { priceCents: 500 })];
    const code = await aCode({ usageLimit: 1 });
    await aRule({ effect: 'percent_off', percentBasisPoints: 5_000, productId: covered.id, code: code.code });
    expect(await buy(code, other)).toMatchObject({ promoCode: null });
    expect(await used(code)).toBe(0);
    expect(await buy(code, covered, 2)).toMatchObject({ promoCode: code.code, totals: { subtotalCents: 500 } });
    expect(await uses(code)).toEqual([['redeemed', 500]]);
  });

  it('a promo code does not count as used behind an exclusive promotion or a price list that is already lower', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode({ percentBasisPoints: 1_000, stackable: true });
    await aRule({ effect: 'order_percent_off', percentBasisPoints: 2_000, productId: product.id, priority: 100, stackable: false });
    expect(await buy(code, product)).toMatchObject({ promoCode: null, totals: { discountCents: 200 } });
    const listed = await aProduct(core, { priceCents: 1_000 });
    const list = await createPriceList(core, staff, contract.priceLists.create.input.parse({ name: `List ${unique()}`, currency: 'USD' }));
    const prices = [{ variantId: variantOf(listed).id, priceCents: 400 }];
    await setPrices(core, staff, contract.priceLists.setPrices.input.parse({ id: list.id, prices }));
    const fixed = await aCode({});
    await aRule({ effect: 'fixed_price', amountCents: 400, currency: 'USD', productId: listed.id, code: fixed.code });
    expect(await buy(fixed, listed)).toMatchObject({ promoCode: null, totals: { subtotalCents: 400 } });
    expect([await used(code), await used(fixed)]).toEqual([0, 0]);
  });

  it('a free-shipping code counts as used only when shipping would cost something', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode({ freeShipping: true });
    expect(await buy(code, product)).toMatchObject({ promoCode: null });
    const method = contract.shipping.create.input.parse({ name: 'Post', currency: 'USD', countries: ['GB'], bands: [{ priceCents: 490 }] });
    const { id } = await createShippingMethod(core, staff, method);
    expect(await buy(code, product)).toMatchObject({ promoCode: code.code, totals: { shippingCents: 0 } });
    await deleteShippingMethod(core, staff, { id });
    expect(await uses(code)).toEqual([['redeemed', 490]]);
  });

  it('a promo code counts as used by a quote exactly if the quote has its discount', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode({ percentBasisPoints: 1_000, minSubtotalCents: 2_000, currency: 'USD' });
    for (const [quantity, expected] of [
      [1, []],
      [2, [['redeemed', 200]]],
    ] as const) {
      const { guest, cart } = await cartWith(code, product, quantity);
      const { quote } = await quoteCart(core, guest, contract.carts.quote.input.parse({ cartId: cart.id, countryCode: 'GB' }));
      await checkOut(core, guest, { ...aCheckout(cart), quote });
      expect(await uses(code)).toEqual(expected);
    }
  });
});

describe('the release of a code use', () => {
  it('a code use is released once by an order that is cancelled, paid or not, and by one that expires', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode({ percentBasisPoints: 1_000, usageLimit: 1 });
    const paid = await buy(code, product);
    const { won } = await race(5, () => cancelOrder(core, staff, { orderId: paid.id }));
    expect([won.length, await used(code)]).toEqual([1, 0]);
    const unpaid = await buy(code, product, 1, { token: 'tok_3ds' });
    expect(await used(code)).toBe(1);
    await cancelOrder(core, staff, { orderId: unpaid.id });
    const expiring = await buy(code, product, 1, { token: 'tok_3ds' });
    await letPass(core, 31);
    await expireOrders(core);
    expect(await getOrder(core, staff, { orderId: expiring.id })).toMatchObject({ status: 'cancelled', cancellationReason: 'expired' });
    expect([await used(code), (await uses(code)).map(([state]) => state)]).toEqual([0, ['released', 'released', 'released']]);
  });

  it('a code use is released by an edit after which the order gets no discount, and kept while it gets one', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode({ percentBasisPoints: 1_000, minSubtotalCents: 2_000, currency: 'USD' });
    const order = await buy(code, product, 4);
    const { variantId } = there(order.items[0]);
    const fewer = await edit(order, variantId, 3);
    expect(fewer).toMatchObject({ promoCode: code.code, totals: { discountCents: 300 } });
    expect(await uses(code)).toEqual([['redeemed', 300]]);
    const below = await edit(fewer, variantId, 1);
    expect(below).toMatchObject({ promoCode: null, totals: { discountCents: 0 } });
    expect([await used(code), await uses(code)]).toEqual([0, [['released', 300]]]);
  });

  it('a code use is kept by an edit that keeps prices lowered by the code, until the last of them is removed', async () => {
    const [cheap, other] = [await aProduct(core, { priceCents: 1_000 }), await aProduct(core, { priceCents: 1_000 })];
    const code = await aCode({});
    await aRule({ effect: 'percent_off', percentBasisPoints: 5_000, productId: cheap.id, code: code.code });
    const { guest, cart } = await aGuestCart(core, [
      [cheap, 2],
      [other, 1],
    ]);
    await applyPromoCode(core, guest, { cartId: cart.id, code: code.code });
    const order = await checkOut(core, guest, aCheckout(cart));
    expect(await uses(code)).toEqual([['redeemed', 1_000]]);
    const one = await edit(order, variantOf(cheap).id, 1);
    expect([one.promoCode, await uses(code)]).toEqual([code.code, [['redeemed', 500]]]);
    const none = await edit(one, variantOf(cheap).id, 0);
    expect([none.promoCode, await used(code)]).toEqual([null, 0]);
  });

  it('a paid edit updates the discount of the code use', async () => {
    const product = await aProduct(core, { priceCents: 1_000 });
    const code = await aCode();
    const order = await buy(code, product, 1);
    await edit(order, there(order.items[0]).variantId, 3);
    expect(await uses(code)).toEqual([['redeemed', 300]]);
  });
});

describe('concurrent uses of a code', () => {
  it('the last use of a code goes to an order with a discount among 200, half of them below the minimum', async () => {
    const product = await aProduct(core, { priceCents: 500, stock: 1_000 });
    const code = await aCode({ percentBasisPoints: 1_000, minSubtotalCents: 1_000, currency: 'USD', usageLimit: 1 });
    const carts: Awaited<ReturnType<typeof cartWith>>[] = [];
    for (let i = 0; i < 200; i += 1) carts.push(await cartWith(code, product, 1 + (i % 2)));
    const { won, refused, defects } = await race(200, (i) => {
      const { guest, cart } = there(carts[i]);
      return checkOut(core, guest, aCheckout(cart));
    });
    expect(defects).toEqual([]);
    expect(Object.keys(refused)).toEqual(['PROMO_CODE_EXHAUSTED']);
    const reduced = won.filter((order) => order.totals.discountCents > 0);
    expect(reduced.map((order) => [order.itemCount, order.promoCode, order.totals.discountCents])).toEqual([[2, code.code, 100]]);
    expect(won.filter((order) => order.promoCode === null).every((order) => order.itemCount === 1)).toBe(true);
    expect([await used(code), await uses(code)]).toEqual([1, [['redeemed', 100]]]);
  }, 240_000);

  it('the limit per customer of a code counts only orders with a discount among 20 concurrent ones', async () => {
    const product = await aProduct(core, { priceCents: 500, stock: 100 });
    const code = await aCode({ percentBasisPoints: 1_000, minSubtotalCents: 1_000, currency: 'USD', perCustomerLimit: 1 });
    const { email } = await aCustomer(core);
    const carts: Awaited<ReturnType<typeof cartWith>>[] = [];
    for (let i = 0; i < 20; i += 1) carts.push(await cartWith(code, product, 1 + (i % 2)));
    const { won, refused, defects } = await race(20, (i) => {
      const { guest, cart } = there(carts[i]);
      return checkOut(core, guest, aCheckout(cart, { email }));
    });
    expect(defects).toEqual([]);
    expect([won.length, refused]).toEqual([11, { PROMO_CODE_EXHAUSTED: 9 }]);
    expect(await uses(code)).toEqual([['redeemed', 100]]);
  });
});

describe('who counts as one customer of a code', () => {
  const limited = () => aCode({ percentBasisPoints: 5_000, perCustomerLimit: 1 });
  const exhausted = { code: 'PROMO_CODE_EXHAUSTED' };

  it('the limit per customer counts the tags and dots of a mailbox, and its spelling, as one guest', async () => {
    const [code, product, name] = [await limited(), await aProduct(core, { priceCents: 500, stock: 20 }), `ann.${unique()}`];
    await buy(code, product, 1, { email: `${name}@gmail.com`, line1: '1 Own Street' });
    for (const [i, email] of [
      `${name}+1@gmail.com`,
      `${name.toUpperCase()}@googlemail.com`,
      `${name.replace('.', '')}@gmail.com`,
    ].entries())
      await expect(buy(code, product, 1, { email, line1: `${i} Other Street` })).rejects.toMatchObject(exhausted);
    expect(await used(code)).toBe(1);
  });

  it('the limit per customer counts tags of providers that document none as somebody else', async () => {
    const [code, product, name] = [await limited(), await aProduct(core, { priceCents: 500, stock: 20 }), `ben${unique()}`];
    await buy(code, product, 1, { email: `${name}@example.com`, line1: '1 Own Street' });
    await buy(code, product, 1, { email: `${name}+1@example.com`, line1: '2 Own Street' });
    expect(await used(code)).toBe(2);
  });

  it('the limit per customer counts guests with one delivery address as one, however it is written', async () => {
    const [code, product] = [await limited(), await aProduct(core, { priceCents: 500, stock: 20 })];
    await buy(code, product, 1, { line1: '7 Long Street' });
    await expect(buy(code, product, 1, { line1: '7, long  street' })).rejects.toMatchObject(exhausted);
    await buy(code, product, 1, { line1: '9 Long Street' });
    expect(await used(code)).toBe(2);
  });

  it('the limit per customer counts uses from before under the address as it was typed', async () => {
    const [code, product, email] = [await limited(), await aProduct(core, { priceCents: 500, stock: 20 }), `eve+${unique()}@gmail.com`];
    await buy(code, product, 1, { email, line1: '1 Own Street' });
    await sql`update promo_redemptions set identity = ${core.sealer.index('email', email)}, address_identity = null
      where promo_code_id = ${code.id}`.execute(core.db);
    await expect(buy(code, product, 1, { email, line1: '2 Own Street' })).rejects.toMatchObject(exhausted);
  });

  it('the limit per customer counts accounts of one household apart', async () => {
    const [code, product] = [await limited(), await aProduct(core, { priceCents: 500, stock: 20 })];
    for (let i = 0; i < 2; i += 1) {
      const customer = await aCustomer(core);
      const { cart } = await createCart(core, customer, {});
      await addCartItem(core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
      await applyPromoCode(core, customer, { cartId: cart.id, code: code.code });
      await checkOut(core, customer, aCheckout(cart, { email: customer.email, line1: '5 Shared Street' }));
    }
    expect(await used(code)).toBe(2);
  });
});

describe('promo_redemptions', () => {
  it('the database refuses a code use without a discount', async () => {
    const code = await aCode();
    await buy(code, await aProduct(core));
    const nothing = sql`update promo_redemptions set reduced_cents = 0 where promo_code_id = ${code.id}`.execute(core.db);
    await expect(nothing).rejects.toThrow('promo_redemptions_reduced');
  });
});
