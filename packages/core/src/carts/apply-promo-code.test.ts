import { aCustomer, aGuestCart, aProduct, aPromoCode, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPromoCode, createCart } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const aTry = async (ip: string) => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  return (code: string) => applyPromoCode(shop.core, guest, { cartId: cart.id, code }, ip);
};

describe('guessing promo codes', () => {
  it('ends after ten misses from one address, also when all come at once and with new carts', async () => {
    const tries = await Promise.all(Array.from({ length: 30 }, () => aTry('203.0.113.20')));
    const { refused, defects } = await race(30, (i) => (tries[i] ?? expect.fail('no try'))(`GUESS-${i}`));
    expect(defects).toEqual([]);
    expect(refused).toEqual({ CODE_NOT_APPLICABLE: 10, RATE_LIMITED: 20 });
    const right = await aPromoCode(shop.core);
    await expect((await aTry('203.0.113.20'))(right)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: expect.any(Number) },
    });
    expect((await (await aTry('203.0.113.21'))(right)).promoCode).toBe(right);
  });

  it('answers a code that never was, one that ended and one that is used up in the same words', async () => {
    const [ended, usedUp] = [await aPromoCode(shop.core), await aPromoCode(shop.core, { usageLimit: 1 })];
    await shop.core.db.updateTable('promo_codes').set({ active: false }).where('code', '=', ended).execute();
    await shop.core.db.updateTable('promo_codes').set({ used_count: 1 }).where('code', '=', usedUp).execute();
    const guess = await aTry('203.0.113.22');
    const answers = await Promise.all(
      ['NEVER-WAS', ended, usedUp].map((code) => guess(code).catch((error: unknown) => (error instanceof Error ? error.message : error))),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('does not count codes that can be used', async () => {
    const code = await aPromoCode(shop.core);
    const guess = await aTry('203.0.113.23');
    for (let i = 0; i < 15; i += 1) expect((await guess(code)).promoCode).toBe(code);
  });

  it('counts a customer by the account, wherever they are', async () => {
    const customer = await aCustomer(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    const guess = (i: number) => applyPromoCode(shop.core, customer, { cartId: cart.id, code: `GUESS-${i}` }, `203.0.113.${100 + i}`);
    for (let i = 0; i < 10; i += 1) await expect(guess(i)).rejects.toMatchObject({ code: 'CODE_NOT_APPLICABLE' });
    await expect(guess(10)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
