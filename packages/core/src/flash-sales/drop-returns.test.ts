/** Units that return to a sale: from unpaid and declined orders, and from a provider that is slow to report the result of a charge. */
import { contract, type FlashSale, type FlashSaleItem, type OrderId, type PaymentId } from '@cartwright/contracts';
import {
  aCurrency,
  aFlashSale,
  aPurchaseInput,
  aGuestCart,
  aKey,
  anOrder,
  aProduct,
  brokenInvariants,
  createTestShop,
  createUnsteadyGateway,
  letPass,
  race,
  type TestShop,
  type PurchaseFields,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { expireOrders } from '../order-cancellations/index.ts';
import { closeCore, consumers, createCore } from '../composition/index.ts';
import { expireCartHolds } from '../inventory/index.ts';
import { deliverEvents, registerConsumers, relayOutbox } from '../events/index.ts';
import { DomainError, system, transact, type ChargeOutcome, type GuestActor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { reconcilePayments, settleCharge } from '../payments/index.ts';
import { buyFromSale, getFlashSaleMetrics } from './index.ts';

const steady = createUnsteadyGateway('sandbox');
const slow = createUnsteadyGateway('stripe');
const staff = system('test');
const anonymous: GuestActor = { kind: 'guest', cartToken: null };
let shop: TestShop;
let aheadMs = 0;
beforeAll(async () => {
  const gateways = new Map([steady, slow].map((gateway) => [gateway.provider, gateway] as const));
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  shop = await createTestShop({ declinesPerOrder: 2, gatewayTimeoutMs: 60_000 }, { gateways, clock });
  steady.connect(shop.core);
  slow.connect(shop.core);
});
afterAll(async () => {
  await reconcilePayments(shop.core, 0);
  expect(await violatedInvariants()).toEqual([]);
  await shop.close();
});
// The sandbox has the charges of the second gateway under another name (I20).
const violatedInvariants = async (except: readonly string[] = ['I20']) =>
  (await brokenInvariants(shop.core)).filter((id) => !except.includes(id));

const buy = async (item: FlashSaleItem, fields: PurchaseFields = {}) =>
  (await buyFromSale(shop.core, anonymous, aPurchaseInput(item, fields), { idempotencyKey: aKey() })).purchase;
/** Relays and handles all events, as the worker would. */
const relayAll = async (): Promise<void> => {
  await registerConsumers(shop.core, consumers);
  const waiting = shop.core.db.selectFrom('outbox_events').select('id').where('relayedAt', 'is', null).limit(1);
  while ((await waiting.execute()).length > 0)
    for (const { eventId, consumer } of (await relayOutbox(shop.core)).deliveries)
      await deliverEvents(shop.core, consumers, consumer, [eventId]);
};
const mailsOf = async (orderId: OrderId) =>
  (await shop.core.db.selectFrom('notifications').select('templateName').where('orderId', '=', orderId).execute())
    .map((mail) => mail.templateName)
    .toSorted();
const metricsOf = async (sale: FlashSale) => (await getFlashSaleMetrics(shop.core, staff, { saleId: sale.id })).items[0];
const read = (orderId: OrderId) => getOrder(shop.core, staff, { orderId });
const paymentOf = async (orderId: OrderId): Promise<PaymentId> => (await read(orderId)).payments[0]?.id ?? expect.fail('no payment');
/** All payment windows end by the clock of the database; cached counts of free units have expired by then. */
const endPaymentWindows = async (): Promise<void> => {
  aheadMs += 300;
  await shop.core.database.kysely
    .updateTable('orders')
    .set({ expiresAt: sql<Date>`now()` })
    .where('status', '=', 'pending')
    .execute();
  await sql`update holds set expires_at = now() where state = 'active' and order_id is not null`.execute(shop.core.db);
};

describe('a flash sale in which thirty of a hundred cards are declined', () => {
  /** A buyer with a declined card tries once more or gives up. */
  const attempt = async (item: FlashSaleItem, n: number): Promise<'paid' | 'gone' | 'sold out'> => {
    const declined = n % 10 < 3;
    try {
      await buy(item, { token: declined ? 'tok_decline' : 'tok_success' });
      return 'paid';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'OUT_OF_STOCK') return 'sold out';
      expect(error.code).toBe('PAYMENT_DECLINED');
      if (n % 2 === 0) return 'gone';
      const { orderId } = contract.orders.get.input.parse({ orderId: error.details?.['orderId'] });
      const again = contract.checkout.retryPayment.input.parse({ orderId, payment: { token: 'tok_decline' } });
      await expect(retryPayment(shop.core, staff, again, { idempotencyKey: aKey() })).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
      await expect(retryPayment(shop.core, staff, again, { idempotencyKey: aKey() })).rejects.toMatchObject({ code: 'ORDER_NOT_PAYABLE' });
      expect(await read(orderId)).toMatchObject({ status: 'cancelled', cancellationReason: 'payment_failed' });
      return 'gone';
    }
  };

  it('units of declined orders are sold again until all are paid, without a worker and in time', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 60 });
    let waiting = Array.from({ length: 180 }, (_, n) => n);
    for (let round = 0; round < 20 && (await metricsOf(sale))?.unitsSold !== 60; round += 1) {
      const { won, defects } = await race(waiting.length, (i) => attempt(item, waiting[i] ?? 0));
      expect(defects).toEqual([]);
      waiting = waiting.filter((_, i) => won[i] === 'sold out');
      await endPaymentWindows();
    }
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 60, unitsHeld: 0, unitsFree: 0 });
    const { rows } = await sql<{ reason: string; units: number; slowest: number }>`
      select o.cancellation_reason as reason, count(*)::int as units, max(extract(epoch from h.ended_at - case o.cancellation_reason
        when 'expired' then h.expires_at else (select max(decided_at) from payments p where p.order_id = o.id) end))::float8 as slowest
      from orders o join holds h on h.order_id = o.id where h.allocation_id = ${item.id} and o.status = 'cancelled' group by 1
      order by 1`.execute(shop.core.db);
    expect(rows.map((row) => row.reason)).toEqual(['expired', 'payment_failed']);
    const [expired, failed] = rows;
    expect(expired?.slowest).toBeLessThan(60);
    expect(failed?.slowest).toBeLessThan(5);
    expect(await violatedInvariants()).toEqual([]);
  });

  it('when buyers end before the units do, returned units are free and nothing is held', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 20 });
    const { won } = await race(20, (n) => attempt(item, n));
    expect(won.filter((end) => end === 'paid')).toHaveLength(14);
    await endPaymentWindows();
    await expireOrders(shop.core);
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 14, unitsHeld: 0, unitsFree: 6 });
  });
});

