/** Orders that are cancelled after a shipment (units in transit, received, written off), and refunded orders that are not cancelled. */
import { contract, type Order, type OrderReturnId, type Product } from '@cartwright/contracts';
import {
  aCheckout,
  aGiftCard,
  aGuestCart,
  anOrder,
  aPaidOrder,
  aProduct,
  aConsistentShop,
  aStaffMember,
  checkOut,
  letPass,
  race,
  there,
  variantOf,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { applyCartCredit } from '../carts/index.ts';
import { getProduct } from '../catalog/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system, transact } from '../kernel/index.ts';
import { editOrder, previewOrderEdit } from '../order-edits/index.ts';
import { deleteOrder } from '../order-cancellations/index.ts';
import { claimPurchases, deliverOrder, getOrder, listOrders, shipOrder } from '../orders/index.ts';
import { refundOrder } from '../payments/index.ts';
import { listReturns, receiveReturn, requestReturn, writeOffOverdueReturns, writeOffReturn } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core);
const support = await aStaffMember(shop.core, 'support');

const parcel = (orderId: Order['id']) => ({ orderId, carrier: 'DHL', trackingNumber: '1' });
const read = (order: Order) => getOrder(shop.core, staff, { orderId: order.id });
const availableOf = async ({ id }: Pick<Product, 'id'>) => (await getProduct(shop.core, system('test'), { id })).available;
const cancel = (order: Order) => cancelOrder(shop.core, staff, { orderId: order.id });
const returnOf = (order: Order, index = 0): OrderReturnId => there(order.returns[index]).id;
const line = (order: Order, index = 0) => there(order.items[index]);
const refund = (order: Order, amountCents = order.totalCents) =>
  refundOrder(shop.core, staff, { orderId: order.id, amountCents, reason: 'goodwill' });

/** An order of four mugs out of ten in stock, with the given number shipped. */
const sold = async (shippedUnits: number): Promise<{ mug: Product; order: Order }> => {
  const mug = await aProduct(shop.core, { name: 'Mug', priceCents: 1000, stock: 10 });
  const { order } = await aPaidOrder(shop.core, mug, 4);
  if (shippedUnits === 0) return { mug, order };
  const items = [{ orderItemId: line(order).id, quantity: shippedUnits }];
  return { mug, order: await shipOrder(shop.core, staff, { ...parcel(order.id), items }) };
};

