import { aCheckout, aGuestCart, aProduct, atMost, checkOut, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideSandboxCharge } from '../payments/index.ts';
import { getCheckoutStatus, summarizeCheckout, validateCheckout } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const aCart = async (lines: number) => {
  const products = await Promise.all(Array.from({ length: lines }, () => aProduct(shop.core)));
  return aGuestCart(
    shop.core,
    products.map((product) => [product, 1] as const),
  );
};
/** The most statements that `work` takes, for a cart of one line or for one of twelve. */
const mostStatements = async (work: (bought: Awaited<ReturnType<typeof aCart>>) => Promise<unknown>): Promise<number> => {
  const seen: number[] = [];
  for (const lines of [1, 12]) {
    const bought = await aCart(lines);
    seen.push((await shop.countQueries(() => work(bought))).length);
  }
  return Math.max(...seen);
};

describe('statements of a checkout, including begin and commit', () => {
  it('a whole checkout takes at most 31 statements, whatever the number of lines', async () => {
    expect(await mostStatements(({ guest, cart }) => checkOut(shop.core, guest, aCheckout(cart), undefined, '203.0.113.1'))).toEqual(
      atMost(31),
    );
  });

  it('validating and summarizing a checkout take at most four statements each', async () => {
    expect(await mostStatements(({ guest, cart }) => validateCheckout(shop.core, guest, { cartId: cart.id }))).toEqual(atMost(4));
    expect(await mostStatements(({ guest, cart }) => summarizeCheckout(shop.core, guest, { cartId: cart.id }))).toEqual(atMost(4));
  });

  it('polling an order takes at most three statements, and an event of the provider at most 17', async () => {
    const { guest, cart } = await aCart(12);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_3ds' }));
    const status = () => getCheckoutStatus(shop.core, guest, { orderId: order.id });
    expect(await shop.countQueries(status)).toEqual(atMost(3));
    const reference = (await status()).action?.url?.split('/').at(-1) ?? expect.fail('nothing to confirm');
    expect(await shop.countQueries(() => decideSandboxCharge(shop.core, reference, true))).toEqual(atMost(17));
    expect(await status()).toMatchObject({ state: 'paid' });
  });
});
