import { contract, type Order } from '@cartwright/contracts';
import {
  aCheckout,
  aGiftCard,
  aGuestCart,
  aKey,
  aProduct,
  aStaffMember,
  checkOut,
  aConsistentShop,
  letPass,
  race,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { applyCartCredit } from '../carts/index.ts';
import { retryPayment } from '../checkout/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { listInvoices } from '../invoicing/index.ts';
import { DomainError, system, type GuestActor } from '../kernel/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { getOrder, shipOrder } from '../orders/index.ts';
import { reconcilePayments, refundOrder } from '../payments/index.ts';
import { receiveReturn, requestReturn } from '../returns/index.ts';
import { checkGiftCard, expireCredits } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core);

interface Bought {
  readonly guest: GuestActor;
  readonly order: Order;
  readonly code: string;
}
/** An order of four units at 10.00, paid as far as possible by a gift card of this amount. */
const orderWithCard = async (
  cardCents: number,
  { token = 'tok_success', expiresAt }: { token?: string; expiresAt?: string } = {},
): Promise<Bought> => {
  const code = await aGiftCard(shop.core, cardCents, { ...(expiresAt && { expiresAt }) });
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1000 }), 4]]);
  await applyCartCredit(shop.core, guest, { cartId: cart.id, code });
  const order = await checkOut(shop.core, guest, aCheckout(cart, { token })).catch(async (error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'PAYMENT_DECLINED') throw error;
    return getOrder(shop.core, system('test'), { orderId: String(error.details?.['orderId']) as Order['id'] });
  });
  return { guest, order, code };
};
const read = ({ id }: Pick<Order, 'id'>) => getOrder(shop.core, system('test'), { orderId: id });
/** The balance of a gift card, even when it is 0. */
const balanceOf = async (code: string): Promise<number> => {
  const { rows } = await sql<{ cents: number }>`
    select balance_cents as cents from store_credits where last_four = ${code.slice(-4)} order by created_at desc limit 1`.execute(
    shop.core.db,
  );
  return rows[0]?.cents ?? expect.fail('no such card');
};
const refundedAndRestored = async (order: Pick<Order, 'id'>): Promise<[refunded: number, credited: number]> => {
  const { payments, credits } = await read(order);
  return [payments.reduce((sum, p) => sum + p.refundedCents, 0), credits.reduce((sum, c) => sum + c.returnedCents, 0)];
};
const notesOf = async ({ id }: Pick<Order, 'id'>): Promise<number[]> => {
  const { rows } = await sql<{ cents: number }>`
    select n.total_cents as cents from credit_notes n join invoices v on v.id = n.invoice_id where v.order_id = ${id}
    order by n.sequence`.execute(shop.core.db);
  return rows.map((row) => row.cents);
};

