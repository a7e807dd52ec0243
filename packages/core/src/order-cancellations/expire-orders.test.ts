import {
  aCurrency,
  aCheckout,
  aGuestCart,
  aKey,
  aProduct,
  aPromoCode,
  brokenInvariants,
  checkOut,
  createTestShop,
  createUnsteadyGateway,
  letPass,
  race,
  type TestShop,
} from '@cartwright/testing';
import { contract, type Order, type Product } from '@cartwright/contracts';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyPromoCode } from '../carts/index.ts';
import { getProduct } from '../catalog/index.ts';
import { retryPayment } from '../checkout/index.ts';
import { system, transact } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { reconcilePayments, settleCharge } from '../payments/index.ts';
import { cancelOrder, expireOrders } from './index.ts';

const first = createUnsteadyGateway('sandbox');
const second = createUnsteadyGateway('stripe');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop(
    {},
    {
      gateways: new Map([
        ['sandbox', first],
        ['stripe', second],
      ]),
    },
  );
  first.connect(shop.core);
  second.connect(shop.core);
});
afterEach(() => {
  first.silent = false;
  second.silent = false;
});
afterAll(async () => {
  await settleAll();
  // The sandbox has the charges of the second gateway under another name (I20).
  expect((await brokenInvariants(shop.core)).filter((id) => id !== 'I20')).toEqual([]);
  await shop.close();
});

