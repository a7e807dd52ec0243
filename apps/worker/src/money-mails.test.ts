/** Every way in which an order ends or its money goes back: the buyer gets one mail about it, from the event to the stored mail. */
import { applyCartCredit } from '@cartwright/core/carts';
import { retryPayment } from '@cartwright/core/checkout';
import { system, transact } from '@cartwright/core/kernel';
import { cancelOrder, expireOrders } from '@cartwright/core/order-cancellations';
import { editOrder } from '@cartwright/core/order-edits';
import { getOrder, shipOrder } from '@cartwright/core/orders';
import { refundOrder, settleCharge } from '@cartwright/core/payments';
import { receiveReturn, requestReturn } from '@cartwright/core/returns';
import {
  aCheckout,
  aCurrency,
  aGiftCard,
  aGuestCart,
  aKey,
  anOrder,
  aProduct,
  checkOut,
  createTestShop,
  letPass,
  mailAbout,
  mailsAbout,
  there,
  type TestShop,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker, type ShopWorker } from './index.ts';

type Order = Awaited<ReturnType<typeof anOrder>>['order'];
let shop: TestShop;
let worker: ShopWorker;
const staff = system('test');
beforeAll(async () => {
  shop = await createTestShop();
  worker = await startWorker(shop.core, { staleAfterSeconds: 1 });
});
afterAll(async () => {
  await worker.close();
  await shop.close();
});

/** Expects that these mails were sent about an order, and no other. */
const expectMails = async (order: Pick<Order, 'id'>, ...names: readonly string[]) =>
  expect(await mailsAbout(shop.core, order)).toEqual(names.toSorted());
const mailOf = (order: Pick<Order, 'customer'>, template: string) => mailAbout(shop.core, order, template);
const read = ({ id }: Pick<Order, 'id'>) => getOrder(shop.core, staff, { orderId: id });
const aMug = () => aProduct(shop.core, { name: 'Mug', priceCents: 1000 });
const sold = async (token = 'tok_success', quantity = 2) => anOrder(shop.core, [[await aMug(), quantity]], { token });
/** Two mugs for $20.00, of which a gift card pays $5.00. */
const soldWithCard = async (token = 'tok_success') => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aMug(), 2]]);
  await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 500) });
  return { guest, order: await checkOut(shop.core, guest, aCheckout(cart, { token })) };
};
const cancel = ({ id }: Pick<Order, 'id'>) => cancelOrder(shop.core, staff, { orderId: id });
const ship = async (order: Order, units: number) => {
  const items = [{ orderItemId: there(order.items[0]).id, quantity: units }];
  await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1', items });
};
const openReturn = async (order: Order, units: number) => {
  const items = [{ orderItemId: there(order.items[0]).id, quantity: units }];
  return there((await requestReturn(shop.core, staff, { orderId: order.id, items, reason: 'too big' })).returns[0]).id;
};
const edit = (order: Order, quantity: number) =>
  editOrder(shop.core, staff, {
    orderId: order.id,
    expectedUpdatedAt: order.updatedAt,
    lines: order.items.map(({ variantId }) => ({ variantId, quantity })),
  });

describe('a paid order that is cancelled', () => {
  it('a buyer whose paid order is cancelled before it is shipped gets one mail with the refunded amount', async () => {
    const { order } = await sold();
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'order_cancelled');
    const { subject, text } = await mailOf(order, 'order_cancelled');
    expect(subject).toBe(`Order ${order.orderNumber} was cancelled`);
    expect(text).toMatch(/was cancelled:\s+2 × Mug\s+We refund \$20\.00 to your payment method/);
    expect(text).not.toContain('not paid');
  });

  it('the mail of a cancelled order names the amount for the payment method and the amount for the gift card', async () => {
    const { order } = await soldWithCard();
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'order_cancelled');
    expect((await mailOf(order, 'order_cancelled')).text).toMatch(
      /We refund \$15\.00 to your payment method[\s\S]*We returned \$5\.00 to the gift cards/,
    );
  });

  it('the mail of a cancelled order names only the amount that was not refunded before', async () => {
    const { order } = await sold();
    await refundOrder(shop.core, staff, { orderId: order.id, amountCents: 300, reason: 'goodwill' });
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'order_refunded', 'order_cancelled');
    expect((await mailOf(order, 'order_cancelled')).text).toContain('We refund $17.00');
  });

  it('a buyer whose order is cancelled while an edit waits for its payment gets no mail about the edit', async () => {
    const { order } = await sold('tok_once');
    await edit(order, 3);
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'edit_payment', 'order_cancelled');
    expect((await mailOf(order, 'order_cancelled')).text).toContain('We refund $20.00');
  });
});

