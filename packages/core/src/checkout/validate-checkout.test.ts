import {
  aConsistentShop,
  aCheckout,
  aGuestCart,
  aKey,
  anAddressIn,
  aProduct,
  aPromoCode,
  checkOut,
  race,
  variantOf,
} from '@cartwright/testing';
import type { Product, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { addCartItem, applyPromoCode, updateCartItem } from '../carts/index.ts';
import { updateProduct } from '../catalog/index.ts';
import { adjustStock } from '../inventory/index.ts';
import { nameCall, system } from '../kernel/index.ts';
import { listShippingOptions, summarizeCheckout, validateCheckout } from './index.ts';

const staff = system('test');
const shop = await aConsistentShop();

type Change = z.output<ShopContract['products']['update']['input']>;
const change = (product: Product, fields: Partial<Change>) =>
  updateProduct(shop.core, staff, { id: product.id, version: product.version, ...fields });
const reprice = (product: Product, priceCents: number) => change(product, { variants: [{ id: variantOf(product).id, priceCents }] });
/** Reduces the stock to fewer units than the cart holds. */
const loseUnits = async (product: Product, units: number) => {
  await sql`update holds set state = 'released', ended_at = now() where variant_id = ${variantOf(product).id} and state = 'active'`.execute(
    shop.core.db,
  );
  await sql`update stock_levels set reserved = 0 where variant_id = ${variantOf(product).id}`.execute(shop.core.db);
  await adjustStock(shop.core, staff, { variantId: variantOf(product).id, delta: -units, reason: 'broken' });
};
const codesOf = (problems: readonly { code: string }[]) => problems.map((p) => p.code).toSorted();

describe('validating a checkout', () => {
  it('a cart that can be ordered has no problems', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1500 }), 2]]);
    expect(await validateCheckout(shop.core, guest, { cartId: cart.id })).toMatchObject({
      ready: true,
      problems: [],
      totals: { totalCents: 3000 },
    });
  });

  it('an ordered cart is refused by every step before the order, which says how to go on', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    const ordered = { code: 'CART_ALREADY_ORDERED', details: { orderId: order.id, orderNumber: order.orderNumber } };
    await expect(validateCheckout(shop.core, guest, { cartId: cart.id })).rejects.toMatchObject(ordered);
    await expect(summarizeCheckout(shop.core, guest, { cartId: cart.id })).rejects.toMatchObject(ordered);
    await expect(listShippingOptions(shop.core, guest, { cartId: cart.id })).rejects.toMatchObject(ordered);
    await expect(checkOut(shop.core, guest, aCheckout(cart))).rejects.toMatchObject(ordered);
    await expect(validateCheckout(shop.core, guest, { cartId: cart.id })).rejects.toThrow(
      `${order.orderNumber}, which is not paid yet. Pay it with ${nameCall('checkout.retryPayment')}.`,
    );
  });

  it('an ordered cart whose first charge still runs is refused without asking for another payment', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    await sql`update payments set gateway_phase = 'calling' where order_id = ${order.id}`.execute(shop.core.db);
    for (const work of [() => validateCheckout(shop.core, guest, { cartId: cart.id }), () => checkOut(shop.core, guest, aCheckout(cart))])
      await expect(work()).rejects.toThrow(
        `${order.orderNumber}, and its payment is in progress. Read ${nameCall('checkout.status')} in a few seconds.`,
      );
    await sql`update payments set gateway_phase = 'unknown' where order_id = ${order.id}`.execute(shop.core.db);
  });

  it('validation lists every problem with its line', async () => {
    const [fine, repriced, gone, short, soldOut, foreign] = await Promise.all([
      aProduct(shop.core, { priceCents: 100 }),
      aProduct(shop.core, { priceCents: 200 }),
      aProduct(shop.core),
      aProduct(shop.core, { stock: 5 }),
      aProduct(shop.core, { stock: 1 }),
      aProduct(shop.core, { priceCents: 300 }),
    ]);
    const { guest, cart } = await aGuestCart(shop.core, [
      [fine, 1],
      [repriced, 1],
      [gone, 1],
      [short, 4],
      [soldOut, 1],
      [foreign, 1],
    ]);
    const code = await aPromoCode(shop.core);
    await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
    await sql`update promo_codes set active = false where code = ${code}`.execute(shop.core.db);
    await reprice(repriced, 250);
    await change(gone, { status: 'archived' });
    await loseUnits(short, 3);
    await loseUnits(soldOut, 1);
    await sql`update products set currency = 'JPY' where id = ${foreign.id}`.execute(shop.core.db);
    const { ready, problems } = await validateCheckout(shop.core, guest, { cartId: cart.id });
    expect(ready).toBe(false);
    const lineOf = (product: Product) => cart.items.find((item) => item.productId === product.id)?.id;
    expect(new Map(problems.map((p) => [p.code + (p.available ?? ''), p.itemId]))).toEqual(
      new Map([
        ['NOT_FOUND', lineOf(gone)],
        ['CURRENCY_MISMATCH', lineOf(foreign)],
        ['PRICE_CHANGED', lineOf(repriced)],
        ['CODE_NOT_APPLICABLE', null],
        ['INSUFFICIENT_STOCK2', lineOf(short)],
        ['INSUFFICIENT_STOCK0', lineOf(soldOut)],
      ]),
    );
    expect(problems.find((p) => p.code === 'PRICE_CHANGED')).toMatchObject({ unitPriceCents: 250 });
    const { name, variants } = short;
    expect(problems.find((p) => p.code === 'INSUFFICIENT_STOCK')).toMatchObject({
      message: `Only 2 units of ${name} (SKU ${variants[0]?.sku}) are available, but 4 were requested.`,
    });
    await expect(checkOut(shop.core, guest, aCheckout(cart))).rejects.toMatchObject({ code: 'CHECKOUT_BLOCKED' });
    await sql`update products set currency = 'USD' where id = ${foreign.id}`.execute(shop.core.db);
  });

  it('the checkout summary has lines, taxes and totals, and its total is the one that is charged', async () => {
    const product = await aProduct(shop.core, { priceCents: 1000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 3]]);
    await applyPromoCode(shop.core, guest, { cartId: cart.id, code: await aPromoCode(shop.core) });
    const summary = await summarizeCheckout(shop.core, guest, { cartId: cart.id, countryCode: 'GB' });
    expect(summary).toMatchObject({
      ready: true,
      currency: cart.currency,
      items: [{ productName: product.name, quantity: 3, unitPriceCents: 1000, lineTotalCents: 3000, discountCents: 300 }],
      promotions: [{ amountCents: 300 }],
    });
    const { totals, cartVersion } = summary;
    const input = { ...aCheckout(cart), expectedTotalCents: totals.totalCents, expectedCartVersion: cartVersion };
    expect((await checkOut(shop.core, guest, input)).totals).toEqual(totals);
  });

  it('only the owner of a cart can validate and summarize its checkout', async () => {
    const { cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    const { guest: stranger } = await aGuestCart(shop.core);
    await expect(validateCheckout(shop.core, stranger, { cartId: cart.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(summarizeCheckout(shop.core, stranger, { cartId: cart.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('ordering a cart', () => {
  it('a refusal for missing stock lists every line with too few units', async () => {
    const [first, second] = [await aProduct(shop.core, { stock: 3 }), await aProduct(shop.core, { stock: 3 })];
    const { guest, cart } = await aGuestCart(shop.core, [
      [first, 3],
      [second, 2],
    ]);
    await loseUnits(first, 1);
    await loseUnits(second, 3);
    const refusal = checkOut(shop.core, guest, aCheckout(cart));
    await expect(refusal).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      details: {
        problems: [
          { itemId: cart.items[0]?.id, available: 2 },
          { itemId: cart.items[1]?.id, available: 0 },
        ],
      },
    });
  });

  it('a cart whose product has another currency now is refused without a charge', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await sql`update products set currency = 'JPY' where id = ${product.id}`.execute(shop.core.db);
    await expect(checkOut(shop.core, guest, aCheckout(cart))).rejects.toMatchObject({
      code: 'CHECKOUT_BLOCKED',
      details: { problems: [{ code: 'CURRENCY_MISMATCH' }] },
    });
    expect(await shop.core.db.selectFrom('orders').select('id').where('cartId', '=', cart.id).execute()).toEqual([]);
    await sql`update products set currency = 'USD' where id = ${product.id}`.execute(shop.core.db);
  });

  it('a cart that was changed in another window is refused when the buyer sends the version they saw', async () => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const item = cart.items[0] ?? expect.fail('no line');
    await updateCartItem(shop.core, guest, { cartId: cart.id, itemId: item.id, quantity: 2 });
    const input = { ...aCheckout(cart), expectedCartVersion: cart.version };
    await expect(checkOut(shop.core, guest, input)).rejects.toMatchObject({ code: 'VERSION_MISMATCH' });
  });

  it('an item added during checkout is in the order and its charge, or is refused', async () => {
    for (let i = 0; i < 10; i += 1) {
      const [product, late] = [await aProduct(shop.core, { priceCents: 1000 }), await aProduct(shop.core, { priceCents: 70 })];
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      const { won, refused, defects } = await race(2, async (n): Promise<unknown> =>
        n === 0
          ? checkOut(shop.core, guest, aCheckout(cart))
          : addCartItem(shop.core, guest, { cartId: cart.id, variantId: variantOf(late).id, quantity: 1 }),
      );
      expect(defects).toEqual([]);
      expect(won.length + (refused['CART_ALREADY_ORDERED'] ?? 0)).toBe(2);
      const { rows } = await sql<{ total: number; charged: number; lines: number }>`
        select o.total_cents as total, p.captured_cents as charged,
        (select count(*)::int from order_items i where i.order_id = o.id) as lines
        from orders o join payments p on p.order_id = o.id where o.cart_id = ${cart.id}`.execute(shop.core.db);
      expect(rows).toEqual([won.length === 2 ? { total: 1070, charged: 1070, lines: 2 } : { total: 1000, charged: 1000, lines: 1 }]);
    }
  });

  it('a cart cannot be changed once its payment has begun', async () => {
    const product = await aProduct(shop.core, { stock: 9 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    const item = cart.items[0] ?? expect.fail('no line');
    await expect(updateCartItem(shop.core, guest, { cartId: cart.id, itemId: item.id, quantity: 5 })).rejects.toMatchObject({
      code: 'CART_ALREADY_ORDERED',
    });
    await expect(applyPromoCode(shop.core, guest, { cartId: cart.id, code: await aPromoCode(shop.core) })).rejects.toMatchObject({
      code: 'CART_ALREADY_ORDERED',
    });
  });

  it('an order of 0 is paid at once without a provider, with an invoice of 0', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
    await applyPromoCode(shop.core, guest, { cartId: cart.id, code: await aPromoCode(shop.core, { percentBasisPoints: 10_000 }) });
    const key = aKey();
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline' }), key);
    expect(order).toMatchObject({ status: 'confirmed', payments: [], totals: { totalCents: 0 } });
    expect(await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline', email: order.customer.email ?? '' }), key)).toEqual(
      order,
    );
    const invoices = await shop.core.db.selectFrom('invoices').select('totalCents').where('orderId', '=', order.id).execute();
    expect(invoices).toEqual([{ totalCents: 0 }]);
    const events = await shop.core.db
      .selectFrom('outbox_events')
      .select('name')
      .where('aggregateId', '=', order.id)
      .where('name', '=', 'order.confirmed')
      .execute();
    expect(events).toHaveLength(1);
  });

  it('a code with one use left is used once by fifty concurrent carts', async () => {
    const code = await aPromoCode(shop.core, { usageLimit: 1 });
    const product = await aProduct(shop.core, { stock: 60 });
    const carts = await Promise.all(Array.from({ length: 50 }, () => aGuestCart(shop.core, [[product, 1]])));
    for (const { guest, cart } of carts) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
    const { won, refused, defects } = await race(50, (i) => {
      const { guest, cart } = carts[i] ?? expect.fail('no cart');
      return checkOut(shop.core, guest, aCheckout(cart));
    });
    expect(defects).toEqual([]);
    expect(won).toHaveLength(1);
    expect(refused).toEqual({ PROMO_CODE_EXHAUSTED: 49 });
  });

  it('an order is shipped by a method that serves its address, or is refused', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 5000 }), 1]]);
    const methods = await Promise.all(
      [
        ['Post', 'GB', 490],
        ['Courier', 'GB', 1290],
        ['Ferry', 'IS', 990],
      ].map(async ([name, country, priceCents]) => {
        const id = shop.core.ids.next();
        await sql`insert into shipping_methods (id, name, currency, countries)
          values (${id}, ${name}, ${cart.currency}, array[${country}]::text[])`.execute(shop.core.db);
        await sql`insert into shipping_bands (method_id, position, price_cents) values (${id}, 1, ${priceCents})`.execute(shop.core.db);
        return id;
      }),
    );
    const destination = { cartId: cart.id, countryCode: 'GB' };
    const summary = await summarizeCheckout(shop.core, guest, destination);
    expect(summary.shippingOptions.map((option) => [option.name, option.priceCents])).toEqual([
      ['Post', 490],
      ['Courier', 1290],
    ]);
    expect(summary).toMatchObject({ shippingMethodId: methods[0], totals: { shippingCents: 490, totalCents: 5490 } });
    const courier = await summarizeCheckout(shop.core, guest, { ...destination, shippingMethodId: methods[1] });
    expect(courier.totals.totalCents).toBe(6290);
    expect(codesOf((await validateCheckout(shop.core, guest, { ...destination, countryCode: 'FR' })).problems)).toEqual([
      'SHIPPING_UNAVAILABLE',
    ]);
    const input = aCheckout(cart);
    const toFrance = { ...input, shippingAddress: anAddressIn('FR') };
    await expect(checkOut(shop.core, guest, toFrance)).rejects.toMatchObject({ code: 'CHECKOUT_BLOCKED' });
    const order = await checkOut(shop.core, guest, { ...input, shippingMethodId: methods[1], expectedTotalCents: 6290 });
    expect(order.totals).toMatchObject({ shippingCents: 1290, totalCents: 6290 });
    await sql`delete from shipping_bands`.execute(shop.core.db);
    await sql`delete from shipping_methods`.execute(shop.core.db);
  });
});
