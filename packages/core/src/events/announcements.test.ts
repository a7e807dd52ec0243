/** Changes of accounts, products, orders and payments are announced as events. */
import { contract } from '@cartwright/contracts';
import { aCustomer, aPaidOrder, aProduct, aStaffMember, createTestShop, there, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteProduct, updateProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { adjustStock } from '../inventory/index.ts';
import { deliverOrder, shipOrder } from '../orders/index.ts';
import { refundPayment } from '../payments/index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** The names of all events of one aggregate, in the order in which they were written. */
const eventsOf = async (aggregateId: string): Promise<string[]> => {
  const rows = await shop.core.db.selectFrom('outbox_events').where('aggregateId', '=', aggregateId).orderBy('id').select('name').execute();
  return rows.map(({ name }) => name);
};

it('events announce a new account', async () => {
  const { userId } = await aCustomer(shop.core);
  expect(await eventsOf(userId)).toContain('user.registered');
});

it('events announce that a product is created, changed, counted and deleted', async () => {
  const staff = await aStaffMember(shop.core);
  const product = await aProduct(shop.core, { stock: 4 });
  const { id } = variantOf(product);
  await updateProduct(
    shop.core,
    staff,
    contract.products.update.input.parse({ id: product.id, version: product.version, name: 'Another name' }),
  );
  await adjustStock(shop.core, staff, contract.inventory.adjust.input.parse({ variantId: id, delta: 2, reason: 'count' }));
  await deleteProduct(shop.core, staff, { id: product.id });
  expect(await eventsOf(product.id)).toEqual(['product.created', 'product.updated', 'product.deleted']);
  expect(await eventsOf(id)).toContain('stock.updated');
});

it('events announce each step of an order that its buyer sees, and the sale of its units', async () => {
  const staff = await aStaffMember(shop.core);
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  await shipOrder(shop.core, staff, contract.orders.ship.input.parse({ orderId: order.id, carrier: 'Post', trackingNumber: 'P1' }));
  await deliverOrder(shop.core, staff, contract.orders.deliver.input.parse({ orderId: order.id }));
  const names = await eventsOf(order.id);
  expect(names.filter((name) => /^order\.(?!parcel)/.test(name))).toEqual([
    'order.placed',
    'order.confirmed',
    'order.shipped',
    'order.delivered',
  ]);
  expect(names).toContain('stock.committed');
});

it('a cancelled order is announced once, with the reason', async () => {
  const staff = await aStaffMember(shop.core);
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  const cancel = () => cancelOrder(shop.core, staff, contract.orders.cancel.input.parse({ orderId: order.id }));
  await cancel();
  await expect(cancel()).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  const events = await shop.core.db
    .selectFrom('outbox_events')
    .where('aggregateId', '=', order.id)
    .where('name', '=', 'order.cancelled')
    .select('payload')
    .execute();
  expect(events).toMatchObject([{ payload: { orderId: order.id, reason: 'staff' } }]);
});

it('events announce a captured payment, its invoice and its refund, each once', async () => {
  const staff = await aStaffMember(shop.core);
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  const input = { paymentId: there(order.payments[0]).id, amountCents: 100, reason: 'scratched' };
  await refundPayment(shop.core, staff, contract.payments.refund.input.parse(input));
  const events = await shop.core.db.selectFrom('outbox_events').orderBy('id').select(['name', 'payload']).execute();
  const ofOrder = events.filter(({ payload }) => (payload as { orderId?: string }).orderId === order.id).map(({ name }) => name);
  expect(ofOrder.filter((name) => /^(payment|invoice|refund)\./.test(name))).toEqual([
    'payment.captured',
    'invoice.issued',
    'refund.processed',
  ]);
});
