/**
 * Critical situations of a flash sale: its opening, clocks that differ, units moved during purchases, repeated requests, outdated
 * pages.
 */
import type { FlashSale, FlashSaleItem, Product } from '@cartwright/contracts';
import {
  aCheckout,
  aFlashSale,
  aPurchaseInput,
  aGuestCart,
  aKey,
  aProduct,
  aConsistentShop,
  buyFromFlashSale,
  checkOut,
  race,
  variantOf,
  type PurchaseFields,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { expireOrders } from '../order-cancellations/index.ts';
import { closeCore, createCore } from '../composition/index.ts';
import { expireCartHolds, getStockLevel } from '../inventory/index.ts';
import { DomainError, system, transact, withIdempotency, type Actor, type Core } from '../kernel/index.ts';
import { adjustSaleUnits, buyFromSale, getFlashSale, getFlashSaleMetrics } from './index.ts';

const staff = system('test');
const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();
const others: Core[] = [];
afterAll(async () => {
  for (const core of others) await closeCore(core);
});
/** Another process of the shop, whose clock is wrong by some minutes. */
const aNode = async (minutesOff = 0): Promise<Core> => {
  const clock = { now: () => new Date(Date.now() + minutesOff * 60_000) };
  const core = await createCore(shop.config, { clock, log: shop.core.log });
  others.push(core);
  return core;
};
const buy = (item: FlashSaleItem, fields?: PurchaseFields, core = shop.core) => buyFromFlashSale(core, item, fields);
const metricsOf = async (sale: FlashSale) => (await getFlashSaleMetrics(shop.core, staff, { saleId: sale.id })).items[0];
const levelOf = (product: Product) => getStockLevel(shop.core, staff, { variantId: variantOf(product).id });
const queryValue = async <T>(question: ReturnType<typeof sql<{ answer: T }>>): Promise<T> => {
  const { rows } = await question.execute(shop.core.db);
  return rows[0]?.answer ?? expect.fail('no answer');
};

describe('processes with a wrong clock', () => {
  it.each([10, -10])('a process whose clock is wrong by %i minutes opens and closes sales on time', async (minutesOff) => {
    const node = await aNode(minutesOff);
    const early = await aFlashSale(shop.core, { startsIn: 2 });
    await expect(buy(early.item, {}, node)).rejects.toMatchObject({ code: 'SALE_NOT_OPEN' });
    const fresh = await aFlashSale(shop.core, { startsIn: -1, endsIn: 2 });
    expect((await buy(fresh.item, { token: 'tok_success' }, node)).purchase.status).toBe('confirmed');
    await sql`update flash_sales set ends_at = now() where id = ${fresh.sale.id}`.execute(shop.core.db);
    await expect(buy(fresh.item, {}, node)).rejects.toMatchObject({ code: 'SALE_ENDED' });
  });

  it.each([10, -10])(
    'a process whose clock is wrong by %i minutes holds units for the right time and releases no active hold',
    async (minutesOff) => {
      const node = await aNode(minutesOff);
      const { sale, item } = await aFlashSale(shop.core, { units: 2 });
      const { purchase } = await buy(item, {}, node);
      await buy(item);
      const window = sql<{ answer: number }>`
      select round(extract(epoch from expires_at - now()) / 60)::int as answer from orders where id = ${purchase.orderId}`;
      expect(await queryValue(window)).toBe(sale.paymentWindowMinutes);
      const product = await aProduct(shop.core, { stock: 1 });
      await aGuestCart(node, [[product, 1]]);
      expect(await Promise.all([expireOrders(node), expireCartHolds(node)])).toEqual([0, 0]);
      expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 2, unitsFree: 0 });
      await expect(aGuestCart(node, [[product, 1]])).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    },
  );

  it('a process with a wrong clock takes over no idempotency key that is in use', async () => {
    const [ahead, behind] = [await aNode(10), await aNode(-10)];
    for (const [first, second] of [
      [ahead, behind],
      [behind, ahead],
    ] as const) {
      const call = { actor: anonymous, endpoint: 'test', key: aKey(), input: {} };
      const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
      const holder = withIdempotency(first, call, () => (begun.resolve(), end.promise));
      await begun.promise;
      await expect(withIdempotency(second, call, async () => 'taken over')).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
      end.resolve('done');
      expect((await holder).result).toBe('done');
      expect(await withIdempotency(second, call, async () => 'again')).toEqual({ result: 'done', replayed: true });
    }
  });
});

