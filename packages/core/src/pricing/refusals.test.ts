/** Every invalid rule, code, list, rate and method, with the field that the error names. */
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
const refused = async (work: () => Promise<unknown>, path: string, code: 'INVALID_PRICE' | 'INVALID_INPUT' = 'INVALID_PRICE') => {
  const error = await Promise.resolve()
    .then(work)
    .catch((e: unknown) => e);
  expect(error).toMatchObject({ code });
  expect((error as { fields: { path: string }[] }).fields.map((field) => field.path)).toContain(path);
};

describe('invalid pricing rules', () => {
  it.each<[string, Parameters<PricingShop['aRule']>[0], string]>([
    ['a percentage without one', { effect: 'percent_off' }, 'percentBasisPoints'],
    ['an amount beside a percentage', { ...percent, amountCents: 5 }, 'amountCents'],
    ['an amount off without one', { effect: 'amount_off' }, 'amountCents'],
    ['a fixed price without one', { effect: 'fixed_price' }, 'amountCents'],
    ['a percentage beside a fixed price', { effect: 'fixed_price', amountCents: 1, percentBasisPoints: 1 }, 'percentBasisPoints'],
    ['an order percentage without one', { effect: 'order_percent_off' }, 'percentBasisPoints'],
    ['an order amount without one', { effect: 'order_amount_off' }, 'amountCents'],
    ['an offer without units to give', { effect: 'buy_x_get_y', buyQuantity: 2 }, 'getQuantity'],
    ['an offer without units to buy', { effect: 'buy_x_get_y', getQuantity: 2 }, 'buyQuantity'],
    ['an offer with an amount', { effect: 'buy_x_get_y', buyQuantity: 1, getQuantity: 1, amountCents: 5 }, 'amountCents'],
    ['units to buy in a rule that is no offer', { ...percent, buyQuantity: 2 }, 'buyQuantity'],
    ['free shipping by a percentage', { effect: 'free_shipping', percentBasisPoints: 10 }, 'percentBasisPoints'],
    ['a low-stock surcharge without a stock threshold', { effect: 'low_stock_surcharge', percentBasisPoints: 500 }, 'stockThreshold'],
    ['a stock threshold in a rule that is no surcharge', { ...percent, stockThreshold: 3 }, 'stockThreshold'],
    ['a minimum subtotal for a unit price', { ...percent, minSubtotalCents: 5 }, 'minSubtotalCents'],
    ['full prices only for a unit price', { ...percent, fullPriceOnly: true }, 'fullPriceOnly'],
  ])('a pricing rule is refused with INVALID_PRICE for %s', (_, fields, path) => refused(() => shop.aRule(fields), `rules.0.${path}`));

  it('a pricing rule with two scopes is refused with INVALID_PRICE', async () => {
    const product = await aProduct(shop.core);
    await refused(() => shop.aRule({ ...percent, productId: product.id, variantId: variantOf(product).id }), 'rules.0.variantId');
  });

  it.each(['variantId', 'productId', 'categoryId', 'collectionId'] as const)(
    'a pricing rule for an unknown %s is refused with NOT_FOUND',
    async (scope) => {
      const input = contract.pricing.createRules.input.shape.rules.element.parse({
        name: 'Lost',
        ...percent,
        [scope]: shop.core.ids.next(),
      });
      await expect(shop.aRule(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );

  it('a pricing rule for an unknown code is refused with NOT_FOUND, and an ambiguous one with RULES_OVERLAP', async () => {
    await expect(shop.aRule({ ...percent, code: 'NO-SUCH-CODE' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/^No promo code NO-SUCH-CODE exists\. Create it/) as string,
      fields: [{ path: 'rules.0.code', message: expect.stringContaining('is not a promo code') as string }],
    });
    const first = await shop.aRule(percent);
    await expect(shop.aRule(percent)).rejects.toMatchObject({ code: 'RULES_OVERLAP' });
    await deletePricingRule(shop.core, staff, { id: first.id });
  });
});

describe('invalid promo codes', () => {
  it.each<[string, Parameters<PricingShop['aCode']>[0], string]>([
    ['two effects', { amountCents: 5, currency: 'USD' }, 'amountCents'],
    ['a percentage beside free shipping', { freeShipping: true }, 'amountCents'],
    ['a percentage of 0', { percentBasisPoints: 0 }, 'percentBasisPoints'],
    ['an amount of 0', { percentBasisPoints: null, amountCents: 0, currency: 'USD' }, 'amountCents'],
    ['an amount without a currency', { percentBasisPoints: null, amountCents: 5 }, 'currency'],
    ['a minimum subtotal without a currency', { minSubtotalCents: 5 }, 'currency'],
  ])('a promo code is refused with INVALID_PRICE for %s', (_, fields, path) => refused(() => shop.aCode(fields), path));

  it('buyers get the same answer for a promo code that is unknown, off, not begun, over, used up or in another currency', async () => {
    const { cart, cartToken } = await createCart(shop.core, nobody, { currency: aCurrency('USD') });
    const guest: GuestActor = { kind: 'guest', cartToken };
    const usedUp = await shop.aCode({ code: 'USED-UP', usageLimit: 1 });
    await shop.core.database.kysely.updateTable('promo_codes').set({ usedCount: 1 }).where('id', '=', usedUp.id).execute();
    const off = await shop.aCode({ code: 'SWITCHED-OFF' });
    await updatePromoCode(shop.core, staff, { id: off.id, version: 1, active: false });
    const others = [
      await shop.aCode({ code: 'NOT-BEGUN', startsAt: '2090-01-01T00:00:00Z' }),
      await shop.aCode({ code: 'OVER', endsAt: '2020-01-01T00:00:00Z' }),
      await shop.aCode({ code: 'IN-YEN', percentBasisPoints: null, amountCents: 5, currency: 'JPY' }),
    ];
    const answers: unknown[] = [];
    for (const code of ['NO-SUCH-CODE', usedUp.code, off.code, ...others.map((other) => other.code)]) {
      const error = await applyPromoCode(shop.core, guest, { cartId: cart.id, code }).catch((e: unknown) => e);
      answers.push([(error as { code: string }).code, (error as Error).message.replaceAll(code, 'X')]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject([
      'CODE_NOT_APPLICABLE',
      'The promo code X cannot be used for this cart in USD. Check the spelling and the conditions of the code, or continue without it. ' +
        'Gift cards are applied by carts.applyCredit (POST /api/v1/carts/{cartId}/credits).',
    ]);
    await shop.core.database.kysely.updateTable('promo_codes').set({ usedCount: 0 }).where('id', '=', usedUp.id).execute();
  });
});

it.each([
  ['7K3F-9M2X-QRST-VWXY', 'ending in VWXY'],
  ['7K3F-9M2X-QRST-VWX', 'ending in TVWX'],
  ['LAUNCH-CELEBRATION', 'ending in TION'],
  ['WELCOME-10', 'WELCOME-10'],
])('the code %s, which may be that of a gift card, is named "%s" when it is typed as a promo code', async (code, named) => {
  const { cart, cartToken } = await createCart(shop.core, nobody, {});
  const refused = applyPromoCode(shop.core, { kind: 'guest', cartToken }, { cartId: cart.id, code });
  await expect(refused).rejects.toThrow(`The promo code ${named} cannot be used for this cart in `);
});

describe('an end before the start', () => {
  it('a pricing rule, a promo code and a price list are refused with INVALID_INPUT when they end before they start', async () => {
    await refused(() => shop.aRule({ ...percent, ...past }), 'rules.0.endsAt', 'INVALID_INPUT');
    await refused(() => shop.aCode(past), 'endsAt', 'INVALID_INPUT');
    await refused(() => shop.aList({ name: 'Bad', currency: 'USD', ...past }), 'endsAt', 'INVALID_INPUT');
  });
});

describe('invalid price lists and shipping methods', () => {
  it.each<[string, Parameters<PricingShop['aMethod']>[0]['bands'], string]>([
    ['an empty weight range', [{ minWeightGrams: 10, maxWeightGrams: 10, priceCents: 1 }], 'bands.0.maxWeightGrams'],
    ['an empty value range', [{ minSubtotalCents: 10, maxSubtotalCents: 5, priceCents: 1 }], 'bands.0.maxSubtotalCents'],
    ['two prices for the same cart', [{ priceCents: 1 }, { minWeightGrams: 5, priceCents: 2 }], 'bands.1.minWeightGrams'],
  ])('a shipping method with %s is refused with INVALID_PRICE', (_, bands, path) =>
    refused(() => shop.aMethod({ name: 'Bad', currency: 'USD', bands }), path),
  );
});
