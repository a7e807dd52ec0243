import { setTimeout as pause } from 'node:timers/promises';
import { contract, type FlashSaleItem, type Order } from '@cartwright/contracts';
import { aConsistentShop, anAddressIn, aPurchaseInput, aKey, atMost, race, variantOf, salesOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addCartItem, createCart } from '../carts/index.ts';
import { retryPayment } from '../checkout/index.ts';
import { DomainError, system, type Actor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { buyFromSale, updateFlashSale } from './index.ts';

const staff = system('test');
const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy, metricsOf } = salesOf(shop);

/** Buys as a client does: sends the same request again after `BUSY`, which a batch that waited too long on a loaded machine gets. */
const buyInTime = async (item: FlashSaleItem): ReturnType<typeof buy> => {
  const [input, idempotencyKey] = [aPurchaseInput(item), aKey()];
  for (;;)
    try {
      return await buyFromSale(shop.core, anonymous, input, { idempotencyKey });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'BUSY') throw error;
      await pause(500);
    }
};

const refusalOf = async (work: Promise<unknown>): Promise<DomainError> => {
  const error = await work.catch((e: unknown) => e);
  if (!(error instanceof DomainError)) throw new Error('The call was not refused', { cause: error });
  return error;
};

describe('purchases from a flash sale', () => {
  test('a purchase places the order at the sale price, holds the units and waits for payment', async () => {
    const { sale, item } = await aSale();
    const { purchase, replayed } = await buy(item, { quantity: 2 });
    expect(replayed).toBe(false);
    expect(purchase).toMatchObject({ status: 'pending', quantity: 2, unitPriceCents: 3_000, totals: { totalCents: 6_000 } });
    const guest: Actor = { kind: 'guest', cartToken: purchase.orderToken };
    expect(await getOrder(shop.core, guest, { orderId: purchase.orderId })).toMatchObject({
      orderNumber: purchase.orderNumber,
      items: [{ quantity: 2 }],
    });
    await expect(getOrder(shop.core, anonymous, { orderId: purchase.orderId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 8, unitsHeld: 2, unitsSold: 0, orders: 1 });
  });

  test('a purchase with a payment method returns a paid order', async () => {
    const { sale, item } = await aSale();
    const { purchase } = await buy(item, { token: 'tok_success' });
    expect(purchase).toMatchObject({ status: 'confirmed', expiresAt: null });
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 9, unitsHeld: 0, unitsSold: 1, revenueCents: 3_000 });
  });

  test('a purchase has the same tax and shipping as a cart to the same destination', async () => {
    await sql`insert into tax_rates (country_code, name, rate_ppm) values ('SE', 'Moms', 250000) on conflict do nothing`.execute(
      shop.core.db,
    );
    const methodId = shop.core.ids.next();
    await sql`insert into shipping_methods (id, name, currency, countries, position)
      values (${methodId}, 'Brev', (select currency from store_settings), '{SE}', 0)`.execute(shop.core.db);
    await sql`insert into shipping_bands (method_id, position, price_cents) values (${methodId}, 0, 590)`.execute(shop.core.db);
    const { item, product } = await aSale({ priceCents: 5_000 });
    const { cart } = await createCart(shop.core, { kind: 'guest', cartToken: 'a-guest-beside-the-sale' }, { countryCode: 'SE' });
    const filled = await addCartItem(
      shop.core,
      { kind: 'guest', cartToken: 'a-guest-beside-the-sale' },
      { cartId: cart.id, variantId: variantOf(product).id, quantity: 2 },
    );
    const { purchase } = await buy(item, { quantity: 2, address: anAddressIn('SE') });
    expect(purchase.totals).toEqual(filled.totals);
    expect(purchase.totals).toMatchObject({ subtotalCents: 10_000, shippingCents: 590 });
    expect(purchase.totals.taxCents).toBeGreaterThan(0);
    await sql`delete from shipping_methods where id = ${methodId}`.execute(shop.core.db);
  });

  test("a purchase stores its shipping method and the tax on shipping, and the order's tax is the sum of both parts", async () => {
    await sql`insert into tax_rates (country_code, name, rate_ppm) values ('NO', 'MVA', 250000) on conflict do nothing`.execute(
      shop.core.db,
    );
    await sql`update store_settings set shipping_tax_class = 'standard'`.execute(shop.core.db);
    const methodId = shop.core.ids.next();
    await sql`insert into shipping_methods (id, name, currency, countries, position)
      values (${methodId}, 'Post', (select currency from store_settings), '{NO}', 0)`.execute(shop.core.db);
    await sql`insert into shipping_bands (method_id, position, price_cents) values (${methodId}, 0, 800)`.execute(shop.core.db);
    const { item } = await aSale({ priceCents: 5_000 });
    const { purchase } = await buy(item, { address: anAddressIn('NO') });
    const { rows } = await sql<{ method: string; onShipping: number; onLines: number; tax: number }>`
      select o.shipping_method as method, o.shipping_tax_cents::int as "onShipping", sum(i.tax_cents)::int as "onLines",
      o.tax_cents::int as tax
      from orders o join order_items i on i.order_id = o.id where o.id = ${purchase.orderId} group by o.id`.execute(shop.core.db);
    expect(rows[0]).toMatchObject({ method: 'Post' });
    expect(rows[0]?.onShipping).toBeGreaterThan(0);
    expect((rows[0]?.onShipping ?? 0) + (rows[0]?.onLines ?? 0)).toBe(rows[0]?.tax);
    await sql`delete from shipping_methods where id = ${methodId}`.execute(shop.core.db);
    await sql`update store_settings set shipping_tax_class = null`.execute(shop.core.db);
  });

  test('a free unit needs no payment and gets an invoice', async () => {
    const { item } = await aSale({ priceCents: 0 });
    const { purchase } = await buy(item);
    expect(purchase).toMatchObject({ status: 'confirmed', totals: { totalCents: 0 } });
    const order = await getOrder(shop.core, staff, { orderId: purchase.orderId });
    expect(order.invoice?.number).toMatch(/\d$/);
    expect(order.payments).toEqual([]);
  });

  test('two thousand buyers of a hundred units get a hundred orders and 1,900 refusals, in few transactions', async () => {
    const { sale, item } = await aSale({ units: 100 });
    const { won, refused, defects } = await race(2_000, () => buyInTime(item));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(100);
    expect(refused).toEqual({ OUT_OF_STOCK: 1_900 });
    expect(new Set(won.map((w) => w.purchase.orderNumber)).size).toBe(100);
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 0, unitsHeld: 100, orders: 100 });
    // Each row of a purchase names the transaction that wrote it.
    const { rows } = await sql<{ count: number }>`
      select count(distinct p.xmin::text)::int from flash_purchases p where p.item_id = ${item.id}`.execute(shop.core.db);
    expect(rows[0]?.count).toBeLessThan(40);
  });

  test('two thousand concurrent buyers of two thousand units all get an order', async () => {
    const { sale, item } = await aSale({ units: 2_000 });
    const { won, refused, defects } = await race(2_000, () => buyInTime(item));
    expect({ refused, defects }).toEqual({ refused: {}, defects: [] });
    expect(won).toHaveLength(2_000);
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 0, unitsHeld: 2_000, orders: 2_000 });
  });

  test('buyers after the last unit are refused without a lock or a transaction', async () => {
    const { item } = await aSale({ units: 1 });
    await buy(item);
    const statements = await shop.countQueries(async () => {
      const { refused } = await race(500, () => buy(item));
      expect(refused).toEqual({ OUT_OF_STOCK: 500 });
    });
    expect(statements.some((text) => /for no key update|^\s*(update|insert|begin)/i.test(text))).toBe(false);
    expect(statements).toEqual(atMost(9));
  });

  test('a batch of a hundred purchases takes no more statements than a batch of ten', async () => {
    const { item } = await aSale({ units: 400 });
    await buy(item);
    const few = await shop.countQueries(() => race(10, () => buy(item)));
    expect(few).toEqual(atMost(11));
    expect(await shop.countQueries(() => race(100, () => buy(item)))).toEqual(atMost(few.length));
  });

  test('a purchase at another price than expected is refused with the present price', async () => {
    const { item } = await aSale();
    await expect(buy(item, { expectedUnitPriceCents: 2_000 })).rejects.toMatchObject({
      code: 'PRICE_CHANGED',
      details: { unitPriceCents: 3_000 },
    });
  });

  test('a declined payment is reported as declined, also to a repeat', async () => {
    const { item } = await aSale();
    const input = aPurchaseInput(item, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    for (const replayed of [false, true])
      await expect(buyFromSale(shop.core, anonymous, input, { idempotencyKey })).rejects.toMatchObject({
        code: 'PAYMENT_DECLINED',
        replayed,
      });
  });

  test('a guest without a cart who is declined pays the order with another payment method by the token in the error', async () => {
    const { sale, item } = await aSale();
    const input = aPurchaseInput(item, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    const declined = async () => refusalOf(buyFromSale(shop.core, anonymous, input, { idempotencyKey }));
    const first = await declined();
    expect(first).toMatchObject({
      code: 'PAYMENT_DECLINED',
      details: { orderNumber: expect.any(String), expiresAt: expect.any(String), orderToken: expect.any(String) },
    });
    const again = await declined();
    expect([again.code, again.message, again.details]).toEqual([first.code, first.message, first.details]);
    const [orderId, guest] = [first.details?.['orderId'], { kind: 'guest', cartToken: String(first.details?.['orderToken']) } as const];
    const retry = contract.checkout.retryPayment.input.parse({ orderId, payment: { token: 'tok_success' } });
    await expect(retryPayment(shop.core, anonymous, retry, { idempotencyKey: aKey() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await retryPayment(shop.core, guest, retry, { idempotencyKey: aKey() })).toMatchObject({ id: orderId, status: 'confirmed' });
    expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 0, unitsSold: 1, orders: 1 });
    const afterwards = await declined();
    expect(afterwards).toMatchObject({ code: 'PAYMENT_DECLINED', details: { expiresAt: null } });
    expect(afterwards.message).toMatch(/was declined\. Another payment has paid for the order since\.$/);
  });

  test('a declined guest with a cart token, and the same key of another buyer, get no order token', async () => {
    const { item } = await aSale();
    const input = aPurchaseInput(item, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    const withCart: Actor = { kind: 'guest', cartToken: 'the-token-of-a-cart' };
    const { details } = await refusalOf(buyFromSale(shop.core, withCart, input, { idempotencyKey }));
    expect(details).not.toHaveProperty('orderToken');
    const other = await refusalOf(buyFromSale(shop.core, anonymous, { ...input, email: 'other@example.com' }, { idempotencyKey }));
    expect(other.details?.['orderId']).not.toBe(details?.['orderId']);
  });

  test('the last permitted decline of an order from a sale says that the order was cancelled', async () => {
    const { item } = await aSale();
    const input = aPurchaseInput(item, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    const { details } = await refusalOf(buyFromSale(shop.core, anonymous, input, { idempotencyKey }));
    const guest: Actor = { kind: 'guest', cartToken: String(details?.['orderToken']) };
    const retry = contract.checkout.retryPayment.input.parse({ orderId: details?.['orderId'], payment: { token: 'tok_decline' } });
    for (let tries = 1; tries < shop.config.declinesPerOrder; tries += 1)
      await refusalOf(retryPayment(shop.core, guest, retry, { idempotencyKey: aKey() }));
    const after = await refusalOf(buyFromSale(shop.core, anonymous, input, { idempotencyKey }));
    expect(after).toMatchObject({ code: 'PAYMENT_DECLINED', message: expect.stringContaining('cancelled'), details: { expiresAt: null } });
  });

  test('the sale sets the payment window of an order and its retry time after the first decline', async () => {
    const minutesLeft = ({ placedAt, expiresAt }: Order) => Math.floor((Date.parse(expiresAt ?? '') - Date.parse(placedAt)) / 60_000);
    const placed = async (orderId: string) => getOrder(shop.core, staff, contract.orders.get.input.parse({ orderId }));
    const { sale, item } = await aSale();
    expect(sale).toMatchObject({ paymentWindowMinutes: 2, paymentRetryMinutes: 2 });
    const { purchase } = await buy(item);
    expect(minutesLeft(await placed(purchase.orderId))).toBe(2);
    const longer = { saleId: sale.id, version: sale.version, paymentWindowMinutes: 30, paymentRetryMinutes: 5 };
    await updateFlashSale(shop.core, staff, longer);
    const later = await buy(item);
    expect(minutesLeft(await placed(later.purchase.orderId))).toBe(30);
    const error = await buy(item, { token: 'tok_decline' }).catch((e: unknown) => e);
    if (!(error instanceof DomainError)) throw new Error('The payment was not declined');
    expect(minutesLeft(await placed(String(error.details?.['orderId'])))).toBe(5);
  });

  test('a purchase without an e-mail address is refused with the missing field, and an unknown item is NOT_FOUND', async () => {
    const { item } = await aSale();
    const { email: _, ...input } = aPurchaseInput(item);
    await expect(buyFromSale(shop.core, anonymous, input, { idempotencyKey: aKey() })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'email' }],
    });
    await expect(buy({ ...item, id: shop.core.ids.next<FlashSaleItem['id']>() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
