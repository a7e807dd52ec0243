import { aConsistentShop, aPurchaseInput, aKey, race, salesOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { transact, type Actor } from '../kernel/index.ts';
import { buyFromSale } from './index.ts';

const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy, metricsOf } = salesOf(shop);

describe('repeated purchases', () => {
  test('fifty concurrent purchases with one key buy once and return the same order', async () => {
    const { sale, item } = await aSale({ units: 5 });
    const input = aPurchaseInput(item, { token: 'tok_success' });
    const idempotencyKey = aKey();
    const { won, defects, refused } = await race(50, () => buyFromSale(shop.core, anonymous, input, { idempotencyKey }));
    expect({ refused, defects }).toEqual({ refused: {}, defects: [] });
    expect(new Set(won.map((w) => w.purchase.orderId)).size).toBe(1);
    expect(won.filter((w) => !w.replayed)).toHaveLength(1);
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 4, orders: 1 });
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from payments where order_id = ${won[0]?.purchase.orderId}`.execute(
      shop.core.db,
    );
    expect(rows[0]?.n).toBe(1);
  });

  test('a repeated purchase returns its order after the sale is sold out, and another request with its key is refused', async () => {
    const { item } = await aSale({ units: 1 });
    const input = aPurchaseInput(item);
    const idempotencyKey = aKey();
    const first = await buyFromSale(shop.core, anonymous, input, { idempotencyKey });
    await expect(buy(item)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    const again = await buyFromSale(shop.core, anonymous, input, { idempotencyKey });
    expect(again).toEqual({ purchase: first.purchase, replayed: true });
    await expect(buyFromSale(shop.core, anonymous, { ...input, quantity: 2 }, { idempotencyKey })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('a locked row makes buyers wait one second for BUSY, and their keys still buy once', async () => {
    const { sale, item } = await aSale({ units: 5 });
    const input = aPurchaseInput(item);
    const idempotencyKey = aKey();
    const stuck = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = transact(shop.core, async (tx) => {
      await sql`select 1 from stock_allocations where id = ${item.id} for update`.execute(tx.db);
      locked.resolve();
      await stuck.promise;
    });
    await locked.promise;
    await expect(buyFromSale(shop.core, anonymous, input, { idempotencyKey })).rejects.toMatchObject({
      code: 'BUSY',
      details: { retryAfterSeconds: 1 },
    });
    stuck.resolve();
    await holder;
    expect((await buyFromSale(shop.core, anonymous, input, { idempotencyKey })).replayed).toBe(false);
    expect(await metricsOf(sale)).toMatchObject({ orders: 1 });
  });

  test('a guest who repeats a purchase with the token from the response gets the same order', async () => {
    const { item } = await aSale();
    const input = aPurchaseInput(item);
    const idempotencyKey = aKey();
    const { purchase } = await buyFromSale(shop.core, anonymous, input, { idempotencyKey });
    const again = await buyFromSale(shop.core, { kind: 'guest', cartToken: purchase.orderToken }, input, { idempotencyKey });
    expect(again).toMatchObject({ replayed: true, purchase: { orderId: purchase.orderId } });
  });

  test('an idempotency key of one guest does not affect another guest', async () => {
    const { item } = await aSale();
    const idempotencyKey = aKey();
    const a = await buyFromSale(shop.core, anonymous, aPurchaseInput(item), { idempotencyKey });
    const b = await buyFromSale(shop.core, anonymous, aPurchaseInput(item), { idempotencyKey });
    expect(b.replayed).toBe(false);
    expect(b.purchase.orderId).not.toBe(a.purchase.orderId);
  });
});
