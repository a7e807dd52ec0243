import { aConsistentShop, aCheckout, aCustomer, aGuestCart, aProduct, aPromoCode, checkOut, letPass, race } from '@cartwright/testing';
import type { EventName, Order } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { applyPromoCode } from '../carts/index.ts';
import { getCheckoutStatus } from '../checkout/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { type Actor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { decideSandboxCharge, getPayment, verifyPayment } from './index.ts';

const shop = await aConsistentShop();

/** An order whose payment waits for the buyer's confirmation. */
const aWaitingOrder = async (code?: string) => {
  const product = await aProduct(shop.core, { stock: 1, priceCents: 3000 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  if (code) await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
  const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_3ds' }));
  const { action } = await getCheckoutStatus(shop.core, guest, { orderId: order.id });
  if (!action?.url) throw new Error('The order waits for nobody');
  return { guest, order, paymentId: action.paymentId, reference: action.url.split('/').at(-1) ?? '' };
};
const stateOf = async (actor: Actor, order: Order) => (await getCheckoutStatus(shop.core, actor, { orderId: order.id })).state;
const eventsOf = async (aggregateId: string, name: EventName) =>
  (await shop.core.db.selectFrom('outbox_events').select('id').where('aggregateId', '=', aggregateId).where('name', '=', name).execute())
    .length;

describe('a payment that the buyer must confirm', () => {
  it('a payment that the buyer must confirm leaves the order pending, shows where to confirm, and is announced', async () => {
    const { guest, order, paymentId, reference } = await aWaitingOrder();
    expect(order).toMatchObject({ status: 'pending', payments: [{ status: 'pending', needsAction: true }] });
    const status = await getCheckoutStatus(shop.core, guest, { orderId: order.id });
    expect(status).toMatchObject({
      state: 'action_required',
      totalCents: 3000,
      action: { paymentId, provider: 'sandbox', clientSecret: null },
    });
    expect(status.action?.url).toBe(`http://127.0.0.1:4000/sandbox/payments/${reference}`);
    expect(await eventsOf(paymentId, 'payment.requires_action')).toBe(1);
  });

  it('a payment is captured when the buyer confirms it, and fails when the buyer refuses', async () => {
    const yes = await aWaitingOrder();
    await decideSandboxCharge(shop.core, yes.reference, true);
    expect(await stateOf(yes.guest, yes.order)).toBe('paid');
    const no = await aWaitingOrder();
    await decideSandboxCharge(shop.core, no.reference, false);
    expect(await stateOf(no.guest, no.order)).toBe('declined');
    await decideSandboxCharge(shop.core, no.reference, true);
    expect(await stateOf(no.guest, no.order)).toBe('declined');
  });

  it('a payment is captured once when the buyer returns and the webhook arrives at the same time, ten times each', async () => {
    const code = await aPromoCode(shop.core);
    const { guest, order, paymentId, reference } = await aWaitingOrder(code);
    const { defects, won } = await race(20, (i): Promise<unknown> =>
      i % 2 === 0 ? decideSandboxCharge(shop.core, reference, true) : verifyPayment(shop.core, guest, { paymentId }),
    );
    expect(defects).toEqual([]);
    expect(won).toHaveLength(20);
    expect(await getPayment(shop.core, guest, { paymentId })).toMatchObject({ status: 'captured', needsAction: false });
    expect(await eventsOf(paymentId, 'payment.captured')).toBe(1);
    expect(await eventsOf(order.id, 'order.confirmed')).toBe(1);
    const uses = await shop.core.db.selectFrom('promo_codes').select('usedCount').where('code', '=', code).execute();
    expect(uses).toEqual([{ usedCount: 1 }]);
    const invoices = await shop.core.db.selectFrom('invoices').select('id').where('orderId', '=', order.id).execute();
    expect(invoices).toHaveLength(1);
  });

  it('a payment is cancelled when the buyer never returns, and cannot be confirmed after that', async () => {
    const { guest, order, reference } = await aWaitingOrder();
    await letPass(shop.core, 31);
    await expireOrders(shop.core);
    expect(await stateOf(guest, order)).toBe('closed');
    expect(await decideSandboxCharge(shop.core, reference, true)).toMatchObject({ status: 'voided' });
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ label: 'Expired', paymentStatus: 'voided' });
  });

  it('a payment that is confirmed while its order is cancelled either pays the order or is refunded', async () => {
    for (let i = 0; i < 10; i += 1) {
      const { guest, order, reference } = await aWaitingOrder();
      const { defects } = await race(2, (n): Promise<unknown> =>
        n === 0 ? decideSandboxCharge(shop.core, reference, true) : cancelOrder(shop.core, guest, { orderId: order.id }),
      );
      expect(defects).toEqual([]);
      const after = await getOrder(shop.core, guest, { orderId: order.id });
      expect(`${after.status} ${after.paymentStatus}`).toMatch(/^(confirmed captured|cancelled voided)$/);
    }
  });

  it('a stranger sees neither the payment nor its page', async () => {
    const { order, paymentId } = await aWaitingOrder();
    const stranger = await aCustomer(shop.core);
    await expect(getPayment(shop.core, stranger, { paymentId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(verifyPayment(shop.core, stranger, { paymentId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(getCheckoutStatus(shop.core, stranger, { orderId: order.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the data with which a buyer confirms a payment is stored sealed', async () => {
    const { paymentId, reference } = await aWaitingOrder();
    const row = await shop.core.db.selectFrom('payments').select('actionSealed').where('id', '=', paymentId).executeTakeFirstOrThrow();
    expect(row.actionSealed).not.toContain(reference);
  });
});
