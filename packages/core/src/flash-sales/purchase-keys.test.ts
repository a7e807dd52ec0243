import { aConsistentShop, aPurchaseInput, aKey, race, salesOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { transact, type Actor } from '../kernel/index.ts';
import { buyFromSale } from './index.ts';

const nobody: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const { aSale, buy, metricsOf } = salesOf(shop);

describe('a purchase that is sent again', () => {
  test('the same key fifty times at once buys once, and gets the same order ever after', async () => {
    const { sale, item } = await aSale({ units: 5 });
    const input = aPurchaseInput(item, { token: 'tok_success' });
    const idempotencyKey = aKey();
    const { won, defects, refused } = await race(50, () => buyFromSale(shop.core, nobody, input, { idempotencyKey }));
    expect({ refused, defects }).toEqual({ refused: {}, defects: [] });
    expect(new Set(won.map((w) => w.purchase.orderId)).size).toBe(1);
    expect(won.filter((w) => !w.replayed)).toHaveLength(1);
    expect(await metricsOf(sale)).toMatchObject({ unitsFree: 4, orders: 1 });
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from payments where order_id = ${won[0]?.purchase.orderId}`.execute(
      shop.core.db,
    );
    expect(rows[0]?.n).toBe(1);
  });

  test('a repeat after all is sold still gets its order; another request with the key is refused', async () => {
    const { item } = await aSale({ units: 1 });
    const input = aPurchaseInput(item);
    const idempotencyKey = aKey();
    const first = await buyFromSale(shop.core, nobody, input, { idempotencyKey });
    await expect(buy(item)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    const again = await buyFromSale(shop.core, nobody, input, { idempotencyKey });
    expect(again).toEqual({ purchase: first.purchase, replayed: true });
    await expect(buyFromSale(shop.core, nobody, { ...input, quantity: 2 }, { idempotencyKey })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('a row that somebody keeps locked makes buyers wait a second, not for ever; their keys still buy once', async () => {
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
    await expect(buyFromSale(shop.core, nobody, input, { idempotencyKey })).rejects.toMatchObject({
      code: 'BUSY',
      details: { retryAfterSeconds: 1 },
    });
    stuck.resolve();
    await holder;
    expect((await buyFromSale(shop.core, nobody, input, { idempotencyKey })).replayed).toBe(false);
    expect(await metricsOf(sale)).toMatchObject({ orders: 1 });
  });

  test('a guest who repeats a purchase with the token that it gave gets the same order', async () => {
    const { item } = await aSale();
    const input = aPurchaseInput(item);
    const idempotencyKey = aKey();
    const { purchase } = await buyFromSale(shop.core, nobody, input, { idempotencyKey });
    const again = await buyFromSale(shop.core, { kind: 'guest', cartToken: purchase.orderToken }, input, { idempotencyKey });
    expect(again).toMatchObject({ replayed: true, purchase: { orderId: purchase.orderId } });
  });

  test('keys belong to their buyer: another guest with the same key buys for himself', async () => {
    const { item } = await aSale();
    const idempotencyKey = aKey();
    const a = await buyFromSale(shop.core, nobody, aPurchaseInput(item), { idempotencyKey });
    const b = await buyFromSale(shop.core, nobody, aPurchaseInput(item), { idempotencyKey });
    expect(b.replayed).toBe(false);
    expect(b.purchase.orderId).not.toBe(a.purchase.orderId);
  });
});
