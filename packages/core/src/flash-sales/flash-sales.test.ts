import { contract, type FlashSale, type FlashSaleItem } from '@cartwright/contracts';
import {
  aCustomer,
  aFlashSale,
  aFlashWish,
  aKey,
  createTestShop,
  race,
  type SaleFields,
  type TestShop,
  unique,
  variantOf,
  type WishFields,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCartItem, createCart } from '../carts/index.ts';
import { cancelOrder } from '../checkout/index.ts';
import { getStockLevel } from '../inventory/index.ts';
import { DomainError, system, transact, type Actor } from '../kernel/index.ts';
import { checkInvariants } from '../operations/index.ts';
import { getOrder } from '../orders/index.ts';
import {
  adjustSaleUnits,
  admitBuyers,
  buyFromSale,
  endFlashSale,
  endOverdueSales,
  getFlashSale,
  getFlashSaleFigures,
  getPurchaseFigures,
  getWaitingPlace,
  joinWaitingRoom,
  listFlashSales,
  pauseFlashSale,
  resumeFlashSale,
  updateFlashSale,
} from './index.ts';

let shop: TestShop;
const staff = system('test');
const nobody: Actor = { kind: 'guest', cartToken: null };
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(async () => {
  expect(await checkInvariants(shop.core, staff)).toMatchObject({ clean: true });
  await shop.close();
});

const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();
const aSale = (fields: SaleFields = {}) => aFlashSale(shop.core, fields);
const aWish = aFlashWish;
const buy = (item: FlashSaleItem, fields: WishFields = {}, actor: Actor = nobody, key = aKey()) =>
  buyFromSale(shop.core, actor, aWish(item, fields), { idempotencyKey: key });
const figuresOf = async (sale: FlashSale) => {
  const [item] = (await getFlashSaleFigures(shop.core, staff, { saleId: sale.id })).items;
  return item;
};

describe('preparing a sale', () => {
  test('its units leave the open shelf, and come back when it ends', async () => {
    const { sale, product } = await aSale({ units: 10, stock: 15 });
    expect(await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).toMatchObject({ onHand: 15, available: 5 });
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    expect(await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).toMatchObject({ onHand: 15, available: 15 });
    expect(await getFlashSale(shop.core, nobody, { saleId: sale.id })).toMatchObject({ state: 'ended' });
  });

  test('more units than there are cannot be set apart', async () => {
    await expect(aSale({ units: 10, stock: 9 })).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 9 } });
  });

  test('a window that is over or upside down is refused with the field', async () => {
    await expect(aSale({ startsIn: 10, endsIn: 5 })).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'endsAt' }] });
    await expect(aSale({ startsIn: -10, endsIn: -5 })).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'endsAt' }] });
  });

  test('staff alone may run sales; shoppers see those that are not over', async () => {
    const { sale } = await aSale({ startsIn: 60, endsIn: 120 });
    const customer = await aCustomer(shop.core);
    expect(() => pauseFlashSale(shop.core, customer, { saleId: sale.id })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    const list = contract.flashSales.list.input.parse({ pageSize: 100 });
    const open = await listFlashSales(shop.core, customer, list);
    expect(open.items.find((s) => s.id === sale.id)).toMatchObject({ state: 'scheduled' });
    expect(open.items.some((s) => s.state === 'ended')).toBe(false);
    expect((await listFlashSales(shop.core, staff, { ...list, state: 'ended' })).items.length).toBeGreaterThan(0);
  });

  test('two who change a sale at once: the second is told', async () => {
    const { sale } = await aSale();
    await updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version, name: 'Renamed' });
    await expect(updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version, name: 'Other' })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    await expect(
      updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version + 1, startsAt: minutes(5) }),
    ).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});

