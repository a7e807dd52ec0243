/** Mails to buyers about order changes and returns, from the event to the stored mail. */
import { cancelOrder } from '@cartwright/core/order-cancellations';
import { deliverOrder, shipOrder } from '@cartwright/core/orders';
import { system } from '@cartwright/core/kernel';
import { advanceEdits, editOrder, payEdit } from '@cartwright/core/order-edits';
import { decideReturn, receiveReturn, requestReturn } from '@cartwright/core/returns';
import { anOrder, aProduct, createTestShop, letPass, mailAbout, mailsAbout, there, type TestShop } from '@cartwright/testing';
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

const templatesTo = (order: Order) => mailsAbout(shop.core, order);
/** The only mail of a template to the buyer of an order. */
const mailOf = async (order: Order, template: string) => {
  expect((await templatesTo(order)).filter((name) => name === template)).toHaveLength(1);
  return mailAbout(shop.core, order, template);
};
const sold = async (token = 'tok_success') => {
  const { order, guest } = await anOrder(shop.core, [[await aProduct(shop.core, { name: 'Mug', priceCents: 1000 }), 2]], { token });
  return { order, guest, items: order.items.map((item) => ({ orderItemId: item.id, quantity: 1 })) };
};
const edit = (order: Order, quantity: number) =>
  editOrder(shop.core, staff, {
    orderId: order.id,
    expectedUpdatedAt: order.updatedAt,
    lines: order.items.map(({ variantId }) => ({ variantId, quantity })),
    reason: 'as we talked about',
  });
const delivered = async () => {
  const before = await sold();
  await shipOrder(shop.core, staff, { orderId: before.order.id, carrier: 'DHL', trackingNumber: '1' });
  await deliverOrder(shop.core, staff, { orderId: before.order.id });
  return before;
};

describe('a buyer who returns items', () => {
  it('a buyer gets a mail for a return request, for its approval, and for the received items with their refund', async () => {
    const { order, guest, items } = await delivered();
    const requested = await requestReturn(shop.core, guest, { orderId: order.id, items, reason: 'one too many' });
    const returnId = there(requested.returns[0]?.id);
    expect((await mailOf(order, 'return_requested')).text).toMatch(/keep the items until then[\s\S]*1 × Mug/);
    await decideReturn(shop.core, staff, { returnId, approve: true, note: 'Use the enclosed label.' });
    expect((await mailOf(order, 'return_approved')).text).toMatch(/1 × Mug[\s\S]*Use the enclosed label/);
    await receiveReturn(shop.core, staff, { returnId });
    const arrived = await mailOf(order, 'return_received');
    expect(arrived.subject).toBe(`Order ${order.orderNumber}: we received your return`);
    expect(arrived.text).toContain('$10.00');
  });

  it('a buyer gets the reason of a rejected return, and no request mail for a return that staff created', async () => {
    const { order, guest, items } = await delivered();
    const requested = await requestReturn(shop.core, guest, { orderId: order.id, items, reason: 'broken' });
    await decideReturn(shop.core, staff, { returnId: there(requested.returns[0]?.id), approve: false, note: 'It was worn.' });
    expect((await mailOf(order, 'return_rejected')).text).toContain('It was worn.');
    const other = await delivered();
    await requestReturn(shop.core, staff, { orderId: other.order.id, items: other.items, reason: 'by telephone' });
    await mailOf(other.order, 'return_approved');
    expect(await templatesTo(other.order)).not.toContain('return_requested');
  });
});

describe('a buyer whose shipped order is cancelled', () => {
  it('a buyer whose shipped order is cancelled gets a mail about the refund and the items to send back, and none about a rejected return', async () => {
    const { order } = await sold();
    await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
    await requestReturn(shop.core, staff, {
      orderId: order.id,
      items: order.items.map((item) => ({ orderItemId: item.id, quantity: 1 })),
      reason: 'x',
    });
    await mailOf(order, 'return_approved');
    await cancelOrder(shop.core, staff, { orderId: order.id });
    await mailOf(order, 'return_in_transit');
    expect(await templatesTo(order)).not.toContain('return_rejected');
  });
});

describe('a buyer whose order is changed', () => {
  it('a buyer gets a mail with the changed order and the refunded amount', async () => {
    const { order } = await sold();
    await edit(order, 1);
    const mail = await mailOf(order, 'order_edited');
    expect(mail.text).toMatch(/1 × Mug[\s\S]*We refund \$10\.00/);
  });

  it('a buyer gets one mail with a link to pay the price difference of an edit, and one when the edit is made', async () => {
    const { order } = await sold('tok_once');
    await edit(order, 3);
    const mail = await mailOf(order, 'edit_payment');
    expect(mail.subject).toBe(`Order ${order.orderNumber}: $10.00 to pay for the edit`);
    expect(mail.text).toMatch(/3 × Mug instead of 2[\s\S]*as we talked about/);
    expect(mail.text).toContain(`${shop.config.publicUrl}/pay/`);
    await payEdit(shop.core, staff, { orderId: order.id, payment: { provider: 'sandbox', method: 'credit_card', token: 'tok_success' } });
    expect((await mailOf(order, 'order_edited')).text).toContain('You have paid $10.00 for the edit');
    expect(await templatesTo(order)).not.toContain('payment_failed');
  });

  it('a buyer gets a mail that the order was not edited because the edit was not paid', async () => {
    const { order } = await sold('tok_once');
    await edit(order, 3);
    await mailOf(order, 'edit_payment');
    await letPass(shop.core, 73 * 60);
    await advanceEdits(shop.core);
    expect((await mailOf(order, 'edit_closed')).text).toContain('was not paid in time');
  });
});
