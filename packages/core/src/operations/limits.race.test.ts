/**
 * Every limit of the shop, with two hundred requests at the same moment: exactly the allowed number pass, and no call fails by a
 * defect.
 */
import { existsSync } from 'node:fs';
import { contract, maxOrderViews, type Cart, type CartId } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGiftCard,
  aGuestCart,
  aPaidOrder,
  aProduct,
  aPromoCode,
  aConsistentShop,
  aStaffMember,
  checkOut,
  race,
  salesOf,
  there,
  unique,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { signIn } from '../accounts/index.ts';
import { addCartItem, applyCartCredit, applyPromoCode, createCart } from '../carts/index.ts';
import { addProductImage } from '../catalog/index.ts';
import { admitBuyers, joinWaitingRoom } from '../flash-sales/index.ts';
import { coreEnv, system, type Actor } from '../kernel/index.ts';
import { createOrderView } from '../orders/index.ts';
import { refundPayment } from '../payments/index.ts';
import { startReindex } from '../search/index.ts';
import { adjustCredit, checkGiftCard, grantCredit } from '../store-credit/index.ts';

const crowd = 200;
const shop = await aConsistentShop({ config: { holdLimitUnits: 50 } });
const { core } = shop;
const { aSale, buy } = salesOf(shop);
const staff = system('test');
const nobody: Actor = { kind: 'guest', cartToken: null };
const anIp = () => `network ${unique()}`;

/** How many calls passed, and how many were refused by which code; fails for any other error. */
const crowdOf = async (call: (index: number) => Promise<unknown>) => {
  const { won, refused, defects } = await race(crowd, call);
  expect(defects).toEqual([]);
  return { passed: won.length, refused };
};
const exactly = (most: number, code: string) => ({ passed: most, refused: { [code]: crowd - most } });

const cartsOf = async (actor: Actor, count: number): Promise<CartId[]> => {
  const carts: CartId[] = [];
  for (let n = 0; n < count; n += 1) carts.push((await createCart(core, actor, contract.carts.create.input.parse({}))).cart.id);
  return carts;
};
/** Carts of two hundred guests, with a code on each. */
const codedCarts = async (code: string) => {
  const product = await aProduct(core, { stock: 1_000 });
  const carts = await Promise.all(Array.from({ length: crowd }, () => aGuestCart(core, [[product, 1]])));
  await sql`update carts set promo_code = ${code} where id = any(${carts.map(({ cart }) => cart.id)}::uuid[])`.execute(core.db);
  return carts;
};