describe('price changes at the opening of a sale', () => {
  it('a buyer with an outdated price is refused before anything is bought, and can buy at the new price', async () => {
    const { sale, item } = await aFlashSale(shop.core, { regularPriceCents: 5_000, priceCents: 3_000 });
    const old = buy(item, { expectedUnitPriceCents: item.regularPriceCents, token: 'tok_success' });
    await expect(old).rejects.toMatchObject({ code: 'PRICE_CHANGED', status: 409, details: { unitPriceCents: 3_000 } });
    expect(await metricsOf(sale)).toMatchObject({ orders: 0, unitsFree: 10 });
    const { purchase } = await buy(item, { expectedUnitPriceCents: 3_000, token: 'tok_success' });
    expect(purchase).toMatchObject({ status: 'confirmed', totals: { totalCents: 3_000 } });
  });

  it('a changed price outside a sale is reported at checkout before anything is ordered', async () => {
    const product = await aProduct(shop.core, { stock: 5, priceCents: 5_000 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await sql`update variants set price_cents = 6000 where id = ${variantOf(product).id}`.execute(shop.core.db);
    const refusal = checkOut(shop.core, guest, { ...aCheckout(cart), expectedTotalCents: 5_000 });
    await expect(refusal).rejects.toMatchObject({ code: 'PRICE_CHANGED' });
    const orders = sql<{ answer: number }>`select count(*)::int as answer from orders where cart_id = ${cart.id}`;
    expect(await queryValue(orders)).toBe(0);
  });
});

describe('moving units during purchases', () => {
  it('moving twenty units in and out during purchases loses, creates and oversells none', async () => {
    const { sale, item, product } = await aFlashSale(shop.core, { units: 60, stock: 140 });
    const moved = race(12, (n) => adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: n % 2 ? 20 : -20 }));
    const { won, refused, defects } = await race(120, (n) => buy(item, n % 3 ? { token: 'tok_success' } : {}));
    const moves = await moved;
    expect([defects, moves.defects]).toEqual([[], []]);
    expect(Object.keys(moves.refused).filter((code) => !['STOCK_BELOW_RESERVED', 'INSUFFICIENT_STOCK'].includes(code))).toEqual([]);
    const metrics = (await metricsOf(sale)) ?? expect.fail('no metrics');
    expect((metrics.unitsAllocated - 60) % 20).toBe(0);
    expect(metrics.unitsHeld + metrics.unitsSold).toBe(won.length);
    expect(metrics.unitsFree).toBe(metrics.unitsAllocated - won.length);
    expect(won.length + (refused['OUT_OF_STOCK'] ?? 0)).toBe(120);
    const level = await levelOf(product);
    expect(level.onHand).toBe(140 - metrics.unitsSold);
    expect(level.available).toBe(140 - metrics.unitsAllocated);
  });

  it('units cannot be moved below what is bought, nor above the stock on hand', async () => {
    const { sale, item, product } = await aFlashSale(shop.core, { units: 25, stock: 30 });
    await race(10, () => buy(item));
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: -20 })).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
      details: { free: 15, requested: 20 },
    });
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: 20 })).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    await adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: -15 });
    expect(await metricsOf(sale)).toMatchObject({ unitsAllocated: 10, unitsHeld: 10, unitsFree: 0 });
    expect(await levelOf(product)).toMatchObject({ onHand: 30, available: 20 });
  });
});

describe('repeating all purchases with the same keys', () => {
  it('repeated purchases return identical responses, also from another process, and have no effect', async () => {
    const other = await aNode();
    const { item } = await aFlashSale(shop.core, { units: 50 });
    const tokens = ['tok_success', 'tok_decline', undefined, 'tok_success'];
    const inputs = Array.from({ length: 150 }, (_, n) => {
      const token = tokens[n % tokens.length];
      return { input: aPurchaseInput(item, token ? { token } : {}), idempotencyKey: aKey() };
    });
    const rush = (core: Core) =>
      Promise.all(
        inputs.map(({ input, idempotencyKey }) =>
          buyFromSale(core, anonymous, input, { idempotencyKey }).then(
            ({ purchase }) => purchase,
            (error: unknown) => (error instanceof DomainError ? [error.code, error.message, error.details] : error),
          ),
        ),
      );
    const effects = async () => {
      const tables = ['orders', 'payments', 'holds', 'sandbox_charges', 'outbox_events', 'flash_purchases', 'invoices', 'stock_movements'];
      const counts = await Promise.all(
        tables.map((table) => queryValue(sql<{ answer: number }>`select count(*)::int as answer from ${sql.table(table)}`)),
      );
      const calls = await queryValue(sql<{ answer: number }>`select coalesce(sum(call_count), 0)::int as answer from sandbox_charges`);
      return [...counts, calls];
    };
    const first = await rush(shop.core);
    const before = await effects();
    expect(await rush(shop.core)).toEqual(first);
    expect(await rush(other)).toEqual(first);
    expect(await effects()).toEqual(before);
  });
});

describe('outdated pages', () => {
  it('the sold-out flag may lag by some seconds, but a purchase is always decided by the actual units', async () => {
    const [a, b] = [shop.core, await aNode()];
    const { sale, item } = await aFlashSale(a, { units: 1 });
    const soldOut = async (core: Core) => (await getFlashSale(core, anonymous, { saleId: sale.id })).items[0]?.soldOut;
    expect([await soldOut(a), await soldOut(b)]).toEqual([false, false]);
    const { purchase } = await buy(item, {}, a);
    await expect(buy(item, {}, b)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    await expect.poll(() => Promise.all([soldOut(a), soldOut(b)])).toEqual([true, true]);
    await transact(a, async (tx) => {
      await sql`update orders set expires_at = now() where id = ${purchase.orderId}`.execute(tx.db);
    });
    expect(await expireOrders(a)).toBe(1);
    await expect.poll(() => buy(item, {}, b).then((w) => w.purchase.status, String)).toBe('pending');
    await expect.poll(() => Promise.all([soldOut(a), soldOut(b)])).toEqual([true, true]);
  });
});