const settleAll = () => reconcilePayments(shop.core, 0);
const availableOf = async (product: Product) => (await getProduct(shop.core, system('test'), { id: product.id })).available;
const read = (order: Order) => getOrder(shop.core, system('test'), { orderId: order.id });
const anOrder = async (token: string, { silent = false, code = null as string | null } = {}) => {
  const product = await aProduct(shop.core, { stock: 1, priceCents: 2000 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  if (code) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
  first.silent = silent;
  const order = await checkOut(shop.core, guest, aCheckout(cart, { token }));
  return { product, guest, order, paymentId: order.payments[0]?.id ?? expect.fail('no payment') };
};
/** The provider captures the charge, whatever was agreed, and reports it as a webhook would. */
const capture = async (paymentId: Order['payments'][number]['id']): Promise<void> => {
  const { rows } = await sql<{ reference: string }>`
    update sandbox_charges set status = 'captured' where idempotency_key = ${paymentId} returning reference`.execute(shop.core.db);
  const reference = rows[0]?.reference ?? expect.fail('no charge');
  await transact(shop.core, (tx) =>
    settleCharge(tx, paymentId, { status: 'captured', reference, capturedCents: 2000, currency: aCurrency('USD') }),
  );
};
const refundsOf = async ({ id }: Order) =>
  (
    await sql<{ cents: number; status: string }>`
      select r.amount_cents as cents, r.status from refunds r join payments p on p.id = r.payment_id where p.order_id = ${id}`.execute(
      shop.core.db,
    )
  ).rows;

describe('orders that have expired', () => {
  it('an expired order keeps its units for fifteen minutes while the provider is silent, and a later capture is refunded', async () => {
    const { product, order, paymentId } = await anOrder('tok_success', { silent: true });
    await letPass(shop.core, 31);
    expect(await expireOrders(shop.core)).toBe(0);
    expect(await read(order)).toMatchObject({ status: 'pending' });
    expect(await availableOf(product)).toBe(0);
    await letPass(shop.core, 15);
    expect(await expireOrders(shop.core)).toBe(1);
    expect(await read(order)).toMatchObject({ status: 'cancelled', cancellationReason: 'expired' });
    expect(await availableOf(product)).toBe(1);
    first.silent = false;
    await settleAll();
    await settleAll();
    expect(await read(order)).toMatchObject({ label: 'Refunded', payments: [{ id: paymentId, status: 'refunded', refundedCents: 2000 }] });
    const events = await shop.core.db
      .selectFrom('outbox_events')
      .select('payload')
      .where('name', '=', 'payment.returned')
      .where('aggregateId', '=', paymentId)
      .execute();
    expect(events).toMatchObject([{ payload: { reason: 'order_cancelled', amountCents: 2000 } }]);
  });

  it('an expired order whose charge is captured before its release is confirmed', async () => {
    const { product, order, paymentId } = await anOrder('tok_3ds');
    await letPass(shop.core, 31);
    await capture(paymentId);
    expect(await expireOrders(shop.core)).toBe(0);
    expect(await read(order)).toMatchObject({ status: 'confirmed', label: 'Paid' });
    expect(await availableOf(product)).toBe(0);
  });

  it('a concurrent expiry and capture end in a confirmed order or a cancelled and refunded one', async () => {
    for (let i = 0; i < 15; i += 1) {
      const { product, order, paymentId } = await anOrder('tok_3ds');
      await letPass(shop.core, 31);
      const { defects } = await race(2, async (n): Promise<unknown> => (n === 0 ? expireOrders(shop.core) : capture(paymentId)));
      expect(defects).toEqual([]);
      const after = await read(order);
      const available = await availableOf(product);
      const refunds = (await refundsOf(order)).map((refund) => refund.cents);
      expect([after.status, available, refunds]).toEqual(after.status === 'confirmed' ? ['confirmed', 0, []] : ['cancelled', 1, [2000]]);
    }
  });

  it('a promo code is released once when its order expires and is cancelled at the same time', async () => {
    const code = await aPromoCode(shop.core, { usageLimit: 1 });
    const { guest, order } = await anOrder('tok_3ds', { code });
    const uses = async () =>
      (await shop.core.db.selectFrom('promo_codes').select('usedCount').where('code', '=', code).executeTakeFirstOrThrow()).usedCount;
    expect(await uses()).toBe(1);
    await letPass(shop.core, 31);
    const { defects } = await race(6, (n): Promise<unknown> =>
      n % 2 === 0 ? expireOrders(shop.core) : cancelOrder(shop.core, guest, { orderId: order.id }),
    );
    expect(defects).toEqual([]);
    expect(await uses()).toBe(0);
    await anOrder('tok_success', { code });
    expect(await uses()).toBe(1);
  });
});

describe('orders with two providers', () => {
  const payBy = (order: Order, guest: Parameters<typeof retryPayment>[1], token = 'tok_success') =>
    retryPayment(
      shop.core,
      guest,
      contract.checkout.retryPayment.input.parse({ orderId: order.id, payment: { provider: 'stripe', token } }),
      { idempotencyKey: aKey() },
    );

  it('a late capture of a replaced payment attempt is refunded', async () => {
    const { guest, order, paymentId } = await anOrder('tok_success', { silent: true });
    expect(await payBy(order, guest)).toMatchObject({ status: 'confirmed', paymentStatus: 'captured' });
    first.silent = false;
    await settleAll();
    await settleAll();
    const after = await read(order);
    expect(after.status).toBe('confirmed');
    expect(after.paymentStatus).toBe('captured');
    expect(after.payments.map((payment) => [payment.provider, payment.status])).toEqual([
      ['stripe', 'captured'],
      ['sandbox', 'refunded'],
    ]);
    expect(Date.parse(after.payments[1]?.supersededAt ?? '')).toBeGreaterThan(Date.parse(order.placedAt));
    const notes = await sql`
      select 1 from credit_notes n join refunds r on r.id = n.refund_id where r.payment_id = ${paymentId}`.execute(shop.core.db);
    expect(notes.rows).toEqual([]);
  });

  it('an order stays open for its second payment attempt when the first one is captured before it', async () => {
    const { guest, order, paymentId } = await anOrder('tok_success', { silent: true });
    expect(await payBy(order, guest, 'tok_3ds')).toMatchObject({ status: 'pending', payments: [{ needsAction: true }, { id: paymentId }] });
    first.silent = false;
    await settleAll();
    expect(await read(order)).toMatchObject({ status: 'pending' });
    expect(await refundsOf(order)).toMatchObject([{ cents: 2000 }]);
    expect(await payBy(order, guest)).toMatchObject({ status: 'confirmed' });
  });
});
