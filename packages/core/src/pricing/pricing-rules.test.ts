import { contract } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  aKey,
  aProduct,
  aStaffMember,
  checkOut,
  createTestShop,
  race,
  unique,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { addCartItem, applyPromoCode, createCart, getCart, removePromoCode } from '../carts/index.ts';
import { cancelOrder } from '../checkout/index.ts';
import { system, type GuestActor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import {
  createPricingRules,
  createPromoCode,
  deletePricingRule,
  generatePromoCodes,
  getPricingRule,
  listPricingRules,
  listPromoCodes,
  listPromotions,
  listRedemptions,
  quotePrice,
  quoteProductPrice,
  simulateCart,
  updatePricingRule,
  updatePromoCode,
} from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(async () => {
  const { results } = await checkInvariants(shop.core, system('test'));
  expect(results.filter((r) => r.violations > 0)).toEqual([]);
  await shop.close();
});
const staff = system('test');
const guest: GuestActor = { kind: 'guest', cartToken: null };
type RuleInput = z.input<typeof contract.pricing.createRules.input>['rules'][number];
const aRule = async (fields: Omit<RuleInput, 'name'> & { name?: string }) => {
  const input = contract.pricing.createRules.input.parse({ rules: [{ name: 'Rule', ...fields }] });
  const [rule] = (await createPricingRules(shop.core, staff, input)).rules;
  if (!rule) throw new Error('No rule was made');
  return rule;
};
const aCode = (fields: Partial<z.input<typeof contract.promoCodes.create.input>> = {}) =>
  createPromoCode(
    shop.core,
    staff,
    contract.promoCodes.create.input.parse({ code: `CODE-${unique()}`, percentBasisPoints: 1_000, ...fields }),
  );
const simulate = (input: z.input<typeof contract.pricing.simulate.input>) =>
  simulateCart(shop.core, staff, contract.pricing.simulate.input.parse(input));

describe('a pricing rule', () => {
  it('is made, read, changed once per version, listed and removed', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const rule = await aRule({ effect: 'percent_off', percentBasisPoints: 1_000, productId: product.id, name: 'Ten' });
    expect(await getPricingRule(shop.core, staff, { id: rule.id })).toEqual(rule);
    const change = contract.pricing.updateRule.input.parse({ id: rule.id, version: 1, percentBasisPoints: 2_000 });
    const changed = await updatePricingRule(shop.core, staff, change);
    expect(changed).toMatchObject({ version: 2, percentBasisPoints: 2_000, name: 'Ten', productId: product.id });
    await expect(updatePricingRule(shop.core, staff, change)).rejects.toMatchObject({ code: 'VERSION_MISMATCH', details: { version: 2 } });
    const { id: variantId } = variantOf(product);
    expect(await quotePrice(shop.core, guest, { variantId, quantity: 3 })).toMatchObject({ unitPriceCents: 800, totalCents: 2_400 });
    const page = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({ productId: product.id }));
    expect(page).toMatchObject({ totalCount: 1, items: [{ id: rule.id }] });
    await deletePricingRule(shop.core, staff, { id: rule.id });
    await expect(getPricingRule(shop.core, staff, { id: rule.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('holds for a category and all below it, for a group, in its window, and says why it lost elsewhere', async () => {
    const top = shop.core.ids.next();
    const below = shop.core.ids.next();
    await shop.core.db
      .insertInto('categories')
      .values({ id: top, name: 'Top', slug: `top-${unique()}`, sort_order: 0 })
      .execute();
    await shop.core.db
      .insertInto('categories')
      .values({ id: below, name: 'Below', slug: `below-${unique()}`, sort_order: 0, parent_id: top })
      .execute();
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    await shop.core.db.updateTable('products').set({ category_id: below }).where('id', '=', product.id).execute();
    const categoryId = top;
    const rule = await aRule({
      effect: 'amount_off',
      amountCents: 100,
      categoryId,
      customerGroup: 'trade',
      startsAt: '2020-01-01T00:00:00Z',
    });
    expect(rule.currency).toBe('USD');
    const { id: variantId } = variantOf(product);
    expect(await quotePrice(shop.core, guest, { variantId, quantity: 1 })).toMatchObject({
      unitPriceCents: 1_000,
      lostRules: [{ ruleId: rule.id, reason: 'other_customer_group' }],
    });
    expect(await quoteProductPrice(shop.core, staff, { id: product.id, quantity: 2, userTier: 'trade' })).toMatchObject({
      totalCents: 1_800,
    });
    const early = await simulate({ items: [{ variantId, quantity: 1 }], customerGroup: 'trade', at: '2019-01-01T00:00:00Z' });
    expect(early.lines[0]).toMatchObject({ unitPriceCents: 1_000, lostRules: [{ ruleId: rule.id, reason: 'not_yet' }] });
    await expect(quoteProductPrice(shop.core, guest, { id: product.id, quantity: 1, userTier: 'trade' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('is refused with INVALID_PRICE and the fields when it makes no sense, and nothing is written', async () => {
    const before = (await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({}))).totalCount;
    const product = await aProduct(shop.core);
    const nonsense: [Omit<RuleInput, 'name'>, string][] = [
      [{ effect: 'percent_off', amountCents: 5 }, 'rules.0.percentBasisPoints'],
      [{ effect: 'fixed_price' }, 'rules.0.amountCents'],
      [{ effect: 'buy_x_get_y', buyQuantity: 2 }, 'rules.0.getQuantity'],
      [{ effect: 'low_stock_surcharge', percentBasisPoints: 500 }, 'rules.0.stockThreshold'],
      [{ effect: 'free_shipping', amountCents: 1 }, 'rules.0.amountCents'],
      [{ effect: 'free_shipping', collectionId: product.id }, 'rules.0.collectionId'],
      [{ effect: 'percent_off', percentBasisPoints: 1, minSubtotalCents: 5 }, 'rules.0.minSubtotalCents'],
      [{ effect: 'percent_off', percentBasisPoints: 1, productId: product.id, variantId: variantOf(product).id }, 'rules.0.variantId'],
      [
        { effect: 'percent_off', percentBasisPoints: 1, startsAt: '2027-01-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' },
        'rules.0.endsAt',
      ],
    ];
    for (const [fields, path] of nonsense) {
      const error = await aRule(fields).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'INVALID_PRICE', status: 422 });
      expect((error as { fields: { path: string }[] }).fields.map((f) => f.path)).toContain(path);
    }
    expect((await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({}))).totalCount).toBe(before);
  });

  it('is refused when another exclusive one would hold for the same goods at the same time, also in a race', async () => {
    const product = await aProduct(shop.core);
    const sale = { effect: 'percent_off', percentBasisPoints: 500, productId: product.id, endsAt: '2030-01-01T00:00:00Z' } as const;
    const results = await race(6, () => aRule(sale));
    expect(results.won).toHaveLength(1);
    expect(results).toMatchObject({ refused: { RULES_OVERLAP: 5 }, defects: [] });
    await aRule({ ...sale, startsAt: '2030-01-01T00:00:00Z', endsAt: null });
    await aRule({ ...sale, priority: 1 });
    await aRule({ ...sale, minQuantity: 5 });
    await aRule({ ...sale, stackable: true });
  });

  it('is for staff with the scope', async () => {
    const support = await aStaffMember(shop.core, 'support');
    const rules = contract.pricing.createRules.input.parse({ rules: [{ name: 'No', effect: 'percent_off', percentBasisPoints: 1 }] });
    expect(() => createPricingRules(shop.core, support, rules)).toThrow(/pricing:write/);
    await expect(
      simulateCart(shop.core, guest, contract.pricing.simulate.input.parse({ items: [{ variantId: shop.core.ids.next(), quantity: 1 }] })),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('promotions', () => {
  it('are those in force at an instant; secret ones are for staff', async () => {
    const product = await aProduct(shop.core);
    const { code } = await aCode();
    const at = '2041-06-01T00:00:00Z';
    const window = { startsAt: '2041-01-01T00:00:00Z', endsAt: '2042-01-01T00:00:00Z', productId: product.id };
    const open = await aRule({ effect: 'percent_off', percentBasisPoints: 100, ...window });
    const secret = await aRule({ effect: 'percent_off', percentBasisPoints: 200, code, ...window });
    const seen = async (actor: Parameters<typeof listPromotions>[1], when?: string) =>
      (await listPromotions(shop.core, actor, contract.pricing.promotions.input.parse({ pageSize: 100, at: when }))).items.map((p) => p.id);
    expect(await seen(guest, at)).toContain(open.id);
    expect(await seen(guest, at)).not.toContain(secret.id);
    expect(await seen(staff, at)).toContain(secret.id);
    expect(await seen(guest)).not.toContain(open.id);
    const { items } = await listPromotions(shop.core, guest, contract.pricing.promotions.input.parse({ pageSize: 100, at }));
    expect(contract.pricing.promotions.output.shape.items.element.strict().safeParse(items[0]).success).toBe(true);
  });
});

describe('a promo code', () => {
  it('takes its share off the cart, unlocks the rules that ask for it, and takes both back when removed', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { code } = await aCode({ percentBasisPoints: 1_000 });
    await aRule({ effect: 'percent_off', percentBasisPoints: 5_000, productId: product.id, code });
    const { guest: buyer, cart } = await aGuestCart(shop.core, [[product, 2]]);
    const applied = await applyPromoCode(shop.core, buyer, { cartId: cart.id, code: code.toLowerCase() });
    expect(applied.items[0]).toMatchObject({ unitPriceCents: 500, appliedRules: [{ kind: 'rule', amountCents: 1_000 }] });
    expect(applied).toMatchObject({ totals: { subtotalCents: 1_000, discountCents: 100 }, promotions: [{ name: code, amountCents: 100 }] });
    const order = await checkOut(shop.core, buyer, aCheckout(cart));
    expect(order.totals.totalCents).toBe(900);
    const other = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, other.guest, { cartId: other.cart.id, code });
    expect((await removePromoCode(shop.core, other.guest, { cartId: other.cart.id })).totals.totalCents).toBe(1_000);
  });

  it('is never used more often than its limit under a race', async () => {
    const product = await aProduct(shop.core, { priceCents: 500, stock: 100 });
    const { code, id } = await aCode({ usageLimit: 3 });
    const carts = await Promise.all(Array.from({ length: 8 }, () => aGuestCart(shop.core, [[product, 1]])));
    for (const { guest: buyer, cart } of carts) await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const { won, refused, defects } = await race(8, (n) => {
      const turn = carts[n];
      if (!turn) throw new Error('There are as many carts as buyers');
      return checkOut(shop.core, turn.guest, aCheckout(turn.cart));
    });
    expect(won).toHaveLength(3);
    expect((refused['COUPON_EXHAUSTED'] ?? 0) + (refused['CHECKOUT_BLOCKED'] ?? 0)).toBe(5);
    expect(defects).toEqual([]);
    const declined = await aGuestCart(shop.core, [[product, 1]]);
    await expect(applyPromoCode(shop.core, declined.guest, { cartId: declined.cart.id, code })).rejects.toMatchObject({
      code: 'CODE_NOT_APPLICABLE',
    });
    const codes = await listPromoCodes(shop.core, staff, contract.promoCodes.list.input.parse({ q: code }));
    expect(codes.items).toMatchObject([{ id, usedCount: 3 }]);
    const uses = await listRedemptions(shop.core, staff, contract.promoCodes.redemptions.input.parse({ id }));
    expect(uses.items.map((r) => r.state)).toEqual(['redeemed', 'redeemed', 'redeemed']);
  });

  it('gives its use back when the charge is declined', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code, id } = await aCode({ usageLimit: 1 });
    const { guest: buyer, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const placed = await checkOut(shop.core, buyer, aCheckout(cart, { token: 'tok_decline' }), aKey()).catch((e: unknown) => e);
    expect(placed).toMatchObject({ code: 'PAYMENT_DECLINED' });
    const { orderId } = (placed as { details: { orderId: string } }).details;
    await cancelOrder(shop.core, staff, contract.orders.cancel.input.parse({ orderId }));
    const uses = await listRedemptions(shop.core, staff, contract.promoCodes.redemptions.input.parse({ id }));
    expect(uses.items.map((r) => r.state)).toEqual(['released']);
  });

  it('that takes everything off makes an order of nothing: paid without a charge', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code } = await aCode({ percentBasisPoints: 10_000 });
    const { guest: buyer, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const order = await checkOut(shop.core, buyer, aCheckout(cart));
    expect(order).toMatchObject({ status: 'confirmed', totals: { totalCents: 0, discountCents: 500 }, payments: [] });
    expect(order.invoice?.number).toMatch(/^INV-/);
    const paid = await shop.core.db
      .selectFrom('outbox_events')
      .select('name')
      .where('aggregate_id', '=', order.id)
      .where('name', '=', 'order.confirmed')
      .execute();
    expect(paid).toHaveLength(1);
  });

  it('counts one buyer by account and by e-mail address', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code } = await aCode({ perCustomerLimit: 1 });
    const customer = await aCustomer(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    await addCartItem(shop.core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    await applyPromoCode(shop.core, customer, { cartId: cart.id, code });
    await checkOut(shop.core, customer, aCheckout(cart, { email: customer.email }));
    const again = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, again.guest, { cartId: again.cart.id, code });
    await expect(checkOut(shop.core, again.guest, aCheckout(again.cart, { email: customer.email }))).rejects.toMatchObject({
      code: 'COUPON_EXHAUSTED',
    });
    expect((await getCart(shop.core, again.guest, { cartId: again.cart.id })).status).toBe('active');
  });

  it('comes by the thousand, each with 80 random bits', async () => {
    const { codes, batchId } = await generatePromoCodes(
      shop.core,
      staff,
      contract.promoCodes.generate.input.parse({ count: 1_500, prefix: 'spring', percentBasisPoints: 500, usageLimit: 1 }),
    );
    expect(new Set(codes).size).toBe(1_500);
    for (const code of codes) expect(code).toMatch(/^SPRING-[0-9A-HJKMNP-TV-Z]{16}$/);
    const page = await listPromoCodes(shop.core, staff, contract.promoCodes.list.input.parse({ batchId }));
    expect(page.totalCount).toBe(1_500);
  });

  it('is refused when it makes no sense, is taken, or would fall below its uses', async () => {
    const { code, id, version } = await aCode({ usageLimit: 5 });
    await expect(aCode({ code })).rejects.toMatchObject({ code: 'CODE_TAKEN' });
    await expect(aCode({ amountCents: 5 })).rejects.toMatchObject({ code: 'INVALID_PRICE', fields: [{ path: 'amountCents' }] });
    await expect(aCode({ percentBasisPoints: null, amountCents: 5 })).rejects.toMatchObject({ fields: [{ path: 'currency' }] });
    await shop.core.db.updateTable('promo_codes').set({ used_count: 2 }).where('id', '=', id).execute();
    await expect(updatePromoCode(shop.core, staff, { id, version, usageLimit: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { usedCount: 2 },
    });
    expect(await updatePromoCode(shop.core, staff, { id, version, usageLimit: 2, active: false })).toMatchObject({
      usageLimit: 2,
      active: false,
      version: 2,
    });
    await shop.core.db.updateTable('promo_codes').set({ used_count: 0 }).where('id', '=', id).execute();
  });
});

describe('the simulator', () => {
  it('tells every line, every rule that applied or lost, and the sums, and changes nothing', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const three = await aRule({ effect: 'buy_x_get_y', buyQuantity: 2, getQuantity: 1, productId: product.id });
    const ten = await aRule({ effect: 'order_percent_off', percentBasisPoints: 1_000, productId: product.id, minSubtotalCents: 2_500 });
    const { id: variantId } = variantOf(product);
    const answer = await simulate({
      items: [
        { variantId, quantity: 2 },
        { variantId, quantity: 1 },
      ],
    });
    expect(answer.lines).toMatchObject([
      { quantity: 3, lineTotalCents: 3_000, discountCents: 1_000, appliedRules: [{ ruleId: three.id, amountCents: 1_000 }] },
    ]);
    expect(answer.lostRules).toContainEqual({ ruleId: ten.id, name: 'Rule', reason: 'subtotal_too_low' });
    expect(answer.totals.totalCents).toBe(2_000);
    expect(contract.pricing.simulate.output.safeParse(answer).success).toBe(true);
    await expect(simulate({ items: [{ variantId, quantity: 1 }], code: 'NO-SUCH-CODE' })).rejects.toMatchObject({
      code: 'CODE_NOT_APPLICABLE',
    });
    await expect(simulate({ items: [{ variantId, quantity: 1 }], currency: 'JPY' })).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH' });
  });
});
