import { contract } from '@cartwright/contracts';
import { answerLost, aProduct } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPriceList,
  createPricingRules,
  createPromoCode,
  createShippingMethod,
  generatePromoCodes,
  listPriceLists,
  listPricingRules,
  listPromoCodes,
  listShippingMethods,
} from './index.ts';
import { openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('creating pricing records with an idempotency key', () => {
  it('a price list is created once per key, although the first answer was lost', async () => {
    const input = contract.priceLists.create.input.parse({ name: 'Once', currency: 'EUR' });
    const before = await listPriceLists(shop.core, staff, contract.priceLists.list.input.parse({}));
    const made = await answerLost(shop.core, staff, 'priceLists.create', (core) => createPriceList(core, staff, input));
    const lists = await listPriceLists(shop.core, staff, contract.priceLists.list.input.parse({}));
    expect([lists.totalCount - before.totalCount, lists.items[0]?.id]).toEqual([1, made.id]);
  });

  it('pricing rules are created once per key, although the first answer was lost', async () => {
    const { id: productId } = await aProduct(shop.core);
    const rule = { name: 'Once', effect: 'percent_off', percentBasisPoints: 500, productId } as const;
    const input = contract.pricing.createRules.input.parse({ rules: [rule] });
    const made = await answerLost(shop.core, staff, 'pricing.createRules', (core) => createPricingRules(core, staff, input));
    const { items } = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({ productId }));
    expect(items.map(({ id }) => id)).toEqual(made.rules.map(({ id }) => id));
  });

  it('a promo code is created once per key, and the repeat gets the code instead of CODE_TAKEN', async () => {
    const input = contract.promoCodes.create.input.parse({ code: 'ONLY-ONCE', percentBasisPoints: 500 });
    const made = await answerLost(shop.core, staff, 'promoCodes.create', (core) => createPromoCode(core, staff, input));
    const { items } = await listPromoCodes(shop.core, staff, contract.promoCodes.list.input.parse({ q: 'ONLY-ONCE' }));
    expect(items.map(({ id }) => id)).toEqual([made.id]);
  });

  it('a batch of codes is created once per key, and the repeat gets the same codes', async () => {
    const input = contract.promoCodes.generate.input.parse({ count: 25, prefix: 'BATCH', percentBasisPoints: 500 });
    const made = await answerLost(shop.core, staff, 'promoCodes.generate', (core) => generatePromoCodes(core, staff, input));
    const { items } = await listPromoCodes(shop.core, staff, contract.promoCodes.list.input.parse({ q: 'BATCH', pageSize: 100 }));
    expect(items.map(({ code }) => code).sort()).toEqual([...made.codes].sort());
  });

  it('a shipping method is created once per key, although the first answer was lost', async () => {
    const input = contract.shipping.create.input.parse({
      name: 'Once',
      currency: 'EUR',
      countries: ['DE'],
      bands: [{ priceCents: 500 }],
    });
    const before = await listShippingMethods(shop.core, staff, contract.shipping.list.input.parse({}));
    const made = await answerLost(shop.core, staff, 'shipping.create', (core) => createShippingMethod(core, staff, input));
    const after = await listShippingMethods(shop.core, staff, contract.shipping.list.input.parse({}));
    expect([after.totalCount - before.totalCount, after.items.some(({ id }) => id === made.id)]).toEqual([1, true]);
  });
});
