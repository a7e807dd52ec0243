import { aCheckout, aGuestCart, aProduct, checkOut, createTestShop, type TestShop } from '@cartwright/testing';
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
/** The number of statements that `work` takes for a cart of one line, and for one of twelve. */
const counts = async (work: (bought: Awaited<ReturnType<typeof aCart>>) => Promise<unknown>): Promise<number[]> => {
  const seen: number[] = [];
  for (const lines of [1, 12]) {
    const bought = await aCart(lines);
    seen.push((await shop.countQueries(() => work(bought))).length);
  }
  return seen;
};

describe('statements of a checkout, including begin and commit', () => {
  it('a whole checkout takes 32 statements, whatever the number of lines', async () => {
    expect(await counts(({ guest, cart }) => checkOut(shop.core, guest, aCheckout(cart), undefined, '203.0.113.1'))).toEqual([32, 32]);
  });

  it('validating and summarizing a checkout take four statements each', async () => {
    expect(await counts(({ guest, cart }) => validateCheckout(shop.core, guest, { cartId: cart.id }))).toEqual([4, 4]);
    expect(await counts(({ guest, cart }) => summarizeCheckout(shop.core, guest, { cartId: cart.id }))).toEqual([4, 4]);
  });

  it('polling an order takes three statements, and an event of the provider at most 17', async () => {
    const { guest, cart } = await aCart(12);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_3ds' }));
    const status = () => getCheckoutStatus(shop.core, guest, { orderId: order.id });
    expect(await shop.countQueries(status)).toHaveLength(3);
    const reference = (await status()).action?.url?.split('/').at(-1) ?? expect.fail('nothing to confirm');
    expect((await shop.countQueries(() => decideSandboxCharge(shop.core, reference, true))).length).toBeLessThanOrEqual(17);
    expect(await status()).toMatchObject({ state: 'paid' });
  });
});
