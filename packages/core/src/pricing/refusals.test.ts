/** Every rule, code, list, rate and method that makes no sense, with the field that is told to whoever wrote it. */
import { contract } from '@cartwright/contracts';
import { aCurrency, aProduct, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPromoCode, createCart } from '../carts/index.ts';
import type { GuestActor } from '../kernel/index.ts';
import { deletePricingRule, updatePromoCode } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

const percent = { effect: 'percent_off', percentBasisPoints: 1_000 } as const;
const past = { startsAt: '2027-01-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' };
const refused = async (work: () => Promise<unknown>, path: string) => {
  const error = await Promise.resolve()
    .then(work)
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'INVALID_PRICE', status: 422 });
  expect((error as { fields: { path: string }[] }).fields.map((field) => field.path)).toContain(path);
};

describe('a pricing rule is refused with INVALID_PRICE', () => {
  it.each<[string, Parameters<PricingShop['aRule']>[0], string]>([
    ['a percentage without one', { effect: 'percent_off' }, 'percentBasisPoints'],
    ['an amount beside a percentage', { ...percent, amountCents: 5 }, 'amountCents'],
    ['an amount off without one', { effect: 'amount_off' }, 'amountCents'],
    ['a fixed price without one', { effect: 'fixed_price' }, 'amountCents'],
    ['a percentage beside a fixed price', { effect: 'fixed_price', amountCents: 1, percentBasisPoints: 1 }, 'percentBasisPoints'],
    ['an order percentage without one', { effect: 'order_percent_off' }, 'percentBasisPoints'],
    ['an order amount without one', { effect: 'order_amount_off' }, 'amountCents'],
    ['an offer that gives nothing', { effect: 'buy_x_get_y', buyQuantity: 2 }, 'getQuantity'],
    ['an offer that asks for nothing', { effect: 'buy_x_get_y', getQuantity: 2 }, 'buyQuantity'],
    ['an offer with an amount', { effect: 'buy_x_get_y', buyQuantity: 1, getQuantity: 1, amountCents: 5 }, 'amountCents'],
    ['units to buy where nothing is given', { ...percent, buyQuantity: 2 }, 'buyQuantity'],
    ['free shipping by a percentage', { effect: 'free_shipping', percentBasisPoints: 10 }, 'percentBasisPoints'],
    ['a surcharge at no level of stock', { effect: 'low_stock_surcharge', percentBasisPoints: 500 }, 'stockThreshold'],
    ['a level of stock where it has no meaning', { ...percent, stockThreshold: 3 }, 'stockThreshold'],
    ['a value of the cart for a unit price', { ...percent, minSubtotalCents: 5 }, 'minSubtotalCents'],
    ['full prices only for a unit price', { ...percent, fullPriceOnly: true }, 'fullPriceOnly'],
    ['an end before the start', { ...percent, ...past }, 'endsAt'],
  ])('for %s', (_, fields, path) => refused(() => shop.aRule(fields), `rules.0.${path}`));

  it('for two scopes at once', async () => {
    const product = await aProduct(shop.core);
    await refused(() => shop.aRule({ ...percent, productId: product.id, variantId: variantOf(product).id }), 'rules.0.variantId');
  });

  it.each(['variantId', 'productId', 'categoryId', 'collectionId'] as const)('and with NOT_FOUND for an unknown %s', async (scope) => {
    const input = contract.pricing.createRules.input.shape.rules.element.parse({ name: 'Lost', ...percent, [scope]: shop.core.ids.next() });
    await expect(shop.aRule(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('and with NOT_FOUND for an unknown code, and RULES_OVERLAP where chance would decide', async () => {
    await expect(shop.aRule({ ...percent, code: 'NO-SUCH-CODE' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const first = await shop.aRule(percent);
    await expect(shop.aRule(percent)).rejects.toMatchObject({ code: 'RULES_OVERLAP' });
    await deletePricingRule(shop.core, staff, { id: first.id });
  });
});

describe('a promo code is refused with INVALID_PRICE', () => {
  it.each<[string, Parameters<PricingShop['aCode']>[0], string]>([
    ['two effects', { amountCents: 5, currency: 'USD' }, 'amountCents'],
    ['a percentage beside free shipping', { freeShipping: true }, 'amountCents'],
    ['nothing of a percent', { percentBasisPoints: 0 }, 'percentBasisPoints'],
    ['an amount of nothing', { percentBasisPoints: null, amountCents: 0, currency: 'USD' }, 'amountCents'],
    ['an amount in no currency', { percentBasisPoints: null, amountCents: 5 }, 'currency'],
    ['a value of the cart in no currency', { minSubtotalCents: 5 }, 'currency'],
    ['an end before the start', past, 'endsAt'],
  ])('for %s', (_, fields, path) => refused(() => shop.aCode(fields), path));

  it('and answered alike to shoppers when unknown, off, not begun, over, used up or in another currency', async () => {
    const { cart, cartToken } = await createCart(shop.core, nobody, { currency: aCurrency('USD') });
    const guest: GuestActor = { kind: 'guest', cartToken };
    const usedUp = await shop.aCode({ usageLimit: 1 });
    await shop.core.database.kysely.updateTable('promo_codes').set({ used_count: 1 }).where('id', '=', usedUp.id).execute();
    const off = await shop.aCode();
    await updatePromoCode(shop.core, staff, { id: off.id, version: 1, active: false });
    const others = [
      await shop.aCode({ startsAt: '2090-01-01T00:00:00Z' }),
      await shop.aCode({ endsAt: '2020-01-01T00:00:00Z' }),
      await shop.aCode({ percentBasisPoints: null, amountCents: 5, currency: 'JPY' }),
    ];
    const answers: unknown[] = [];
    for (const code of ['NO-SUCH-CODE', usedUp.code, off.code, ...others.map((other) => other.code)]) {
      const error = await applyPromoCode(shop.core, guest, { cartId: cart.id, code }).catch((e: unknown) => e);
      answers.push([(error as { code: string }).code, (error as Error).message.replaceAll(code, 'X')]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject(['CODE_NOT_APPLICABLE', expect.any(String)]);
    await shop.core.database.kysely.updateTable('promo_codes').set({ used_count: 0 }).where('id', '=', usedUp.id).execute();
  });
});

describe('terms are refused with INVALID_PRICE', () => {
  it('for a price list that ends before it starts', () => refused(() => shop.aList({ name: 'Bad', currency: 'USD', ...past }), 'endsAt'));

  it.each<[string, Parameters<PricingShop['aMethod']>[0]['bands'], string]>([
    ['no room by weight', [{ minWeightGrams: 10, maxWeightGrams: 10, priceCents: 1 }], 'bands.0.maxWeightGrams'],
    ['no room by value', [{ minSubtotalCents: 10, maxSubtotalCents: 5, priceCents: 1 }], 'bands.0.maxSubtotalCents'],
    ['two prices for the same cart', [{ priceCents: 1 }, { minWeightGrams: 5, priceCents: 2 }], 'bands.1'],
  ])('for a shipping method with %s', (_, bands, path) => refused(() => shop.aMethod({ name: 'Bad', currency: 'USD', bands }), path));
});
