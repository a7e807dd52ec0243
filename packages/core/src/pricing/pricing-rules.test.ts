import { contract, type CategoryId, type CollectionId, type PricingRuleId } from '@cartwright/contracts';
import { aProduct, aStaffMember, race, unique, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { deleteProduct } from '../catalog/index.ts';
import {
  createPricingRules,
  deletePricingRule,
  getPricingRule,
  listPricingRules,
  listPromotions,
  quotePrice,
  quoteProductPrice,
  simulateCart,
  updatePricingRule,
} from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop, type RuleInput } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

type RuleChanges = Omit<z.input<typeof contract.pricing.updateRule.input>, 'id' | 'version'>;
const change = (id: PricingRuleId, version: number, changes: RuleChanges) =>
  updatePricingRule(shop.core, staff, contract.pricing.updateRule.input.parse({ id, version, ...changes }));

describe('a pricing rule', () => {
  it('a pricing rule is created, read, changed once per version, listed and deleted', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const rule = await shop.aRule({ effect: 'percent_off', percentBasisPoints: 1_000, productId: product.id, name: 'Ten' });
    expect(await getPricingRule(shop.core, staff, { id: rule.id })).toEqual(rule);
    const change = contract.pricing.updateRule.input.parse({ id: rule.id, version: 1, percentBasisPoints: 2_000 });
    const changed = await updatePricingRule(shop.core, staff, change);
    expect(changed).toMatchObject({ version: 2, percentBasisPoints: 2_000, name: 'Ten', productId: product.id });
    await expect(updatePricingRule(shop.core, staff, change)).rejects.toMatchObject({ code: 'VERSION_MISMATCH', details: { version: 2 } });
    const { id: variantId } = variantOf(product);
    expect(await quotePrice(shop.core, nobody, { variantId, quantity: 3 })).toMatchObject({ unitPriceCents: 800, totalCents: 2_400 });
    const page = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({ productId: product.id }));
    expect(page).toMatchObject({ totalCount: 1, items: [{ id: rule.id }] });
    await deletePricingRule(shop.core, staff, { id: rule.id });
    await expect(getPricingRule(shop.core, staff, { id: rule.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the list of pricing rules names the variant, product, category or collection that each rule applies to', async () => {
    const group = `named-${unique()}`;
    const kysely = shop.core.database.kysely;
    const [categoryId, collectionId] = [shop.core.ids.next<CategoryId>(), shop.core.ids.next<CollectionId>()];
    await kysely
      .insertInto('categories')
      .values({ id: categoryId, name: 'Teaware', slug: `teaware-${unique()}`, sortOrder: 0 })
      .execute();
    await kysely
      .insertInto('collections')
      .values({ id: collectionId, slug: `gifts-${unique()}`, name: 'Gifts', rule: { tags: ['gift'] } })
      .execute();
    const product = await aProduct(shop.core, { name: 'Teapot' });
    const { id: variantId } = variantOf(product);
    await kysely.updateTable('variants').set({ title: 'Small' }).where('id', '=', variantId).execute();
    const targets = [{}, { collectionId }, { categoryId }, { productId: product.id }, { variantId }];
    for (const target of targets) await shop.aRule({ name: group, effect: 'percent_off', percentBasisPoints: 1_000, ...target });
    const { items } = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({ q: group }));
    expect(items.map(({ target }) => target)).toEqual([
      { id: variantId, name: 'Teapot – Small', productId: product.id, slug: product.slug, deleted: false },
      { id: product.id, name: 'Teapot', productId: product.id, slug: product.slug, deleted: false },
      { id: categoryId, name: 'Teaware', productId: null, slug: expect.stringMatching(/^teaware-/), deleted: false },
      { id: collectionId, name: 'Gifts', productId: null, slug: expect.stringMatching(/^gifts-/), deleted: false },
      null,
    ]);
    for (const { id } of items) await deletePricingRule(shop.core, staff, { id });
  });

  it('a pricing rule of a deleted product or variant is listed as such, and can be switched off and renamed but not aimed at another one', async () => {
    const [gone, other] = [await aProduct(shop.core, { name: 'Gone' }), await aProduct(shop.core)];
    const name = `gone-${unique()}`;
    const terms = { name, effect: 'percent_off', percentBasisPoints: 1_000 } as const;
    const ofProduct = await shop.aRule({ ...terms, productId: gone.id });
    const ofVariant = await shop.aRule({ ...terms, variantId: variantOf(gone).id });
    for (const { id, version } of [gone, other]) await deleteProduct(shop.core, staff, { id, version });
    const { items } = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({ q: name }));
    expect(items.map(({ target }) => target)).toMatchObject([
      { id: variantOf(gone).id, deleted: true },
      { id: gone.id, name: 'Gone', deleted: true },
    ]);
    for (const { id } of [ofProduct, ofVariant]) {
      expect(await change(id, 1, { active: false })).toMatchObject({ active: false });
      expect(await change(id, 2, { name: 'Over' })).toMatchObject({ name: 'Over' });
    }
    await expect(change(ofProduct.id, 3, { productId: other.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(change(ofVariant.id, 3, { variantId: variantOf(other).id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the currency of a pricing rule goes with its last amount, and one that was named without an amount stays', async () => {
    const currencyAfter = async (fields: RuleInput, changes: RuleChanges) =>
      (await change((await shop.aRule({ ...fields, customerGroup: 'nobody' })).id, 1, changes)).currency;
    const order = { effect: 'order_percent_off', percentBasisPoints: 500 } as const;
    expect(await currencyAfter({ ...order, minSubtotalCents: 100, currency: 'EUR' }, { minSubtotalCents: null })).toBeNull();
    expect(await currencyAfter({ ...order, minSubtotalCents: 100 }, { minSubtotalCents: null, currency: 'EUR' })).toBe('EUR');
    expect(await currencyAfter({ ...order, currency: 'EUR' }, { priority: 3 })).toBe('EUR');
    expect(await currencyAfter(order, { minSubtotalCents: 100 })).toBe('USD');
    const off = { effect: 'order_amount_off', amountCents: 100, minSubtotalCents: 500, currency: 'EUR' } as const;
    expect(await currencyAfter(off, { minSubtotalCents: null })).toBe('EUR');
  });

  it('a pricing rule applies to a category and all below it, to a group and in its window, and elsewhere says why it does not apply', async () => {
    const top = shop.core.ids.next();
    const below = shop.core.ids.next();
    await shop.core.database.kysely
      .insertInto('categories')
      .values({ id: top, name: 'Top', slug: `top-${unique()}`, sortOrder: 0 })
      .execute();
    await shop.core.database.kysely
      .insertInto('categories')
      .values({ id: below, name: 'Below', slug: `below-${unique()}`, sortOrder: 0, parentId: top })
      .execute();
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    await shop.core.database.kysely.updateTable('products').set({ categoryId: below }).where('id', '=', product.id).execute();
    const categoryId = top;
    const rule = await shop.aRule({
      effect: 'amount_off',
      amountCents: 100,
      categoryId,
      customerGroup: 'trade',
      startsAt: '2020-01-01T00:00:00Z',
    });
    expect(rule.currency).toBe('USD');
    const { id: variantId } = variantOf(product);
    expect(await quotePrice(shop.core, nobody, { variantId, quantity: 1 })).toMatchObject({
      unitPriceCents: 1_000,
      unappliedRules: [{ ruleId: rule.id, reason: 'other_customer_group' }],
    });
    expect(await quoteProductPrice(shop.core, staff, { id: product.id, quantity: 2, userTier: 'trade' })).toMatchObject({
      totalCents: 1_800,
    });
    const early = await shop.simulate({ items: [{ variantId, quantity: 1 }], customerGroup: 'trade', at: '2019-01-01T00:00:00Z' });
    expect(early.lines[0]).toMatchObject({ unitPriceCents: 1_000, unappliedRules: [{ ruleId: rule.id, reason: 'not_yet' }] });
    await expect(quoteProductPrice(shop.core, nobody, { id: product.id, quantity: 1, userTier: 'trade' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('an invalid pricing rule is refused with INVALID_PRICE and its fields, and nothing is written', async () => {
    const before = (await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({}))).totalCount;
    const product = await aProduct(shop.core);
    const invalid: [Omit<RuleInput, 'name'>, string][] = [
      [{ effect: 'percent_off', amountCents: 5 }, 'rules.0.percentBasisPoints'],
      [{ effect: 'fixed_price' }, 'rules.0.amountCents'],
      [{ effect: 'buy_x_get_y', buyQuantity: 2 }, 'rules.0.getQuantity'],
      [{ effect: 'low_stock_surcharge', percentBasisPoints: 500 }, 'rules.0.stockThreshold'],
      [{ effect: 'free_shipping', amountCents: 1 }, 'rules.0.amountCents'],
      [{ effect: 'percent_off', percentBasisPoints: 1, minSubtotalCents: 5 }, 'rules.0.minSubtotalCents'],
      [{ effect: 'percent_off', percentBasisPoints: 1, productId: product.id, variantId: variantOf(product).id }, 'rules.0.variantId'],
    ];
    for (const [fields, path] of invalid) {
      const error = await shop.aRule(fields).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'INVALID_PRICE', status: 422 });
      expect((error as { fields: { path: string }[] }).fields.map((f) => f.path)).toContain(path);
    }
    expect((await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({}))).totalCount).toBe(before);
  });

  it('a second exclusive pricing rule for the same goods and time is refused, also of six concurrent ones', async () => {
    const product = await aProduct(shop.core);
    const sale = { effect: 'percent_off', percentBasisPoints: 500, productId: product.id, endsAt: '2030-01-01T00:00:00Z' } as const;
    const results = await race(6, () => shop.aRule(sale));
    expect(results.won).toHaveLength(1);
    expect(results).toMatchObject({ refused: { RULES_OVERLAP: 5 }, defects: [] });
    await shop.aRule({ ...sale, startsAt: '2030-01-01T00:00:00Z', endsAt: null });
    await shop.aRule({ ...sale, priority: 1 });
    await shop.aRule({ ...sale, minQuantity: 5 });
    await shop.aRule({ ...sale, stackable: true });
  });

  it('pricing rules are for staff with the scope', async () => {
    const support = await aStaffMember(shop.core, 'support');
    const rules = contract.pricing.createRules.input.parse({ rules: [{ name: 'No', effect: 'percent_off', percentBasisPoints: 1 }] });
    expect(() => createPricingRules(shop.core, support, rules)).toThrow(/pricing:write/);
    await expect(
      simulateCart(shop.core, nobody, contract.pricing.simulate.input.parse({ items: [{ variantId: shop.core.ids.next(), quantity: 1 }] })),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('promotions', () => {
  it('buyers see the promotions in force at an instant, and only staff see secret ones', async () => {
    const product = await aProduct(shop.core);
    const { code } = await shop.aCode();
    const at = '2041-06-01T00:00:00Z';
    const window = { startsAt: '2041-01-01T00:00:00Z', endsAt: '2042-01-01T00:00:00Z', productId: product.id };
    const open = await shop.aRule({ effect: 'percent_off', percentBasisPoints: 100, ...window });
    const secret = await shop.aRule({ effect: 'percent_off', percentBasisPoints: 200, code, ...window });
    const seen = async (actor: Parameters<typeof listPromotions>[1], when?: string) =>
      (await listPromotions(shop.core, actor, contract.pricing.promotions.input.parse({ pageSize: 100, at: when }))).items.map((p) => p.id);
    expect(await seen(nobody, at)).toContain(open.id);
    expect(await seen(nobody, at)).not.toContain(secret.id);
    expect(await seen(staff, at)).toContain(secret.id);
    expect(await seen(nobody)).not.toContain(open.id);
    const { items } = await listPromotions(shop.core, nobody, contract.pricing.promotions.input.parse({ pageSize: 100, at }));
    expect(contract.pricing.promotions.output.shape.items.element.strict().safeParse(items[0]).success).toBe(true);
  });
});

describe('the cart simulator', () => {
  it('the cart simulator returns every line, every rule that applied or not, and the totals, and changes nothing', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const three = await shop.aRule({ effect: 'buy_x_get_y', buyQuantity: 2, getQuantity: 1, productId: product.id });
    const ten = await shop.aRule({
      effect: 'order_percent_off',
      percentBasisPoints: 1_000,
      productId: product.id,
      minSubtotalCents: 2_500,
    });
    const { id: variantId } = variantOf(product);
    const answer = await shop.simulate({
      items: [
        { variantId, quantity: 2 },
        { variantId, quantity: 1 },
      ],
    });
    expect(answer.lines).toMatchObject([
      { quantity: 3, lineTotalCents: 3_000, discountCents: 1_000, appliedRules: [{ ruleId: three.id, amountCents: 1_000 }] },
    ]);
    expect(answer.unappliedRules).toContainEqual({ ruleId: ten.id, name: 'Rule', reason: 'subtotal_too_low' });
    expect(answer.totals.totalCents).toBe(2_000);
    expect(contract.pricing.simulate.output.safeParse(answer).success).toBe(true);
    await expect(shop.simulate({ items: [{ variantId, quantity: 1 }], code: 'NO-SUCH-CODE' })).rejects.toMatchObject({
      code: 'CODE_NOT_APPLICABLE',
      message: expect.stringMatching(/^The promo code NO-SUCH-CODE cannot be used in USD now\. Compare its period, uses and currency in /),
    });
    await expect(shop.simulate({ items: [{ variantId, quantity: 1 }], currency: 'JPY' })).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
    });
  });
});
