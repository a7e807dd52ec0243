import { contract } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aKey, aProduct, checkOut, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyCartCredit } from '../carts/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { refundOrder } from '../payments/index.ts';
import { adjustCredit, expireCredits, issueGiftCard, listCreditMovements, setCreditState } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const staff = system('test');
const aGiftCard = (amountCents: number) =>
  issueGiftCard(shop.core, staff, contract.storeCredit.issueGiftCard.input.parse({ amountCents, currency: 'USD' }));

/** Carts of one unit at 20.00 each, all with the same gift card. */
const cartsWith = async (code: string, count: number) => {
  const product = await aProduct(shop.core, { priceCents: 2000, stock: 100 });
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      return { guest, cart: await applyCartCredit(shop.core, guest, { cartId: cart.id, code }) };
    }),
  );
};

describe('one gift card in concurrent orders', () => {
  it('a gift card in two concurrent orders pays one, and the other is refused', async () => {
    const { credit, code } = await aGiftCard(2000);
    const carts = await cartsWith(code, 2);
    const { won, refused, defects } = await race(2, async (i) => {
      const { guest, cart } = carts[i] ?? expect.fail('no such cart');
      return checkOut(shop.core, guest, aCheckout(cart), aKey());
    });
    expect({ won: won.length, refused, defects }).toEqual({ won: 1, refused: { INSUFFICIENT_CREDIT: 1 }, defects: [] });
    const { credit: after, items } = await listCreditMovements(shop.core, staff, { creditId: credit.id, page: 1, pageSize: 20 });
    expect(after.balanceCents).toBe(0);
    expect(items.map((m) => [m.kind, m.amountCents])).toEqual([
      ['spend', -2000],
      ['grant', 2000],
    ]);
  });

  it('a gift card in fifty concurrent orders pays those that its balance covers and never goes below zero', async () => {
    const { credit, code } = await aGiftCard(15_000);
    const carts = await cartsWith(code, 50);
    const { won, refused, defects } = await race(50, async (i) => {
      const { guest, cart } = carts[i] ?? expect.fail('no such cart');
      return checkOut(shop.core, guest, aCheckout(cart), aKey());
    });
    expect({ won: won.length, refused, defects }).toEqual({ won: 7, refused: { INSUFFICIENT_CREDIT: 43 }, defects: [] });
    const { credit: after } = await listCreditMovements(shop.core, staff, { creditId: credit.id, page: 1, pageSize: 20 });
    expect(after.balanceCents).toBe(1000);
    expect(await shop.core.db.selectFrom('payments').selectAll().execute()).toEqual([]);
  });
});

describe('all operations on one gift card', () => {
  it('the data is consistent after concurrent orders, cancellations, refunds, corrections and expiries of one gift card', async () => {
    const { credit, code } = await aGiftCard(20_000);
    const carts = await cartsWith(code, 12);
    const orders = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const [{ guest, cart } = expect.fail('no cart')] = await cartsWith(code, 1);
        return checkOut(shop.core, guest, aCheckout(cart), aKey());
      }),
    );
    const orderOf = (i: number) => orders[i % orders.length]?.id ?? expect.fail('no order');
    const steps: ((i: number) => Promise<unknown>)[] = [
      (i) => checkOut(shop.core, carts[i % 12]?.guest ?? staff, aCheckout(carts[i % 12]?.cart ?? expect.fail('no cart')), aKey()),
      (i) => cancelOrder(shop.core, staff, { orderId: orderOf(i) }),
      (i) => refundOrder(shop.core, staff, { orderId: orderOf(i), amountCents: 700, reason: 'scratched' }),
      (i) => adjustCredit(shop.core, staff, { creditId: credit.id, amountCents: i % 4 === 3 ? -900 : 400, reason: 'counted' }),
      (i) => setCreditState(shop.core, staff, { creditId: credit.id, state: i % 8 < 4 ? 'disabled' : 'active' }),
      () => expireCredits(shop.core),
    ];
    const { defects } = await race(60, (i) => steps[i % steps.length]?.(i) ?? expect.fail('no step'));
    expect(defects).toEqual([]);
    const { results } = await checkInvariants(shop.core, staff);
    expect(results.filter((result) => result.violations > 0)).toEqual([]);
    const { credit: after } = await listCreditMovements(shop.core, staff, { creditId: credit.id, page: 1, pageSize: 1 });
    expect(after.balanceCents).toBeGreaterThanOrEqual(0);
  });
});