describe('a shipped order that is cancelled', () => {
  it('a cancelled shipped order is refunded at once, and its units are not for sale until they are received', async () => {
    const { mug, order } = await sold(4);
    const cancelled = await cancel(order);
    expect(cancelled).toMatchObject({ status: 'cancelled', cancellationReason: 'returned', paymentStatus: 'refunded', label: 'Refunded' });
    expect(cancelled.returns).toMatchObject([{ status: 'in_transit', requestedBy: 'system', items: [{ quantity: 4 }], refundCents: 0 }]);
    expect(Date.parse(there(cancelled.returns[0]?.dueAt)) - Date.now()).toBeGreaterThan(29 * 86_400_000);
    expect(cancelled.timeline.map((t) => t.title)).toContain('Units in transit');
    expect(await availableOf(mug)).toBe(6);
    const back = await receiveReturn(shop.core, staff, { returnId: returnOf(cancelled) });
    expect(back).toMatchObject({ status: 'cancelled', returnedCount: 4, returns: [{ status: 'received', refundCents: 0 }] });
    expect(back.payments.flatMap((p) => p.refunds)).toHaveLength(1);
    expect(await availableOf(mug)).toBe(10);
  });

  it('a cancelled order of which a part was shipped frees the other units at once', async () => {
    const { mug, order } = await sold(3);
    const cancelled = await cancel(order);
    expect(cancelled.returns).toMatchObject([{ status: 'in_transit', items: [{ quantity: 3 }] }]);
    expect(await availableOf(mug)).toBe(7);
  });

  it('each unit that arrives is restocked or written off, and units that have not arrived stay in transit', async () => {
    const { mug, order } = await sold(4);
    const cancelled = await cancel(order);
    const orderItemId = line(order).id;
    const first = { returnId: returnOf(cancelled), items: [{ orderItemId, receivedQuantity: 2, restockQuantity: 1 }] };
    const part = await receiveReturn(shop.core, staff, first);
    expect(part.returns.map((r) => [r.status, r.items[0]?.quantity, r.items[0]?.receivedQuantity, r.items[0]?.restockedQuantity])).toEqual([
      ['received', 4, 2, 1],
      ['in_transit', 2, 0, 0],
    ]);
    expect(part.returns[1]?.dueAt).toBe(part.returns[0]?.dueAt);
    expect(await availableOf(mug)).toBe(7);
    await receiveReturn(shop.core, staff, { returnId: returnOf(part, 1) });
    expect(await availableOf(mug)).toBe(9);
  });

  it('units that do not arrive in time are written off, and can still be received later', async () => {
    const { mug, order } = await sold(4);
    const cancelled = await cancel(order);
    await letPass(shop.core, 29 * 24 * 60);
    expect(await writeOffOverdueReturns(shop.core)).toBe(0);
    await letPass(shop.core, 2 * 24 * 60);
    expect(await writeOffOverdueReturns(shop.core)).toBeGreaterThan(0);
    const lost = await read(order);
    expect(lost.returns).toMatchObject([{ status: 'written_off' }]);
    expect(lost.timeline.at(-1)?.title).toBe('Units written off');
    expect(await availableOf(mug)).toBe(6);
    const late = await receiveReturn(shop.core, staff, { returnId: returnOf(cancelled) });
    expect(late.returns).toMatchObject([{ status: 'received' }]);
    expect(await availableOf(mug)).toBe(10);
  });

  it('staff can write off a lost parcel once, and support cannot', async () => {
    const { order } = await sold(4);
    const returnId = returnOf(await cancel(order));
    expect(() => writeOffReturn(shop.core, support, { returnId })).toThrow('inventory:write');
    const { won, defects } = await race(5, () => writeOffReturn(shop.core, staff, { returnId }));
    expect([won.length, defects]).toEqual([5, []]);
    const announced = await sql<{ n: number }>`
      select count(*)::int as n from outbox_events where aggregate_id = ${returnId} and name = 'return.written_off'`.execute(shop.core.db);
    expect(announced.rows[0]?.n).toBe(1);
    const { order: other } = await sold(2);
    const asked = await requestReturn(shop.core, staff, {
      orderId: other.id,
      reason: 'x',
      items: [{ orderItemId: line(other).id, quantity: 1 }],
    });
    await expect(writeOffReturn(shop.core, staff, { returnId: returnOf(asked) })).rejects.toMatchObject({ code: 'RETURN_NOT_IN_TRANSIT' });
  });

  it('open returns of a cancelled order continue in transit, and their units are not refunded twice', async () => {
    const { mug, order } = await sold(4);
    await requestReturn(shop.core, staff, { orderId: order.id, reason: 'too big', items: [{ orderItemId: line(order).id, quantity: 1 }] });
    const cancelled = await cancel(order);
    expect(cancelled.returns.map((r) => [r.status, r.items[0]?.quantity])).toEqual([
      ['in_transit', 1],
      ['in_transit', 3],
    ]);
    for (const back of cancelled.returns) await receiveReturn(shop.core, staff, { returnId: back.id });
    const done = await read(order);
    expect(done.payments.reduce((sum, p) => sum + p.refundedCents, 0)).toBe(order.totalCents);
    expect(await availableOf(mug)).toBe(10);
  });

  it('a cancelled shipped order paid by gift card returns the credit once, and its units are expected back', async () => {
    const mug = await aProduct(shop.core, { priceCents: 1000, stock: 5 });
    const { guest, cart } = await aGuestCart(shop.core, [[mug, 2]]);
    await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 5000) });
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    await shipOrder(shop.core, staff, parcel(order.id));
    const cancelled = await cancel(order);
    expect(cancelled).toMatchObject({ label: 'Refunded', returns: [{ status: 'in_transit' }] });
    expect(await availableOf(mug)).toBe(3);
    await receiveReturn(shop.core, staff, { returnId: returnOf(cancelled) });
    expect((await read(order)).credits.map((c) => c.returnedCents)).toEqual([2000]);
  });

  it('a cancelled shipped order no longer counts against a purchase limit', async () => {
    const { order } = await sold(4);
    const scope = crypto.randomUUID();
    await transact(shop.core, (tx) => claimPurchases(tx, scope, [{ orderId: order.id, identity: 'somebody', units: 4 }]));
    await cancel(order);
    expect((await sql<{ units: number }>`select units from purchase_counts where scope_id = ${scope}`.execute(shop.core.db)).rows).toEqual([
      { units: 0 },
    ]);
  });

  it('a cancelled order cannot be deleted while units are in transit', async () => {
    const { order } = await sold(1);
    const cancelled = await cancel(order);
    await expect(deleteOrder(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'RETURN_IN_TRANSIT' });
    await writeOffReturn(shop.core, staff, { returnId: returnOf(cancelled) });
    await deleteOrder(shop.core, staff, { orderId: order.id });
    expect((await listOrders(shop.core, staff, contract.orders.list.input.parse({ q: order.orderNumber }))).totalCount).toBe(0);
  });

  it('units in transit are listed by their state, and only actors who may change stock can receive them', async () => {
    const { order } = await sold(2);
    const returnId = returnOf(await cancel(order));
    await expect(receiveReturn(shop.core, support, { returnId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { scope: 'inventory:write' },
    });
    const page = await listReturns(shop.core, support, contract.returns.list.input.parse({ status: 'in_transit', pageSize: 100 }));
    expect(page.items.find((back) => back.id === returnId)).toMatchObject({
      orderNumber: order.orderNumber,
      units: 2,
      dueAt: expect.any(String),
    });
  });

  it('a cancelled shipped order cannot be shipped, delivered, edited or returned, and a delivered order cannot be cancelled', async () => {
    const { mug, order } = await sold(3);
    await cancel(order);
    await expect(shipOrder(shop.core, staff, parcel(order.id))).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    await expect(deliverOrder(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    const again = { orderId: order.id, reason: 'x', items: [{ orderItemId: line(order).id, quantity: 1 }] };
    await expect(requestReturn(shop.core, staff, again)).rejects.toMatchObject({ code: 'ORDER_NOT_RETURNABLE' });
    const { order: delivered } = await aPaidOrder(shop.core, mug);
    await shipOrder(shop.core, staff, parcel(delivered.id));
    await deliverOrder(shop.core, staff, { orderId: delivered.id });
    await expect(cancel(delivered)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });
});

describe('editing a partly shipped order', () => {
  it('an edit of a partly shipped order is refused for shipped and for unshipped units', async () => {
    const { order } = await sold(1);
    const lines = [{ variantId: line(order).variantId, quantity: 0 }];
    await expect(editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, lines })).rejects.toMatchObject({
      code: 'ORDER_NOT_EDITABLE',
      message: 'Only a paid order with no shipped items can be edited. This one is partly shipped.',
    });
  });
});

