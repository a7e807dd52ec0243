import { contract } from '@cartwright/contracts';
import { aPaidOrder, aProduct, aStaffMember, createTestShop, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteProduct, updateProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { adjustStock } from '../inventory/index.ts';
import { deliverOrder, shipOrder } from '../orders/index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** The names of all events of one aggregate, in the order in which they were written. */
const eventsOf = async (aggregateId: string): Promise<string[]> => {
  const rows = await shop.core.db
    .selectFrom('outbox_events')
    .where('aggregate_id', '=', aggregateId)
    .orderBy('id')
    .select('name')
    .execute();
  return rows.map(({ name }) => name);
};

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
    .where('aggregate_id', '=', order.id)
    .where('name', '=', 'order.cancelled')
    .select('payload')
    .execute();
  expect(events).toMatchObject([{ payload: { orderId: order.id, reason: 'staff' } }]);
});
