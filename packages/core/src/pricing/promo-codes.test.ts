import { contract } from '@cartwright/contracts';
import { aCheckout, aCustomer, aGuestCart, aKey, aProduct, checkOut, race, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCartItem, applyPromoCode, createCart, getCart, removePromoCode } from '../carts/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { generatePromoCodes, listPromoCodes, listRedemptions, quoteProductPrice, updatePromoCode } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
beforeAll(async () => {
  shop = await openPricingShop();
});
afterAll(() => shop.close());

describe('a promo code', () => {
  it('a promo code applies its rules to the price of a product as in a cart: while it can be used, and in any spelling', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { code, id, version } = await shop.aCode({ usageLimit: 1 });
    const rule = await shop.aRule({ effect: 'percent_off', percentBasisPoints: 5_000, productId: product.id, code });
    const price = (asked: string) => quoteProductPrice(shop.core, nobody, { id: product.id, quantity: 1, code: asked });
    expect(await price(code.toLowerCase())).toMatchObject({ unitPriceCents: 500, appliedRules: [{ ruleId: rule.id }] });
    const closed = { unitPriceCents: 1_000, appliedRules: [], unappliedRules: [{ ruleId: rule.id, reason: 'code_missing' }] };
    expect(await price('NO-SUCH-CODE')).toMatchObject(closed);
    await updatePromoCode(shop.core, staff, contract.promoCodes.update.input.parse({ id, version, active: false }));
    expect(await price(code)).toMatchObject(closed);
  });

  it('a promo code reduces the cart, unlocks its rules, and removing it undoes both', async () => {
    const product = await aProduct(shop.core, { priceCents: 1_000 });
    const { code } = await shop.aCode({ percentBasisPoints: 1_000 });
    await shop.aRule({ effect: 'percent_off', percentBasisPoints: 5_000, productId: product.id, code });
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

  it('concurrent checkouts never use a promo code more often than its limit', async () => {
    const product = await aProduct(shop.core, { priceCents: 500, stock: 100 });
    const { code, id } = await shop.aCode({ usageLimit: 3 });
    const carts = await Promise.all(Array.from({ length: 8 }, () => aGuestCart(shop.core, [[product, 1]])));
    for (const { guest: buyer, cart } of carts) await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const { won, refused, defects } = await race(8, (n) => {
      const turn = carts[n];
      if (!turn) throw new Error('There are as many carts as buyers');
      return checkOut(shop.core, turn.guest, aCheckout(turn.cart));
    });
    expect(won).toHaveLength(3);
    expect((refused['PROMO_CODE_EXHAUSTED'] ?? 0) + (refused['CHECKOUT_BLOCKED'] ?? 0)).toBe(5);
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

  it('a promo code can be used again after a declined charge', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code, id } = await shop.aCode({ usageLimit: 1 });
    const { guest: buyer, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const placed = await checkOut(shop.core, buyer, aCheckout(cart, { token: 'tok_decline' }), aKey()).catch((e: unknown) => e);
    expect(placed).toMatchObject({ code: 'PAYMENT_DECLINED' });
    const { orderId } = (placed as { details: { orderId: string } }).details;
    await cancelOrder(shop.core, staff, contract.orders.cancel.input.parse({ orderId }));
    const uses = await listRedemptions(shop.core, staff, contract.promoCodes.redemptions.input.parse({ id }));
    expect(uses.items.map((r) => r.state)).toEqual(['released']);
  });

  it('an order that a promo code reduces to 0 is paid without a charge', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code } = await shop.aCode({ percentBasisPoints: 10_000 });
    const { guest: buyer, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, buyer, { cartId: cart.id, code });
    const order = await checkOut(shop.core, buyer, aCheckout(cart));
    expect(order).toMatchObject({ status: 'confirmed', totals: { totalCents: 0, discountCents: 500 }, payments: [] });
    expect(order.invoice?.number).toMatch(/^INV-/);
    const paid = await shop.core.db
      .selectFrom('outbox_events')
      .select('name')
      .where('aggregateId', '=', order.id)
      .where('name', '=', 'order.confirmed')
      .execute();
    expect(paid).toHaveLength(1);
  });

  it('the limit of a promo code counts one buyer by account and by e-mail address', async () => {
    const product = await aProduct(shop.core, { priceCents: 500 });
    const { code } = await shop.aCode({ perCustomerLimit: 1 });
    const customer = await aCustomer(shop.core);
    const { cart } = await createCart(shop.core, customer, {});
    await addCartItem(shop.core, customer, { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 });
    await applyPromoCode(shop.core, customer, { cartId: cart.id, code });
    await checkOut(shop.core, customer, aCheckout(cart, { email: customer.email }));
    const again = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, again.guest, { cartId: again.cart.id, code });
    await expect(checkOut(shop.core, again.guest, aCheckout(again.cart, { email: customer.email }))).rejects.toMatchObject({
      code: 'PROMO_CODE_EXHAUSTED',
    });
    expect((await getCart(shop.core, again.guest, { cartId: again.cart.id })).status).toBe('active');
  });

  it('promo codes are created by the thousand, each with 80 random bits', async () => {
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

  it('a promo code is refused when it is invalid, taken, or limited below its uses', async () => {
    const { code, id, version } = await shop.aCode({ usageLimit: 5 });
    await expect(shop.aCode({ code })).rejects.toMatchObject({ code: 'CODE_TAKEN' });
    await expect(shop.aCode({ amountCents: 5 })).rejects.toMatchObject({ code: 'INVALID_PRICE', fields: [{ path: 'amountCents' }] });
    await expect(shop.aCode({ percentBasisPoints: null, amountCents: 5 })).rejects.toMatchObject({ fields: [{ path: 'currency' }] });
    await shop.core.database.kysely.updateTable('promo_codes').set({ usedCount: 2 }).where('id', '=', id).execute();
    await expect(updatePromoCode(shop.core, staff, { id, version, usageLimit: 1 })).rejects.toMatchObject({
      code: 'LIMIT_BELOW_USES',
      message: 'The promo code already has 2 uses, so its limit cannot be 1. Send 2 or more.',
      details: { usedCount: 2 },
    });
    expect(await updatePromoCode(shop.core, staff, { id, version, usageLimit: 2, active: false })).toMatchObject({
      usageLimit: 2,
      active: false,
      version: 2,
    });
    await shop.core.database.kysely.updateTable('promo_codes').set({ usedCount: 0 }).where('id', '=', id).execute();
  });
});