describe('sweeps of expired orders', () => {
  it('a sweep after five minutes of standstill oversells nothing, is reported as I07, and catches up in one run', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 330 });
    const product = await aProduct(shop.core, { stock: 40 });
    await race(330, () => buy(item));
    await race(30, () => aGuestCart(shop.core, [[product, 1]]));
    await endPaymentWindows();
    await sql`update holds set expires_at = now() where state = 'active'`.execute(shop.core.db);
    await letPass(shop.core, 5);
    expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 330, unitsFree: 0 });
    expect(await violatedInvariants()).toEqual(['I07']);
    expect(await Promise.all([expireOrders(shop.core), expireCartHolds(shop.core)])).toEqual([330, 30]);
    expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 0, unitsFree: 330 });
    expect(await Promise.all([expireOrders(shop.core), expireCartHolds(shop.core)])).toEqual([0, 0]);
    expect(await violatedInvariants()).toEqual([]);
  });

  it('a buyer releases overdue units of the wanted item only; other sales and ordinary orders are left to the sweep', async () => {
    const wanted = await aFlashSale(shop.core, { units: 2 });
    const other = await aFlashSale(shop.core, { units: 2 });
    const overdue = { wanted: [await buy(wanted.item), await buy(wanted.item)], other: [await buy(other.item), await buy(other.item)] };
    const product = await aProduct(shop.core, { stock: 1 });
    const { order } = await anOrder(shop.core, [[product, 1]], { token: 'tok_3ds' });
    await endPaymentWindows();
    await buy(wanted.item, { token: 'tok_success' });
    expect(await metricsOf(wanted.sale)).toMatchObject({ unitsSold: 1, unitsHeld: 0, unitsFree: 1 });
    expect(await metricsOf(other.sale)).toMatchObject({ unitsSold: 0, unitsHeld: 2, unitsFree: 0 });
    const statusOf = async (orderId: OrderId) => (await read(orderId)).status;
    for (const { orderId } of overdue.wanted) expect(await statusOf(orderId)).toBe('cancelled');
    for (const orderId of [...overdue.other.map((purchase) => purchase.orderId), order.id]) expect(await statusOf(orderId)).toBe('pending');
    expect(await expireOrders(shop.core)).toBe(3);
    expect(await metricsOf(other.sale)).toMatchObject({ unitsHeld: 0, unitsFree: 2 });
  });

  it('a sweep that is interrupted and continues with its old list releases nothing twice', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 3 });
    for (let n = 0; n < 3; n += 1) await buy(item, { token: 'tok_3ds' });
    await endPaymentWindows();
    const line = steady.hang();
    const stopped = expireOrders(shop.core);
    await line.asked;
    // Another sweep, whose provider responds, and the next buyers run before the first one continues.
    const other = await createCore(shop.config, { log: shop.core.log });
    expect(await expireOrders(other)).toBe(3);
    await closeCore(other);
    await endPaymentWindows();
    for (let n = 0; n < 3; n += 1) await buy(item, { token: 'tok_success' });
    line.letThrough();
    expect(await stopped).toBe(0);
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 3, unitsHeld: 0, unitsFree: 0 });
    expect(await violatedInvariants()).toEqual([]);
  });
});