const limits: Readonly<Record<string, () => Promise<void>>> = {
  'CODE_GUESSES_LIMIT, promo codes': async () => {
    const [{ guest, cart }, ip] = [await aGuestCart(core), anIp()];
    const guess = (i: number): Promise<Cart> => applyPromoCode(core, guest, { cartId: cart.id, code: `WRONG-${i}` }, ip);
    const { passed, refused } = await crowdOf(guess);
    expect({ passed, refused }).toEqual({
      passed: 0,
      refused: { CODE_NOT_APPLICABLE: shop.config.codeGuessesLimit, RATE_LIMITED: crowd - shop.config.codeGuessesLimit },
    });
  },
  'CODE_GUESSES_LIMIT, gift cards': async () => {
    const ip = anIp();
    const { refused } = await crowdOf((i) => checkGiftCard(core, nobody, { code: `WRONG${String(i).padStart(11, '0')}` }, ip));
    expect(refused).toEqual({ CODE_NOT_APPLICABLE: shop.config.codeGuessesLimit, RATE_LIMITED: crowd - shop.config.codeGuessesLimit });
  },
  'CODE_GUESSES_LIMIT, codes that are right': async () => {
    const [code, ip] = [await aGiftCard(core, 1_000), anIp()];
    expect(await crowdOf(() => checkGiftCard(core, nobody, { code }, ip))).toEqual({ passed: crowd, refused: {} });
  },
  'tries to sign in per e-mail address': async () => {
    const { email } = await aCustomer(core);
    const { refused } = await crowdOf(() => signIn(core, nobody, { email, password: 'not the password' }));
    expect(refused).toEqual({ INVALID_CREDENTIALS: 10, RATE_LIMITED: crowd - 10 });
  },
  HOLD_LIMIT_CARTS: async () => {
    const customer = await aCustomer(core);
    const [carts, { id: variantId }] = [await cartsOf(customer, crowd), variantOf(await aProduct(core, { stock: 1_000 }))];
    const add = (i: number) => addCartItem(core, customer, { cartId: there(carts[i]), variantId, quantity: 1 });
    expect(await crowdOf(add)).toEqual(exactly(shop.config.holdLimitCarts, 'HOLD_LIMIT'));
  },
  HOLD_LIMIT_UNITS: async () => {
    const customer = await aCustomer(core);
    const [carts, { id: variantId }] = [await cartsOf(customer, 10), variantOf(await aProduct(core, { stock: 1_000 }))];
    const add = (i: number) => addCartItem(core, customer, { cartId: there(carts[i % 10]), variantId, quantity: 1 });
    expect(await crowdOf(add)).toEqual(exactly(shop.config.holdLimitUnits, 'HOLD_LIMIT'));
  },
  'uses of a promo code': async () => {
    const carts = await codedCarts(await aPromoCode(core, { usageLimit: 7 }));
    const pay = (i: number) => checkOut(core, there(carts[i]).guest, aCheckout(there(carts[i]).cart));
    const { passed, refused } = await crowdOf(pay);
    expect(passed).toBe(7);
    expect(Object.keys(refused).filter((code) => !['PROMO_CODE_EXHAUSTED', 'PRICE_CHANGED'].includes(code))).toEqual([]);
  },
  'uses of a promo code per customer': async () => {
    const [carts, email] = [await codedCarts(await aPromoCode(core, { perCustomerLimit: 3 })), `same-${unique()}@example.com`];
    const pay = (i: number) => checkOut(core, there(carts[i]).guest, aCheckout(there(carts[i]).cart, { email }));
    const { passed, refused } = await crowdOf(pay);
    expect(passed).toBe(3);
    expect(Object.keys(refused).filter((code) => !['PROMO_CODE_EXHAUSTED', 'PRICE_CHANGED'].includes(code))).toEqual([]);
  },
  'units of a drop per customer': async () => {
    const { item } = await aSale({ units: 50, limitPerCustomer: 3 });
    const email = `same-${unique()}@example.com`;
    expect(await crowdOf(() => buy(item, { email }))).toEqual(exactly(3, 'PURCHASE_LIMIT'));
  },
  'units of a drop per delivery address': async () => {
    const { item } = await aSale({ units: 50, limitPerAddress: 2 });
    expect(await crowdOf(() => buy(item, { address: { line1: '1 Same Street' } }))).toEqual(exactly(2, 'PURCHASE_LIMIT'));
  },
  'places in a waiting room per buyer, and purchases per place': async () => {
    const { sale, item } = await aSale({ units: 50, waitingRoom: true });
    const email = `queue-${unique()}@example.com`;
    const { won, defects } = await race(crowd, () => joinWaitingRoom(core, nobody, { saleId: sale.id, email }));
    expect([new Set(won.map(({ ticket }) => ticket)).size, defects]).toEqual([1, []]);
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(core.db);
    await admitBuyers(core, sale.id);
    expect(await crowdOf(() => buy(item, { email, ticket: there(won[0]).ticket }))).toEqual(exactly(1, 'ADMISSION_REQUIRED'));
  },
  'money of a credit': async () => {
    const { userId } = await aCustomer(core);
    const { id: creditId } = await grantCredit(
      core,
      staff,
      contract.storeCredit.grant.input.parse({ userId, currency: 'USD', amountCents: 1_000, reason: 'test' }),
    );
    const take = () => adjustCredit(core, staff, { creditId, amountCents: -100, reason: 'test' });
    expect(await crowdOf(take)).toEqual(exactly(10, 'INSUFFICIENT_CREDIT'));
  },
  'gift cards per cart': async () => {
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core), 1]]);
    const codes = await Promise.all(Array.from({ length: crowd }, () => aGiftCard(core, 100)));
    expect(await crowdOf((i) => applyCartCredit(core, guest, { cartId: cart.id, code: there(codes[i]) }))).toEqual(
      exactly(5, 'LIMIT_REACHED'),
    );
  },
  'refunds of a payment': async () => {
    const { order } = await aPaidOrder(core, await aProduct(core, { priceCents: 1_000 }));
    const paymentId = there(order.payments[0]).id;
    expect(await crowdOf(() => refundPayment(core, staff, { paymentId, amountCents: 100, reason: 'test' }))).toEqual(
      exactly(10, 'REFUND_EXCEEDS_CAPTURED'),
    );
  },
  'views of the order list per person': async () => {
    const person = await aStaffMember(core);
    const view = (i: number) => createOrderView(core, person, contract.orderViews.create.input.parse({ name: `View ${i}`, filters: {} }));
    expect(await crowdOf(view)).toEqual(exactly(maxOrderViews, 'LIMIT_REACHED'));
  },
  'images per product': async () => {
    const { id: productId } = await aProduct(core);
    const add = (i: number) => addProductImage(core, staff, { productId, url: `https://images.example.com/${i}.png`, altText: '' });
    expect(await crowdOf(add)).toEqual(exactly(50, 'LIMIT_REACHED'));
  },
  'rebuilds of the search at once': async () => {
    const { won, defects } = await race(crowd, () => startReindex(core, staff));
    expect([new Set(won.map(({ id }) => id)).size, defects]).toEqual([1, []]);
  },
};

/** Settings that limit a number and are tested in a file of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  DECLINES_PER_ORDER: '../payments/decline-limits.race.test.ts',
  DECLINES_PER_ADDRESS: '../payments/decline-limits.race.test.ts',
};
/** Settings whose names look like limits, and which are durations. */
const durations = ['CART_HOLD_MAX_MINUTES'];

describe('limits under two hundred concurrent requests', () => {
  it.each(Object.keys(limits))('the limit on %s lets exactly the allowed number of two hundred concurrent requests pass', async (name) =>
    there(limits[name])(),
  );

  it('every setting that is a limit has a test', () => {
    const settings = Object.keys(coreEnv.shape).filter((name) => /_PER_|MAX|LIMIT|TRIES/.test(name) && !durations.includes(name));
    const tried = Object.keys(limits).map((name) => name.split(',')[0]);
    expect(settings.filter((name) => !tried.includes(name) && !existsSync(new URL(elsewhere[name] ?? 'missing', import.meta.url)))).toEqual(
      [],
    );
  });
});