describe('a shipped order that is cancelled', () => {
  it('a buyer gets one mail with the refunded amount and all items to send back, however many returns are in transit', async () => {
    const { order } = await sold();
    await ship(order, 2);
    await openReturn(order, 1);
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'order_shipped', 'return_approved', 'return_in_transit');
    const { subject, text } = await mailOf(order, 'return_in_transit');
    expect(subject).toBe(`Order ${order.orderNumber}: your order was cancelled`);
    expect(text).toMatch(/please send them back:\s+2 × Mug\s+We refund \$20\.00 to your payment method/);
  });

  it('a buyer whose shipped items are back gets one mail when the rest of the order is cancelled', async () => {
    const { order } = await sold();
    await ship(order, 1);
    await receiveReturn(shop.core, staff, { returnId: await openReturn(order, 1) });
    await cancel(order);
    await expectMails(order, 'order_confirmation', 'order_shipped', 'return_approved', 'return_received', 'order_cancelled');
    expect((await mailOf(order, 'return_received')).text).toContain('We refund $10.00');
    expect((await mailOf(order, 'order_cancelled')).text).toContain('We refund $10.00');
  });

  it('a buyer gets one mail when the last items come back and that ends the order', async () => {
    const { order } = await soldWithCard();
    await ship(order, 2);
    await receiveReturn(shop.core, staff, { returnId: await openReturn(order, 2) });
    expect(await read(order)).toMatchObject({ status: 'cancelled' });
    await expectMails(order, 'order_confirmation', 'order_shipped', 'return_approved', 'return_received');
    expect((await mailOf(order, 'return_received')).text).toMatch(
      /We refund \$15\.00 to your payment method[\s\S]*We returned \$5\.00 to the gift cards/,
    );
  });
});

describe('an order that was never paid', () => {
  it.each(['buyer', 'staff'] as const)(
    'a buyer gets one mail about an unpaid order that the %s cancelled, and it names no refund',
    async (by) => {
      const { order, guest } = await sold('tok_3ds');
      await cancelOrder(shop.core, by === 'buyer' ? guest : staff, { orderId: order.id });
      await expectMails(order, 'order_cancelled');
      const { text } = await mailOf(order, 'order_cancelled');
      expect(text).toContain('This order was not paid');
      expect(text).not.toContain('We refund $');
    },
  );

  it('a buyer gets one mail about an order that expired, with the amount that is back on the gift card', async () => {
    const { order } = await soldWithCard('tok_3ds');
    await letPass(shop.core, 31);
    await expireOrders(shop.core);
    await expectMails(order, 'order_cancelled');
    expect((await mailOf(order, 'order_cancelled')).text).toMatch(/was not paid in time[\s\S]*We returned \$5\.00 to the gift cards/);
  });

  it('a buyer gets no other mail about an order that its last declined payment cancelled', async () => {
    const { order, guest } = await soldWithCard('tok_3ds');
    const pay = (token: string) =>
      retryPayment(
        shop.core,
        guest,
        { orderId: order.id, payment: { provider: 'sandbox', method: 'credit_card', token } },
        {
          idempotencyKey: aKey(),
          ip: null,
        },
      );
    for (let declines = 0; declines < 5; declines += 1)
      await expect(pay('tok_decline')).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    expect(await read(order)).toMatchObject({ status: 'cancelled', cancellationReason: 'payment_failed' });
    await expectMails(order, ...Array.from({ length: 5 }, () => 'payment_failed'));
    expect((await mailOf(order, 'payment_failed')).text).toMatch(/The order was cancelled\. You can order again[\s\S]*We returned \$5\.00/);
  });
});

describe('money of an order that goes back', () => {
  it('a buyer gets one mail with the amount and currency of a payment that arrived after the order had ended', async () => {
    const { order } = await sold('tok_3ds');
    await cancel(order);
    await expectMails(order, 'order_cancelled');
    const paymentId = there(order.payments[0]).id;
    const { rows } = await sql<{ reference: string }>`
      update sandbox_charges set status = 'captured' where idempotency_key = ${paymentId} returning reference`.execute(shop.core.db);
    const outcome = { status: 'captured', reference: there(rows[0]).reference, capturedCents: 2000, currency: aCurrency('USD') } as const;
    await transact(shop.core, (tx) => settleCharge(tx, paymentId, outcome));
    await expectMails(order, 'order_cancelled', 'payment_returned');
    expect((await mailOf(order, 'payment_returned')).text).toMatch(
      /after the order was cancelled[\s\S]*We refund \$20\.00 to your payment method/,
    );
  });

  it('a buyer gets one mail about an edit that makes the order cheaper, with the amounts for the payment method and the gift card', async () => {
    const { order } = await soldWithCard();
    await edit(await read(order), 1);
    await expectMails(order, 'order_confirmation', 'order_edited');
    expect((await mailOf(order, 'order_edited')).text).toMatch(/1 × Mug[\s\S]*We refund \$10\.00 to your payment method/);
    const { order: onCard } = await soldWithCard();
    await refundOrder(shop.core, staff, { orderId: onCard.id, amountCents: 1200, reason: 'goodwill' });
    await edit(await read(onCard), 1);
    await expectMails(onCard, 'order_confirmation', 'order_refunded', 'order_edited');
    expect((await mailOf(onCard, 'order_edited')).text).toMatch(
      /We refund \$3\.00 to your payment method[\s\S]*We returned \$5\.00 to the gift cards/,
    );
  });

  it('a buyer gets one mail about a refund by staff, with the amounts for the payment method and the gift card', async () => {
    const { order } = await soldWithCard();
    await refundOrder(shop.core, staff, { orderId: order.id, amountCents: 1700, reason: 'goodwill' });
    await expectMails(order, 'order_confirmation', 'order_refunded');
    const { subject, text } = await mailOf(order, 'order_refunded');
    expect(subject).toBe(`Order ${order.orderNumber}: $17.00 is being refunded`);
    expect(text).toMatch(/We refund \$15\.00 to your payment method[\s\S]*We returned \$2\.00 to the gift cards/);
  });
});
