import { aCustomer, aGuestCart, aProduct, aPromoCode, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPromoCode, createCart } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const codeEntryFrom = async (ip: string) => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  return (code: string) => applyPromoCode(shop.core, guest, { cartId: cart.id, code }, ip);
};

describe('promo code guesses', () => {
  it('ten wrong promo codes from one address block further ones, also concurrent ones from new carts', async () => {
    const entries = await Promise.all(Array.from({ length: 30 }, () => codeEntryFrom('203.0.113.20')));
    const { refused, defects } = await race(30, (i) => (entries[i] ?? expect.fail('no entry'))(`GUESS-${i}`));
    expect(defects).toEqual([]);
    expect(refused).toEqual({ CODE_NOT_APPLICABLE: 10, RATE_LIMITED: 20 });
    const right = await aPromoCode(shop.core);
    await expect((await codeEntryFrom('203.0.113.20'))(right)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: expect.any(Number) },
    });
    expect((await (await codeEntryFrom('203.0.113.21'))(right)).promoCode).toBe(right);
  });

  it('unknown, ended and used-up promo codes get the same message, apart from the code as typed', async () => {
    const [ended, usedUp] = [await aPromoCode(shop.core), await aPromoCode(shop.core, { usageLimit: 1 })];
    await shop.core.database.kysely.updateTable('promo_codes').set({ active: false }).where('code', '=', ended).execute();
    await shop.core.database.kysely.updateTable('promo_codes').set({ usedCount: 1 }).where('code', '=', usedUp).execute();
    const guess = await codeEntryFrom('203.0.113.22');
    const answers = await Promise.all(
      ['NEVER-WAS', ended, usedUp].map((code) => guess(code).catch((error: unknown) => String(error).replaceAll(code, 'the code'))),
    );
    expect(new Set(answers).size).toBe(1);
  });

  it('valid promo codes do not count as guesses', async () => {
    const code = await aPromoCode(shop.core);
    const guess = await codeEntryFrom('203.0.113.23');
    for (let i = 0; i < 15; i += 1) expect((await guess(code)).promoCode).toBe(code);
  });

  it('wrong promo codes of a customer are counted by account, whatever the address', async () => {
    const customer = await aCustomer(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    const guess = (i: number) => applyPromoCode(shop.core, customer, { cartId: cart.id, code: `GUESS-${i}` }, `203.0.113.${100 + i}`);
    for (let i = 0; i < 10; i += 1) await expect(guess(i)).rejects.toMatchObject({ code: 'CODE_NOT_APPLICABLE' });
    await expect(guess(10)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