describe('a refunded order', () => {
  it('a fully refunded order cannot be shipped, or edited into one that can; a partly refunded one can', async () => {
    const whole = await sold(0);
    await refund(whole.order);
    await expect(shipOrder(shop.core, staff, parcel(whole.order.id))).rejects.toMatchObject({ code: 'ORDER_REFUNDED' });
    const larger = { orderId: whole.order.id, lines: [{ variantId: variantOf(whole.mug).id, quantity: 6 }] };
    await expect(previewOrderEdit(shop.core, staff, larger)).rejects.toMatchObject({ code: 'ORDER_REFUNDED' });
    const { updatedAt } = await read(whole.order);
    await expect(editOrder(shop.core, staff, { ...larger, expectedUpdatedAt: updatedAt })).rejects.toMatchObject({
      code: 'ORDER_REFUNDED',
    });
    expect(await read(whole.order)).toMatchObject({ status: 'confirmed', shipments: [], label: 'Refunded' });
    const rest = await sold(1);
    await refund(rest.order);
    await expect(shipOrder(shop.core, staff, parcel(rest.order.id))).rejects.toMatchObject({ code: 'ORDER_REFUNDED' });
    const part = await sold(0);
    await refund(part.order, 3999);
    expect(await shipOrder(shop.core, staff, parcel(part.order.id))).toMatchObject({ status: 'shipped' });
    const free = await anOrder(shop.core, [[await aProduct(shop.core, { priceCents: 0 }), 1]]);
    expect(await shipOrder(shop.core, staff, parcel(free.order.id))).toMatchObject({ status: 'shipped' });
  });

  it('a fully refunded order that was paid by gift card cannot be shipped', async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 1000 }), 1]]);
    await applyCartCredit(shop.core, guest, { cartId: cart.id, code: await aGiftCard(shop.core, 5000) });
    const order = await checkOut(shop.core, guest, aCheckout(cart));
    await refund(order);
    await expect(shipOrder(shop.core, staff, parcel(order.id))).rejects.toMatchObject({ code: 'ORDER_REFUNDED' });
  });

  it('an order cannot be shipped while a dispute is open or after it was lost', async () => {
    const { order } = await sold(0);
    await sql`update payments set status = 'disputed' where order_id = ${order.id}`.execute(shop.core.db);
    await expect(shipOrder(shop.core, staff, parcel(order.id))).rejects.toMatchObject({ code: 'PAYMENT_DISPUTED' });
    await sql`update payments set status = 'captured' where order_id = ${order.id}`.execute(shop.core.db);
    expect(await shipOrder(shop.core, staff, parcel(order.id))).toMatchObject({ status: 'shipped' });
  });

  it('a fully refunded order does not count as shipped late', async () => {
    const { order } = await sold(0);
    await letPass(shop.core, 3 * 24 * 60);
    expect((await read(order)).attention).toEqual(['ship_late']);
    await refund(order);
    expect((await read(order)).attention).toEqual([]);
  });
});

