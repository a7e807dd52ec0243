import {
  aConsistentShop,
  aCheckout,
  aCustomer,
  aGuestCart,
  aKey,
  aProduct,
  aPromoCode,
  aStaffMember,
  checkOut,
  letPass,
  race,
  variantOf,
} from '@cartwright/testing';
import { contract, type Order, type OrderId, type Product } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { applyPromoCode } from '../carts/index.ts';
import { getProduct } from '../catalog/index.ts';
import { expireCartHolds, listStockHolds } from '../inventory/index.ts';
import { DomainError, system, withIdempotency, type Actor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { listPaymentsForOrder, reconcilePayments } from '../payments/index.ts';
import { getShopSettings, updateShopSettings } from '../pricing/index.ts';
import { retryPayment } from './index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';

const shop = await aConsistentShop({
  settle: async (core) => {
    await expireOrders(core);
    await expireCartHolds(core);
    await reconcilePayments(core, 0);
  },
});

const availableOf = async (product: Product) => (await getProduct(shop.core, system('test'), { id: product.id })).available;

/** An order whose first payment attempt had the result of its token. */
const anUnpaidOrder = async (token: string, ip: string | null = null) => {
  const product = await aProduct(shop.core, { stock: 1 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const input = aCheckout(cart, { token });
  const order = await checkOut(shop.core, guest, input, aKey(), ip).catch(async (error: unknown) => {
    if (!(error instanceof DomainError) || error.code !== 'PAYMENT_DECLINED') throw error;
    return getOrder(shop.core, guest, contract.orders.get.input.parse({ orderId: error.details?.['orderId'] }));
  });
  return { product, guest, order };
};
/** Pays like the API, under an idempotency key. */
const pay = async (actor: Actor, orderId: OrderId, token = 'tok_success', { key = aKey(), ip = null as string | null } = {}) => {
  const input = contract.checkout.retryPayment.input.parse({ orderId, payment: { token } });
  const call = { actor, endpoint: 'checkout.retryPayment', key, input };
  return (await withIdempotency(shop.core, call, (core) => retryPayment(core, actor, input, { idempotencyKey: key, ip }))).result;
};
/** Whole minutes from the placing of an order to its expiry, by the clock of the database. */
const minutesLeft = ({ placedAt, expiresAt }: Order) => Math.floor((Date.parse(expiresAt ?? '') - Date.parse(placedAt)) / 60_000);
const statuses = async (orderId: OrderId) =>
  (await listPaymentsForOrder(shop.core, system('test'), { orderId })).items.map((payment) => payment.status);

describe('payment retries', () => {
  it('a declined order keeps its units and can be paid with another payment method as a new charge', async () => {
    const { product, guest, order } = await anUnpaidOrder('tok_decline');
    expect(order).toMatchObject({ status: 'pending', label: 'Declined, can be paid', paymentStatus: 'failed' });
    expect(await availableOf(product)).toBe(0);
    expect(await pay(guest, order.id)).toMatchObject({ status: 'confirmed', label: 'Paid', paymentStatus: 'captured' });
    expect(await statuses(order.id)).toEqual(['captured', 'failed']);
  });

  it('a declined order that has expired releases its units and accepts no payment', async () => {
    const { product, guest, order } = await anUnpaidOrder('tok_decline');
    await letPass(shop.core, 31);
    await expect(pay(guest, order.id)).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
    await expireOrders(shop.core);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'cancelled', cancellationReason: 'expired' });
    expect(await availableOf(product)).toBe(1);
    await expect(pay(guest, order.id)).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
  });

  it('a declined order can be paid for 15 minutes after its first decline, whatever later declines there are', async () => {
    const { guest, order } = await anUnpaidOrder('tok_decline');
    expect(minutesLeft(order)).toBe(15);
    await letPass(shop.core, 10);
    const before = await getOrder(shop.core, guest, { orderId: order.id });
    await expect(pay(guest, order.id, 'tok_decline')).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
      details: { expiresAt: before.expiresAt },
    });
    await letPass(shop.core, 6);
    await expect(pay(guest, order.id)).rejects.toMatchObject({ code: 'ORDER_EXPIRED' });
    expect(await expireOrders(shop.core)).toBeGreaterThan(0);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'cancelled', cancellationReason: 'expired' });
  });

  it('a decline never extends the payment window of an order', async () => {
    const { guest, order } = await anUnpaidOrder('tok_late');
    await letPass(shop.core, 20);
    const before = await getOrder(shop.core, guest, { orderId: order.id });
    await expect(pay(guest, order.id, 'tok_decline')).rejects.toMatchObject({ details: { expiresAt: before.expiresAt } });
  });

  it("the shop's settings set the retry time of an order and its hold", async () => {
    const settings = await getShopSettings(shop.core, system('test'));
    const change = { version: settings.version, paymentWindowMinutes: 20, paymentRetryMinutes: 4 };
    const { version } = await updateShopSettings(shop.core, system('test'), change);
    const { product, order } = await anUnpaidOrder('tok_decline');
    await updateShopSettings(shop.core, system('test'), { version, paymentWindowMinutes: null, paymentRetryMinutes: null });
    expect(minutesLeft(order)).toBe(4);
    const { items } = await listStockHolds(
      shop.core,
      system('test'),
      contract.inventory.holds.input.parse({ variantId: variantOf(product).id }),
    );
    expect(items).toMatchObject([{ orderId: order.id, expiresAt: order.expiresAt }]);
  });

  it('a repeated payment attempt returns the result of the first one, declined or paid', async () => {
    const { guest, order } = await anUnpaidOrder('tok_decline');
    const declined = aKey();
    await expect(pay(guest, order.id, 'tok_decline', { key: declined })).rejects.toMatchObject({ replayed: false });
    await expect(pay(guest, order.id, 'tok_decline', { key: declined })).rejects.toMatchObject({
      code: 'PAYMENT_DECLINED',
      replayed: true,
    });
    const input = contract.checkout.retryPayment.input.parse({ orderId: order.id, payment: { token: 'tok_success' } });
    const idempotencyKey = aKey();
    const first = await retryPayment(shop.core, guest, input, { idempotencyKey });
    expect(await retryPayment(shop.core, guest, input, { idempotencyKey })).toEqual(first);
    expect(await statuses(order.id)).toEqual(['captured', 'failed', 'failed']);
  });

  it('twenty concurrent payment attempts under different keys charge once', async () => {
    const { guest, order } = await anUnpaidOrder('tok_decline');
    const { won, refused, defects } = await race(20, () => pay(guest, order.id));
    expect(defects).toEqual([]);
    expect(Object.keys(refused).filter((code) => !['PAYMENT_IN_PROGRESS', 'ORDER_NOT_PAYABLE'].includes(code))).toEqual([]);
    expect(won.length).toBeGreaterThan(0);
    expect((await statuses(order.id)).filter((status) => status === 'captured')).toHaveLength(1);
  });

  it('a paid order cannot be paid again', async () => {
    const { guest, order } = await anUnpaidOrder('tok_success');
    await expect(pay(guest, order.id)).rejects.toMatchObject({ code: 'ORDER_NOT_PAYABLE' });
  });

  it('a retry finds that a silent provider captured the charge, and does not charge again', async () => {
    const { guest, order } = await anUnpaidOrder('tok_timeout');
    expect(await pay(guest, order.id)).toMatchObject({ status: 'confirmed' });
    expect(await statuses(order.id)).toEqual(['captured']);
  });

  it('a retry cancels the open charge before it makes another', async () => {
    const { guest, order } = await anUnpaidOrder('tok_late');
    expect(await pay(guest, order.id)).toMatchObject({ status: 'confirmed' });
    expect(await statuses(order.id)).toEqual(['captured', 'voided']);
  });

  it('only the buyer and staff can pay an order; for others it is NOT_FOUND', async () => {
    const { order } = await anUnpaidOrder('tok_decline');
    const stranger = await aCustomer(shop.core);
    await expect(pay(stranger, order.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(pay({ kind: 'guest', cartToken: null }, order.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await statuses(order.id)).toEqual(['failed']);
    expect(await pay(await aStaffMember(shop.core), order.id)).toMatchObject({ status: 'confirmed' });
  });

  it('a buyer can cancel a declined order instead of paying it', async () => {
    const { product, guest, order } = await anUnpaidOrder('tok_decline');
    expect(await cancelOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ cancellationReason: 'customer' });
    expect(await availableOf(product)).toBe(1);
    await expect(pay(guest, order.id)).rejects.toMatchObject({
      code: 'ORDER_NOT_PAYABLE',
      message: `Order ${order.orderNumber} was cancelled. Create a new cart to order again.`,
    });
  });

  it('a paid order is refused with the words that it is already paid', async () => {
    const { guest, order } = await anUnpaidOrder('tok_success');
    await expect(pay(guest, order.id)).rejects.toMatchObject({
      code: 'ORDER_NOT_PAYABLE',
      message: `Order ${order.orderNumber} is already paid. Nothing was charged now, and no other payment is needed.`,
    });
    expect(await statuses(order.id)).toEqual(['captured']);
  });
});