describe('buying', () => {
  test('one call places the order at the sale price, holds the unit, and waits for payment', async () => {
    const { sale, item } = await aSale();
    const { purchase, replayed } = await buy(item, { quantity: 2 });
    expect(replayed).toBe(false);
    expect(purchase).toMatchObject({ status: 'pending', quantity: 2, unitPriceCents: 3_000, totals: { totalCents: 6_000 } });
    const guest: Actor = { kind: 'guest', cartToken: purchase.orderToken };
    expect(await getOrder(shop.core, guest, { orderId: purchase.orderId })).toMatchObject({
      orderNumber: purchase.orderNumber,
      items: [{ quantity: 2 }],
    });
    await expect(getOrder(shop.core, nobody, { orderId: purchase.orderId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 8, unitsHeld: 2, unitsSold: 0, orders: 1 });
  });

  test('with a payment method the order is paid when the call answers', async () => {
    const { sale, item } = await aSale();
    const { purchase } = await buy(item, { token: 'tok_success' });
    expect(purchase).toMatchObject({ status: 'confirmed', expiresAt: null });
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 9, unitsHeld: 0, unitsSold: 1, revenueCents: 3_000 });
  });

  test('is taxed and shipped like a cart that goes to the same place', async () => {
    await sql`insert into tax_rates (country_code, name, basis_points) values ('SE', 'Moms', 2500) on conflict do nothing`.execute(
      shop.core.db,
    );
    const methodId = shop.core.ids.next();
    await sql`insert into shipping_methods (id, name, currency, countries, position) values (${methodId}, 'Brev', (select currency from store_settings), '{SE}', 0)`.execute(
      shop.core.db,
    );
    await sql`insert into shipping_bands (method_id, position, price_cents) values (${methodId}, 0, 590)`.execute(shop.core.db);
    const { item, product } = await aSale({ priceCents: 5_000 });
    const { cart } = await createCart(shop.core, { kind: 'guest', cartToken: 'a-guest-of-the-open-shelf' }, { countryCode: 'SE' });
    const filled = await addCartItem(
      shop.core,
      { kind: 'guest', cartToken: 'a-guest-of-the-open-shelf' },
      { cartId: cart.id, variantId: variantOf(product).id, quantity: 2 },
    );
    const { purchase } = await buy(item, { quantity: 2, address: { countryCode: 'SE' } });
    expect(purchase.totals).toEqual(filled.totals);
    expect(purchase.totals).toMatchObject({ subtotalCents: 10_000, shippingCents: 590 });
    expect(purchase.totals.taxCents).toBeGreaterThan(0);
    await sql`delete from shipping_methods where id = ${methodId}`.execute(shop.core.db);
  });

  test('a free unit needs no payment and gets an invoice', async () => {
    const { item } = await aSale({ priceCents: 0 });
    const { purchase } = await buy(item);
    expect(purchase).toMatchObject({ status: 'confirmed', totals: { totalCents: 0 } });
    const order = await getOrder(shop.core, staff, { orderId: purchase.orderId });
    expect(order.invoice).not.toBeNull();
    expect(order.payments).toEqual([]);
  });

  test('a hundred units for two thousand buyers: a hundred orders, everybody else is told, in few transactions', async () => {
    const { sale, item } = await aSale({ units: 100 });
    const before = getPurchaseFigures(shop.core);
    const { won, refused, defects } = await race(2_000, () => buy(item));
    expect(defects).toEqual([]);
    expect(won).toHaveLength(100);
    expect(refused).toEqual({ OUT_OF_STOCK: 1_900 });
    expect(new Set(won.map((w) => w.purchase.orderNumber)).size).toBe(100);
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 0, unitsHeld: 100, orders: 100 });
    expect(getPurchaseFigures(shop.core).batches - before.batches).toBeLessThan(20);
  });

  test('nobody is refused while stock remains: two thousand buyers of two thousand units', async () => {
    const { sale, item } = await aSale({ units: 2_000 });
    const { won, refused, defects } = await race(2_000, () => buy(item));
    expect({ refused, defects }).toEqual({ refused: {}, defects: [] });
    expect(won).toHaveLength(2_000);
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 0, unitsHeld: 2_000, orders: 2_000 });
  });

  test('the same key fifty times at once buys once, and gets the same order ever after', async () => {
    const { sale, item } = await aSale({ units: 5 });
    const wish = aWish(item, { token: 'tok_success' });
    const idempotencyKey = aKey();
    const { won, defects, refused } = await race(50, () => buyFromSale(shop.core, nobody, wish, { idempotencyKey }));
    expect({ refused, defects }).toEqual({ refused: {}, defects: [] });
    expect(new Set(won.map((w) => w.purchase.orderId)).size).toBe(1);
    expect(won.filter((w) => !w.replayed)).toHaveLength(1);
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 4, orders: 1 });
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from payments where order_id = ${won[0]?.purchase.orderId}`.execute(
      shop.core.db,
    );
    expect(rows[0]?.n).toBe(1);
  });

  test('a repeat after all is sold still gets its order; another request with the key is refused', async () => {
    const { item } = await aSale({ units: 1 });
    const wish = aWish(item);
    const idempotencyKey = aKey();
    const first = await buyFromSale(shop.core, nobody, wish, { idempotencyKey });
    await expect(buy(item)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    const again = await buyFromSale(shop.core, nobody, wish, { idempotencyKey });
    expect(again).toEqual({ purchase: first.purchase, replayed: true });
    await expect(buyFromSale(shop.core, nobody, { ...wish, quantity: 2 }, { idempotencyKey })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('the whole burst again, with the same keys: the same answers, and nothing new', async () => {
    const { sale, item } = await aSale({ units: 60 });
    const wishes = Array.from({ length: 300 }, () => ({ wish: aWish(item), idempotencyKey: aKey() }));
    const burst = () =>
      Promise.all(
        wishes.map(({ wish, idempotencyKey }) =>
          buyFromSale(shop.core, nobody, wish, { idempotencyKey }).then(
            ({ purchase }) => purchase,
            (error: unknown) => (error instanceof DomainError ? error.code : error),
          ),
        ),
      );
    const first = await burst();
    expect(first.filter((answer) => answer === 'OUT_OF_STOCK')).toHaveLength(240);
    expect(await burst()).toEqual(first);
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 0, unitsHeld: 60, orders: 60 });
  });

  test('a row that somebody keeps locked makes buyers wait a second, not for ever; their keys still buy once', async () => {
    const { sale, item } = await aSale({ units: 5 });
    const wish = aWish(item);
    const idempotencyKey = aKey();
    const stuck = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holder = transact(shop.core, async (tx) => {
      await sql`select 1 from stock_allocations where id = ${item.id} for update`.execute(tx.db);
      locked.resolve();
      await stuck.promise;
    });
    await locked.promise;
    await expect(buyFromSale(shop.core, nobody, wish, { idempotencyKey })).rejects.toMatchObject({
      code: 'BUSY',
      details: { retryAfterSeconds: 1 },
    });
    stuck.resolve();
    await holder;
    expect((await buyFromSale(shop.core, nobody, wish, { idempotencyKey })).replayed).toBe(false);
    expect(await figuresOf(sale)).toMatchObject({ orders: 1 });
  });

  test('a guest who repeats a purchase with the token that it gave gets the same order', async () => {
    const { item } = await aSale();
    const wish = aWish(item);
    const idempotencyKey = aKey();
    const { purchase } = await buyFromSale(shop.core, nobody, wish, { idempotencyKey });
    const again = await buyFromSale(shop.core, { kind: 'guest', cartToken: purchase.orderToken }, wish, { idempotencyKey });
    expect(again).toMatchObject({ replayed: true, purchase: { orderId: purchase.orderId } });
  });

  test('keys belong to their buyer: another guest with the same key buys for himself', async () => {
    const { item } = await aSale();
    const idempotencyKey = aKey();
    const a = await buyFromSale(shop.core, nobody, aWish(item), { idempotencyKey });
    const b = await buyFromSale(shop.core, nobody, aWish(item), { idempotencyKey });
    expect(b.replayed).toBe(false);
    expect(b.purchase.orderId).not.toBe(a.purchase.orderId);
  });

  test('sold out is answered without touching the row, and without a transaction', async () => {
    const { item } = await aSale({ units: 1 });
    await buy(item);
    const statements = await shop.countQueries(async () => {
      const { refused } = await race(500, () => buy(item));
      expect(refused).toEqual({ OUT_OF_STOCK: 500 });
    });
    expect(statements.some((text) => /for no key update|^\s*(update|insert|begin)/i.test(text))).toBe(false);
    expect(statements.length).toBeLessThan(10);
  });

  test('a batch of buyers takes a fixed number of statements', async () => {
    const { item } = await aSale({ units: 400 });
    await buy(item);
    const withoutBell = (statements: string[]) => statements.filter((text) => !text.includes('pg_notify')).length;
    const few = await shop.countQueries(() => race(10, () => buy(item)));
    const many = await shop.countQueries(() => race(200, () => buy(item)));
    expect(withoutBell(many)).toBe(withoutBell(few));
    expect(withoutBell(few)).toBeLessThan(12);
  });

  test('the purchase limit is exact under a race, and an account and its address are one buyer', async () => {
    const { item } = await aSale({ units: 50, limitPerCustomer: 3 });
    const customer = await aCustomer(shop.core);
    const { won, refused } = await race(100, (i) =>
      i % 2 ? buy(item, { email: customer.email }, customer) : buy(item, { email: customer.email.replace('@', '+again@') }),
    );
    expect(won).toHaveLength(3);
    expect(refused).toEqual({ PURCHASE_LIMIT: 97 });
  });

  test('fifty accounts at one address share its limit, however they spell it', async () => {
    const { item } = await aSale({ units: 50, limitPerAddress: 2 });
    const { won } = await race(50, (i) =>
      buy(item, { address: { line1: i % 2 ? '12 St. James Square' : '12 st james square', postalCode: 'SW1Y 4JH' } }),
    );
    expect(won).toHaveLength(2);
  });

  test('an order that dies gives its units back to the sale, and its buyer may buy again', async () => {
    const { sale, item } = await aSale({ units: 1, limitPerCustomer: 1 });
    const { purchase } = await buy(item, { email: 'once@example.com' });
    await cancelOrder(shop.core, staff, { orderId: purchase.orderId });
    expect(await figuresOf(sale)).toMatchObject({ unitsFree: 1, unitsHeld: 0 });
    await expect.poll(() => buy(item, { email: 'once@example.com' }).then((w) => w.purchase.status)).toBe('pending');
  });

  test('before the start, after the end and during a pause nothing is sold', async () => {
    const early = await aSale({ startsIn: 10 });
    await expect(buy(early.item)).rejects.toMatchObject({ code: 'SALE_NOT_OPEN', details: { startsAt: early.sale.startsAt } });
    const { sale, item } = await aSale();
    await pauseFlashSale(shop.core, staff, { saleId: sale.id });
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_PAUSED' });
    await resumeFlashSale(shop.core, staff, { saleId: sale.id });
    await buy(item);
    await sql`update flash_sales set ends_at = now() - interval '1 second' where id = ${sale.id}`.execute(shop.core.db);
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_ENDED' });
    expect(await endOverdueSales(shop.core)).toBe(1);
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_ENDED' });
  });

  test('a pause is exact: nothing is sold after it has answered', async () => {
    const { sale, item } = await aSale({ units: 500 });
    const buyers = race(300, () => buy(item));
    await new Promise(setImmediate);
    await pauseFlashSale(shop.core, staff, { saleId: sale.id });
    const atPause = (await figuresOf(sale))?.unitsFree;
    const { refused, won } = await buyers;
    expect((await figuresOf(sale))?.unitsFree).toBe(atPause);
    expect(won.length + (refused['SALE_PAUSED'] ?? 0)).toBe(300);
  });

  test('units can be added and taken away while buyers come, never below what is taken', async () => {
    const { sale, item } = await aSale({ units: 20, stock: 60 });
    const moves = race(20, (i) => adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: i % 2 ? 2 : -1 }));
    const { won, defects } = await race(100, () => buy(item));
    expect(defects).toEqual([]);
    expect((await moves).defects).toEqual([]);
    const figures = await figuresOf(sale);
    expect(figures?.unitsHeld).toBe(won.length);
    expect(figures?.unitsAllocated).toBe((figures?.unitsFree ?? 0) + won.length);
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: -1_000 })).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
    });
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: 1_000 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
    });
  });

  test('nobody pays another price than the one that was shown', async () => {
    const { item } = await aSale();
    await expect(buy(item, { expectedUnitPriceCents: 2_000 })).rejects.toMatchObject({
      code: 'PRICE_CHANGED',
      details: { unitPriceCents: 3_000 },
    });
  });

  test('a declined payment is told, also to a repeat, and charges nothing', async () => {
    const { item } = await aSale();
    const wish = aWish(item, { token: 'tok_decline' });
    const idempotencyKey = aKey();
    for (const replayed of [false, true])
      await expect(buyFromSale(shop.core, nobody, wish, { idempotencyKey })).rejects.toMatchObject({ code: 'PAYMENT_DECLINED', replayed });
  });

  test('an address that tries out cards gets no further here than at the checkout', async () => {
    const { sale, item } = await aSale({ units: 60 });
    const ip = '203.0.113.9';
    const codes: unknown[] = [];
    for (let n = 0; n < shop.config.declinesPerAddress + 3; n += 1)
      await buyFromSale(shop.core, nobody, aWish(item, { token: 'tok_decline' }), { idempotencyKey: aKey(), ip }).catch((error: unknown) =>
        codes.push(error instanceof DomainError ? error.code : error),
      );
    expect(codes.slice(-3)).toEqual(['TOO_MANY_DECLINES', 'TOO_MANY_DECLINES', 'TOO_MANY_DECLINES']);
    expect(await figuresOf(sale)).toMatchObject({ orders: shop.config.declinesPerAddress });
  });

  test('a guest without an e-mail address is told what is missing; an unknown item does not exist', async () => {
    const { item } = await aSale();
    const { email: _, ...wish } = aWish(item);
    await expect(buyFromSale(shop.core, nobody, wish, { idempotencyKey: aKey() })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: [{ path: 'email' }],
    });
    await expect(buy({ ...item, id: shop.core.ids.next<FlashSaleItem['id']>() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the waiting room', () => {
  const join = (sale: FlashSale, email = `queue-${unique()}@example.com`, actor: Actor = nobody) =>
    joinWaitingRoom(shop.core, actor, { saleId: sale.id, email });

  test('one place per buyer, in the order of arrival', async () => {
    const { sale } = await aSale({ waitingRoom: true });
    const places = [];
    for (let i = 0; i < 3; i += 1) places.push(await join(sale, `q${i}@example.com`));
    expect(places.map((p) => p.place.ahead)).toEqual([0, 1, 2]);
    expect((await join(sale, 'q1@example.com')).ticket).toBe(places[1]?.ticket);
    const { won } = await race(40, () => join(sale, 'same@example.com'));
    expect(new Set(won.map((w) => w.ticket)).size).toBe(1);
  });

  test('who is let in may buy, once; nobody else may, with whatever ticket', async () => {
    const { sale, item } = await aSale({ units: 5, waitingRoom: true });
    const first = await join(sale, 'first@example.com');
    await expect(buy(item, { email: 'first@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    expect(await admitBuyers(shop.core, sale.id)).toBe(1);
    const second = await join(sale, 'second@example.com');

    await expect(buy(item, { email: 'first@example.com' })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect(buy(item, { email: 'thief@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect(buy(item, { email: 'second@example.com', ticket: second.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    const forged = first.ticket.replace(/\.\d+\./, '.1000000.');
    await expect(buy(item, { email: 'first@example.com', ticket: forged })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });

    expect((await buy(item, { email: 'first@example.com', ticket: first.ticket })).purchase.status).toBe('pending');
    await expect(buy(item, { email: 'first@example.com', ticket: first.ticket })).rejects.toMatchObject({ code: 'ADMISSION_REQUIRED' });
    await expect.poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket: first.ticket })).state).toBe('used');
  });

  test('not more are let in than can find a unit, and a missed turn makes room for the next', async () => {
    const { sale } = await aSale({ units: 4, waitingRoom: true });
    const joined = await race(30, () => join(sale));
    expect(joined.won).toHaveLength(30);
    const step = async () => {
      await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
      return admitBuyers(shop.core, sale.id);
    };
    expect(await step()).toBe(6);
    expect(await step()).toBe(0);
    await sql`update waiting_places set admitted_until = now() - interval '1 second' where sale_id = ${sale.id} and number <= 2`.execute(
      shop.core.db,
    );
    expect(await step()).toBe(2);
  });

  test('letting in is done once, however many do it at the same time', async () => {
    const { sale } = await aSale({ units: 100, waitingRoom: true });
    await race(100, () => join(sale));
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    const { won } = await race(20, () => admitBuyers(shop.core, sale.id));
    expect(won.reduce((a, b) => a + b, 0)).toBe(10);
  });

  test('with the worker stopped, those who ask for their place move the queue', async () => {
    const { sale } = await aSale({ units: 5, waitingRoom: true });
    const { ticket } = await join(sale);
    await sql`update waiting_rooms set ticked_at = now() - interval '10 seconds' where sale_id = ${sale.id}`.execute(shop.core.db);
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket })).state, { timeout: 3_000 })
      .toBe('admitted');
  });

  test('those who still wait when nothing can come back are told', async () => {
    const { sale, item } = await aSale({ units: 1, waitingRoom: true });
    const a = await join(sale, 'a@example.com');
    await sql`update waiting_rooms set ticked_at = now() - interval '1 second' where sale_id = ${sale.id}`.execute(shop.core.db);
    await admitBuyers(shop.core, sale.id);
    const b = await join(sale, 'b@example.com');
    await buy(item, { email: 'a@example.com', ticket: a.ticket, token: 'tok_success' });
    await expect
      .poll(async () => (await getWaitingPlace(shop.core, nobody, { saleId: sale.id, ticket: b.ticket })).state, { timeout: 3_000 })
      .toBe('sold_out');
  });

  test('a sale without one says so', async () => {
    const { sale } = await aSale();
    await expect(join(sale)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  });
});