describe('slow providers', () => {
  it('a slow provider keeps the units of its own buyers only; other unpaid units are sold again meanwhile', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 30 });
    slow.silent = true;
    const payers = await race(20, (n) => buy(item, { token: 'tok_success', provider: n % 2 ? 'stripe' : 'sandbox' }));
    await race(10, () => buy(item));
    expect(payers.defects).toEqual([]);
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 10, unitsHeld: 20, unitsFree: 0 });
    await endPaymentWindows();
    await letPass(shop.core, 1);
    slow.silent = false;
    const line = slow.hang();
    const sweep = expireOrders(shop.core);
    await line.asked;
    await vi.waitFor(async () => expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 10, unitsFree: 10 }), 30_000);
    aheadMs += 300;
    const late = await race(40, () => buy(item, { token: 'tok_success' }));
    expect([late.won.length, late.refused, late.defects]).toEqual([10, { OUT_OF_STOCK: 30 }, []]);
    line.letThrough();
    expect(await sweep).toBe(10);
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 30, unitsHeld: 0, unitsFree: 0 });
    expect(await violatedInvariants()).toEqual([]);
  });

  it('buyers are refused at once when all units are held, even while a slow provider is asked about overdue orders', async () => {
    const { item } = await aFlashSale(shop.core, { units: 1 });
    const { orderId } = await buy(item, { token: 'tok_3ds', provider: 'stripe' });
    await endPaymentWindows();
    const line = slow.hang();
    for (let n = 0; n < 3; n += 1) {
      aheadMs += 300;
      await expect(buy(item)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' });
    }
    line.letThrough();
    await vi.waitFor(async () => expect(await read(orderId)).toMatchObject({ status: 'cancelled' }), 30_000);
    aheadMs += 300;
    expect((await buy(item)).status).toBe('pending');
  });

  it('the units of a silent provider are released after a quarter of an hour, and a later capture is refunded', async () => {
    await endPaymentWindows();
    await expireOrders(shop.core);
    const { sale, item } = await aFlashSale(shop.core, { units: 1 });
    slow.silent = true;
    const { orderId } = await buy(item, { token: 'tok_success', provider: 'stripe' });
    await endPaymentWindows();
    await letPass(shop.core, 14);
    expect(await expireOrders(shop.core)).toBe(0);
    await letPass(shop.core, 1);
    expect(await expireOrders(shop.core)).toBe(1);
    aheadMs += 300;
    await buy(item, { token: 'tok_success' });
    slow.silent = false;
    await reconcilePayments(shop.core, 0);
    await reconcilePayments(shop.core, 0);
    expect(await read(orderId)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded', refundedCents: 3_000 }] });
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 1, unitsHeld: 0, unitsFree: 0 });
  });
});