describe('limits on declined cards', () => {
  it('five declines of an order block further attempts, with a message that does not mention the card', async () => {
    const { guest, order } = await anUnpaidOrder('tok_decline');
    for (let i = 0; i < 4; i += 1) await expect(pay(guest, order.id, 'tok_decline')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    const refused = { code: 'ORDER_NOT_PAYABLE', message: expect.not.stringContaining('card'), details: { status: 'cancelled' } };
    await expect(pay(guest, order.id)).rejects.toMatchObject(refused);
    await expect(pay(guest, order.id)).rejects.toThrow(
      `Order ${order.orderNumber} was cancelled after too many declined payments. Create a new cart to order again.`,
    );
    expect(await statuses(order.id)).toHaveLength(5);
  });

  it('the last permitted decline releases the units and the code of an order at once', async () => {
    const code = await aPromoCode(shop.core, { usageLimit: 1 });
    const product = await aProduct(shop.core, { stock: 1 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    await applyPromoCode(shop.core, guest, { cartId: cart.id, code });
    await expect(checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_decline' }))).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    const { id } = await shop.core.db.selectFrom('orders').select('id').where('cartId', '=', cart.id).executeTakeFirstOrThrow();
    const { orderId } = contract.orders.get.input.parse({ orderId: id });
    const uses = async () =>
      (await shop.core.db.selectFrom('promo_codes').select('usedCount').where('code', '=', code).executeTakeFirstOrThrow()).usedCount;
    for (let i = 0; i < 4; i += 1) {
      expect([await availableOf(product), await uses()]).toEqual([0, 1]);
      await expect(pay(guest, orderId, 'tok_decline')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    }
    expect([await availableOf(product), await uses()]).toEqual([1, 0]);
    expect(await getOrder(shop.core, guest, { orderId })).toMatchObject({ status: 'cancelled', cancellationReason: 'payment_failed' });
  });

  it('twenty declines within an hour block an address, also for new orders, but not other addresses', async () => {
    const ip = '203.0.113.7';
    for (let i = 0; i < 20; i += 1) await anUnpaidOrder('tok_decline', ip);
    await expect(anUnpaidOrder('tok_success', ip)).rejects.toMatchObject({
      code: 'TOO_MANY_DECLINES',
      message: expect.stringMatching(/^Too many payments from this network address were declined\. Try again in an hour/),
    });
    expect((await anUnpaidOrder('tok_success', '203.0.113.8')).order.status).toBe('confirmed');
    await letPass(shop.core, 61);
    expect((await anUnpaidOrder('tok_success', ip)).order.status).toBe('confirmed');
  });
});
