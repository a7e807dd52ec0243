/** Staff and buyers work on orders, payments and flash sales by calls of the SDK. */
import { createCartwright } from '@cartwright/sdk';
import { aFlashSale, anOrder, aProduct, aShopOnStripe, anOrderOnStripe, there, unique, variantOf } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { createServer } from '../src/server.ts';
import { aLiveShopWithAdmin, anAdminClient, testHttp } from './live-shop.ts';

const { live } = await aLiveShopWithAdmin();
const { core } = live.shop;
const admin = await anAdminClient(live);
const aSoldProduct = async (token = 'tok_success') => {
  const product = await aProduct(core, { priceCents: 1_000, stock: 20 });
  const { guest, order } = await anOrder(core, [[product, 1]], { token });
  const buyer = createCartwright({ baseUrl: live.url, ...(guest.cartToken && { cartToken: guest.cartToken }) });
  return { order, buyer, variantId: variantOf(product).id };
};

it('an order is shipped and delivered over the API', async () => {
  const { order, buyer } = await aSoldProduct();
  const shipped = await admin.orders.ship({ orderId: order.id, carrier: 'Post', trackingNumber: 'T1' });
  expect(shipped).toMatchObject({ status: 'shipped', shipments: [{ trackingNumber: 'T1', deliveredAt: null }] });
  expect(await admin.orders.deliver({ orderId: order.id })).toMatchObject({ id: order.id, status: 'delivered' });
  expect(await buyer.orders.get({ orderId: order.id })).toMatchObject({ status: 'delivered' });
});

it('an edit that costs more is previewed without effect, and takes effect when the buyer pays the difference', async () => {
  const { order, buyer, variantId } = await aSoldProduct('tok_once');
  const lines = [{ variantId, quantity: 3 }];
  const preview = await admin.orders.previewEdit({ orderId: order.id, lines });
  expect(preview).toMatchObject({ differenceCents: 2_000, totals: { totalCents: 3_000 } });
  expect((await admin.orders.get({ orderId: order.id })).items).toMatchObject([{ quantity: 1 }]);
  await admin.orders.edit({ orderId: order.id, expectedUpdatedAt: preview.updatedAt, lines });
  const paid = await buyer.orders.payEdit({ orderId: order.id, payment: { token: 'tok_success' } });
  expect(paid).toMatchObject({ status: 'applied', differenceCents: 2_000, action: null });
  expect((await buyer.orders.get({ orderId: order.id })).items).toMatchObject([{ variantId, quantity: 3 }]);
});

it('a saved order view is changed and deleted by its owner', async () => {
  const view = await admin.orderViews.create({ name: `Paid ${unique()}`, filters: { status: 'confirmed' } });
  const changed = await admin.orderViews.update({ id: view.id, filters: { needsAttention: true }, sort: 'oldest' });
  expect(changed).toEqual({ id: view.id, name: view.name, filters: { needsAttention: true }, sort: 'oldest' });
  expect((await admin.orderViews.list()).items).toContainEqual(changed);
  await admin.orderViews.delete({ id: view.id });
  expect((await admin.orderViews.list()).items).not.toContainEqual(changed);
});

it('a payment is verified with the provider over the API', async () => {
  const { order, buyer } = await aSoldProduct();
  const [payment] = (await buyer.payments.listForOrder({ orderId: order.id })).items;
  expect(await buyer.payments.verify({ paymentId: there(payment).id })).toMatchObject({ status: 'captured', amountCents: 1_000 });
});

it('a refund of an order and one of its payment are shown with the order', async () => {
  const { order } = await aSoldProduct();
  const paymentId = there(order.payments[0]).id;
  expect(await admin.payments.refund({ paymentId, amountCents: 300, reason: 'scratched' })).toMatchObject({ amountCents: 300 });
  expect(await admin.payments.refundOrder({ orderId: order.id, amountCents: 200, reason: 'late' })).toMatchObject({
    refundCents: 200,
    creditCents: 0,
  });
  const { refunds } = there((await admin.orders.get({ orderId: order.id })).payments[0]);
  expect(refunds.map(({ amountCents }) => amountCents).toSorted((a, b) => a - b)).toEqual([200, 300]);
});

it('a flash sale is renamed, enlarged and ended over the API', async () => {
  const { sale, item } = await aFlashSale(core, { stock: 50, units: 10 });
  expect(await admin.flashSales.update({ saleId: sale.id, version: sale.version, name: 'Friday drop' })).toMatchObject({
    name: 'Friday drop',
  });
  expect((await admin.flashSales.adjustUnits({ itemId: item.id, delta: 5 })).items).toMatchObject([{ id: item.id, unitsAllocated: 15 }]);
  expect(await admin.flashSales.end({ saleId: sale.id })).toMatchObject({ id: sale.id, state: 'ended' });
  expect(await admin.flashSales.end({ saleId: sale.id })).toMatchObject({ state: 'ended' });
});

it('a discrepancy is listed and dismissed over the API', async () => {
  const stripeShop = await aShopOnStripe();
  const server = createServer(stripeShop.shop.core, testHttp);
  const url = await server.listen();
  try {
    const staff = await anAdminClient({ shop: stripeShop.shop, url });
    const [{ intent }, { order: other }] = [
      await anOrderOnStripe(stripeShop, 'pm_card_visa'),
      await anOrderOnStripe(stripeShop, 'pm_card_visa'),
    ];
    const odd = { ...structuredClone(intent), metadata: { ...intent.metadata, order_id: other.id } };
    await stripeShop.post(stripeShop.stripe.sign({ type: 'payment_intent.succeeded', object: odd }));
    const { items } = await staff.payments.listDiscrepancies();
    expect(items).toMatchObject([{ kind: 'conflicting_event' }]);
    const { kind, id } = there(items[0]);
    expect(await staff.payments.resolveDiscrepancy({ kind, id, action: 'dismiss', note: 'looked at' })).toEqual({ resolved: true });
    expect((await staff.payments.listDiscrepancies()).totalCount).toBe(0);
  } finally {
    await server.close();
  }
});