describe('payments captured just after the window', () => {
  const captureCharge = async (orderId: OrderId): Promise<void> => {
    const paymentId = await paymentOf(orderId);
    const { rows } = await sql<{ reference: string }>`
      update sandbox_charges set status = 'captured' where idempotency_key = ${paymentId} returning reference`.execute(shop.core.db);
    const outcome: ChargeOutcome = {
      status: 'captured',
      reference: rows[0]?.reference ?? 'none',
      capturedCents: 3_000,
      currency: aCurrency('USD'),
    };
    await transact(shop.core, (tx) => settleCharge(tx, paymentId, outcome));
  };

  it('a payment captured after its window but before the release still gets its unit', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 1 });
    const { orderId } = await buy(item, { token: 'tok_3ds' });
    await endPaymentWindows();
    await captureCharge(orderId);
    expect(await expireOrders(shop.core)).toBe(0);
    expect(await read(orderId)).toMatchObject({ status: 'confirmed' });
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 1, unitsHeld: 0, unitsFree: 0 });
  });

  it('a payment captured after its unit was released is refunded, with a mail to the buyer', async () => {
    const { sale, item } = await aFlashSale(shop.core, { units: 1 });
    const { orderId } = await buy(item, { token: 'tok_3ds' });
    await endPaymentWindows();
    expect(await expireOrders(shop.core)).toBe(1);
    await captureCharge(orderId);
    await reconcilePayments(shop.core, 0);
    expect(await read(orderId)).toMatchObject({ status: 'cancelled', payments: [{ status: 'refunded', refundedCents: 3_000 }] });
    expect(await metricsOf(sale)).toMatchObject({ unitsSold: 0, unitsHeld: 0, unitsFree: 1 });
    await relayAll();
    expect(await mailsOf(orderId)).toContain('payment_returned');
  });
});

it('an order with a wrong captured amount expires like any other, and the payment is recorded as a discrepancy', async () => {
  const { sale, item } = await aFlashSale(shop.core, { units: 12 });
  const mismatched = await buy(item, { token: 'tok_3ds' });
  await race(11, (n) => buy(item, n % 2 ? {} : { token: 'tok_3ds' }));
  const paymentId = await paymentOf(mismatched.orderId);
  await sql`update sandbox_charges set status = 'captured', amount_cents = 1 where idempotency_key = ${paymentId}`.execute(shop.core.db);
  await endPaymentWindows();
  expect(await expireOrders(shop.core)).toBe(12);
  expect(await metricsOf(sale)).toMatchObject({ unitsHeld: 0, unitsFree: 12 });
  expect(await read(mismatched.orderId)).toMatchObject({ status: 'cancelled' });
  const { rows } = await sql`select 1 from payment_discrepancies where payment_id = ${paymentId}`.execute(shop.core.db);
  expect(rows).toHaveLength(1);
});