describe('fifty orders with concurrent calls', () => {
  it('an order that is shipped and refunded at the same moment is shipped before its refund or not at all', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { order } = await sold(0);
      const { refused, defects } = await race<unknown>(50, (i) => (i % 2 ? shipOrder(shop.core, staff, parcel(order.id)) : refund(order)));
      expect(defects).toEqual([]);
      const { shipments, label } = await read(order);
      expect(label).toBe('Refunded');
      expect(refused['REFUND_EXCEEDS_CAPTURED']).toBe(24);
      expect([shipments.length, refused['INVALID_TRANSITION'] ?? 0, refused['ORDER_REFUNDED'] ?? 0]).toEqual(
        shipments.length === 1 ? [1, 24, 0] : [0, 0, 25],
      );
    }
  });

  it('the units of an order that is shipped and cancelled at the same moment are either in transit or for sale', async () => {
    for (let round = 0; round < 3; round += 1) {
      const { mug, order } = await sold(0);
      const { refused, defects } = await race(50, (i) => (i % 2 ? shipOrder(shop.core, staff, parcel(order.id)) : cancel(order)));
      expect(defects).toEqual([]);
      expect(Object.keys(refused)).toEqual(['INVALID_TRANSITION']);
      const { status, shipments, returns } = await read(order);
      expect(status).toBe('cancelled');
      expect([await availableOf(mug), returns.map((r) => r.status)]).toEqual(shipments.length === 1 ? [6, ['in_transit']] : [10, []]);
    }
  });
});