describe('store credit of unpaid orders', () => {
  it('an order keeps its store credit while its charge is declined, and the next attempt charges the same rest', async () => {
    const { guest, order, code } = await orderWithCard(1500, { token: 'tok_decline' });
    expect(order).toMatchObject({ status: 'pending', storeCreditCents: 1500 });
    expect(await balanceOf(code)).toBe(0);
    const payment = contract.checkout.retryPayment.input.parse({ orderId: order.id, payment: { token: 'tok_success' } });
    const paid = await retryPayment(shop.core, guest, payment, { idempotencyKey: aKey() });
    expect(paid).toMatchObject({ status: 'confirmed', storeCreditCents: 1500 });
    expect(paid.payments.map((p) => [p.status, p.amountCents])).toEqual([
      ['captured', 2500],
      ['failed', 2500],
    ]);
    expect(await balanceOf(code)).toBe(0);
  });

  it('the last permitted decline of an order restores its store credit', async () => {
    const { guest, order, code } = await orderWithCard(1500, { token: 'tok_decline' });
    const payment = contract.checkout.retryPayment.input.parse({ orderId: order.id, payment: { token: 'tok_decline' } });
    for (let tries = 1; tries < shop.config.declinesPerOrder; tries += 1)
      await expect(retryPayment(shop.core, guest, payment, { idempotencyKey: aKey() })).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    expect(await read(order)).toMatchObject({ status: 'cancelled', cancellationReason: 'payment_failed' });
    expect(await balanceOf(code)).toBe(1500);
  });

  it('concurrent sweeps of an expired order restore its store credit once', async () => {
    const { order, code } = await orderWithCard(1500, { token: 'tok_decline' });
    await letPass(shop.core, 31);
    await race(5, () => expireOrders(shop.core));
    expect(await expireOrders(shop.core)).toBe(0);
    expect(await balanceOf(code)).toBe(1500);
    const after = await read(order);
    expect(after).toMatchObject({ status: 'cancelled', credits: [{ amountCents: 1500, returnedCents: 1500 }] });
    expect(after.timeline.map((t) => t.title)).toContain(`Refunded to gift card ending in ${code.slice(-4)}`);
    expect(await notesOf(order)).toEqual([]);
  });

  it('concurrent cancellations by the buyer restore the store credit once, unless the charge was captured first', async () => {
    const { guest, order, code } = await orderWithCard(1500, { token: 'tok_late' });
    const { won, refused, defects } = await race(4, () => cancelOrder(shop.core, guest, { orderId: order.id }));
    expect({ won: won.length + (refused['INVALID_TRANSITION'] ?? 0) + (refused['PAYMENT_IN_PROGRESS'] ?? 0), defects }).toEqual({
      won: 4,
      defects: [],
    });
    const after = await read(order);
    if (after.status === 'cancelled') expect(await balanceOf(code)).toBe(1500);
    else expect(after).toMatchObject({ status: 'confirmed' });
  });

  it('store credit is restored exactly once or spent when the order expires while its charge is captured', async () => {
    for (let n = 0; n < 4; n += 1) {
      const { order, code } = await orderWithCard(1500, { token: 'tok_timeout' });
      await letPass(shop.core, 31);
      const { defects } = await race(2, (i): Promise<unknown> => (i === 0 ? expireOrders(shop.core) : reconcilePayments(shop.core, 0)));
      expect(defects).toEqual([]);
      const after = await read(order);
      expect([after.status, await balanceOf(code)]).toEqual(after.status === 'confirmed' ? ['confirmed', 0] : ['cancelled', 1500]);
    }
  });

  it('restored credit of an expired gift card can be spent for 30 days', async () => {
    const { rows } = await sql<{ at: Date }>`select now() + interval '10 minutes' as at`.execute(shop.core.db);
    const { code } = await orderWithCard(1500, { token: 'tok_decline', expiresAt: rows[0]?.at.toISOString() ?? expect.fail('no time') });
    await letPass(shop.core, 31);
    await expireOrders(shop.core);
    expect(await expireCredits(shop.core)).toBe(0);
    const { balanceCents, expiresAt } = await checkGiftCard(shop.core, staff, { code });
    expect(balanceCents).toBe(1500);
    const days = (Date.parse(expiresAt ?? '') - shop.core.clock.now().getTime()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });
});

describe('refunds of orders with store credit', () => {
  it('cancelling a paid order refunds the charge and restores the credit, each with its credit note', async () => {
    const { order, code } = await orderWithCard(1500);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    expect(await refundedAndRestored(order)).toEqual([2500, 1500]);
    expect(await balanceOf(code)).toBe(1500);
    expect((await notesOf(order)).toSorted((a, b) => a - b)).toEqual([1500, 2500]);
  });

  it('cancelling an order that a gift card paid alone restores the whole amount to the card', async () => {
    const { order, code } = await orderWithCard(5000);
    expect(order.payments).toEqual([]);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    expect(await balanceOf(code)).toBe(5000);
    expect(await notesOf(order)).toEqual([4000]);
    expect(await read(order)).toMatchObject({ status: 'cancelled', label: 'Refunded' });
  });

  it('a refund goes to the charge first and then to the gift card, never more to each than it paid', async () => {
    const { order, code } = await orderWithCard(1500);
    const refund = (amountCents: number) => refundOrder(shop.core, staff, { orderId: order.id, amountCents, reason: 'scratched' });
    expect(await refund(2000)).toMatchObject({ refundCents: 2000, creditCents: 0 });
    expect(await refund(1000)).toMatchObject({ refundCents: 500, creditCents: 500 });
    expect(await balanceOf(code)).toBe(500);
    await expect(refund(1001)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_CAPTURED', details: { refundableCents: 1000 } });
    expect(await refundedAndRestored(order)).toEqual([2500, 500]);
    expect(await read(order)).toMatchObject({ label: 'Partly refunded' });
    expect(await refund(1000)).toMatchObject({ refundCents: 0, creditCents: 1000 });
    expect((await notesOf(order)).toSorted((a, b) => a - b)).toEqual([500, 500, 1000, 2000]);
  });

  it('concurrent refunds and cancellations never refund more than was paid', async () => {
    for (let n = 0; n < 3; n += 1) {
      const { order, code } = await orderWithCard(1500);
      const { defects } = await race(10, (i): Promise<unknown> =>
        i === 5
          ? cancelOrder(shop.core, staff, { orderId: order.id })
          : refundOrder(shop.core, staff, { orderId: order.id, amountCents: 900, reason: `part ${i}` }),
      );
      expect(defects).toEqual([]);
      const [refunded, credited] = await refundedAndRestored(order);
      expect([refunded, credited, await balanceOf(code)]).toEqual([2500, 1500, 1500]);
    }
  });

  it('an unpaid order cannot be refunded', async () => {
    const { order } = await orderWithCard(1500, { token: 'tok_decline' });
    await expect(refundOrder(shop.core, staff, { orderId: order.id, amountCents: 1, reason: 'x' })).rejects.toMatchObject({
      code: 'ORDER_NOT_PAID',
    });
  });

  it('a return refunds its units, and the last return refunds the rest', async () => {
    const { order, code } = await orderWithCard(3500);
    await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    const returnUnits = async (quantity: number): Promise<Order> => {
      const items = [{ orderItemId: order.items[0]?.id ?? expect.fail('no line'), quantity }];
      const requested = await requestReturn(shop.core, staff, { orderId: order.id, items, reason: 'too big' });
      return receiveReturn(shop.core, staff, { returnId: requested.returns.at(-1)?.id ?? expect.fail('no return') });
    };
    const once = await returnUnits(2);
    expect(once.returns[0]).toMatchObject({ refundCents: 2000 });
    expect([await refundedAndRestored(order), await balanceOf(code)]).toEqual([[500, 1500], 1500]);
    expect(await returnUnits(2)).toMatchObject({ status: 'cancelled', label: 'Refunded' });
    expect([await refundedAndRestored(order), await balanceOf(code)]).toEqual([[500, 3500], 3500]);
  });

  it('an edit that makes an order cheaper refunds the reduction', async () => {
    const { order, code } = await orderWithCard(3500);
    const variantId = order.items[0]?.variantId ?? expect.fail('no line');
    const edited = await editOrder(shop.core, staff, {
      orderId: order.id,
      expectedUpdatedAt: order.updatedAt,
      lines: [{ variantId, quantity: 3 }],
    });
    expect(edited).toMatchObject({ totalCents: 3000, storeCreditCents: 3500 });
    expect([await refundedAndRestored(order), await balanceOf(code)]).toEqual([[500, 500], 500]);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    expect([await refundedAndRestored(order), await balanceOf(code)]).toEqual([[500, 3500], 3500]);
  });

  it('an edit that makes an order more expensive charges the increase, and cancelling refunds everything', async () => {
    const { order, code } = await orderWithCard(1500);
    const variantId = order.items[0]?.variantId ?? expect.fail('no line');
    const edited = await editOrder(shop.core, staff, {
      orderId: order.id,
      expectedUpdatedAt: order.updatedAt,
      lines: [{ variantId, quantity: 5 }],
    });
    expect(edited).toMatchObject({ totalCents: 5000, storeCreditCents: 1500, edits: [{ status: 'applied', differenceCents: 1000 }] });
    expect(edited.payments.map((p) => p.amountCents)).toEqual([1000, 2500]);
    const { items } = await listInvoices(shop.core, staff, { page: 1, pageSize: 50 });
    const invoices = items.filter((invoice) => invoice.orderId === order.id);
    expect(invoices.map((invoice) => [invoice.totalCents, invoice.storeCreditCents])).toEqual([
      [1000, 0],
      [4000, 1500],
    ]);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    expect([await refundedAndRestored(order), await balanceOf(code)]).toEqual([[3500, 1500], 1500]);
    expect((await notesOf(order)).toSorted((a, b) => a - b)).toEqual([1000, 1500, 2500]);
  });

  it('an edit of an order that a gift card paid alone waits for the buyer to pay the increase', async () => {
    const { order } = await orderWithCard(4000);
    const variantId = order.items[0]?.variantId ?? expect.fail('no line');
    const edited = await editOrder(shop.core, staff, {
      orderId: order.id,
      expectedUpdatedAt: order.updatedAt,
      lines: [{ variantId, quantity: 5 }],
    });
    expect(edited).toMatchObject({ totalCents: 4000, label: 'Paid', edits: [{ status: 'awaiting_payment', differenceCents: 1000 }] });
  });
});
