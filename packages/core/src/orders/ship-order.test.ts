import { aCheckout, aGuestCart, aPaidOrder, aProduct, aStaffMember, checkOut, aConsistentShop, race } from '@cartwright/testing';
import type { MailId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import type { ShopEvent } from '../events/index.ts';
import { isCheckViolation, system, transact } from '../kernel/index.ts';
import { getMail, notifyConsumer, sendNotification } from '../notifications/index.ts';
import { deliverOrder, getOrder, shipOrder } from './index.ts';

const shop = await aConsistentShop();
const staff = await aStaffMember(shop.core, 'support');
const admin = await aStaffMember(shop.core);

/** A paid order of two lines, four and two units. */
const twoLines = async () => {
  const [mugs, pots] = [await aProduct(shop.core, { name: 'Mug' }), await aProduct(shop.core, { name: 'Pot' })];
  const { guest, cart } = await aGuestCart(shop.core, [
    [mugs, 4],
    [pots, 2],
  ]);
  const order = await checkOut(shop.core, guest, aCheckout(cart));
  const [first, second] = order.items;
  if (!first || !second) throw new Error('The order has not two lines');
  return { guest, order, first, second };
};
const announced = async (orderId: string): Promise<ShopEvent[]> => {
  const rows = await shop.core.db.selectFrom('outbox_events').selectAll().where('aggregateId', '=', orderId).orderBy('id').execute();
  return rows.map((row) => ({ id: row.id, name: row.name, payload: row.payload }) as ShopEvent);
};
/** The mails about an order's parcels, sent to the mailbox and read there. */
const mailsAbout = async (orderId: string) => {
  const texts: { subject: string; text: string | null }[] = [];
  for (const event of await announced(orderId)) {
    if (event.name !== 'order.parcel_sent') continue;
    for (const { id } of await transact(shop.core, (tx) => notifyConsumer.handle(tx, event))) {
      await sendNotification(shop.core, id);
      texts.push(await getMail(shop.core, system('test'), { mailId: id as MailId }));
    }
  }
  return texts;
};
const parcel = (orderId: Parameters<typeof shipOrder>[2]['orderId'], trackingNumber: string) => ({
  orderId,
  carrier: 'DHL',
  trackingNumber,
});

describe('shipping', () => {
  it('an order can be shipped in several parcels, and becomes shipped with its last unit', async () => {
    const { guest, order, first, second } = await twoLines();
    const part = await shipOrder(shop.core, staff, { ...parcel(order.id, 'A1'), items: [{ orderItemId: first.id, quantity: 3 }] });
    expect(part).toMatchObject({ status: 'confirmed', label: 'Partly shipped', shippedCount: 3 });
    expect(part.items.map((i) => i.shippedQuantity)).toEqual([3, 0]);
    const rest = await shipOrder(shop.core, staff, { ...parcel(order.id, 'A2'), trackingUrl: 'https://dhl.example/A2' });
    expect(rest).toMatchObject({ status: 'shipped', label: 'Shipped', shippedCount: 6 });
    expect(rest.shipments.map((s) => [s.trackingNumber, s.items.map((i) => i.quantity)])).toEqual([
      ['A1', [3]],
      ['A2', [1, 2]],
    ]);
    expect(rest.shipments[1]?.items.map((i) => i.orderItemId)).toEqual([first.id, second.id]);
    const seen = await getOrder(shop.core, guest, { orderId: order.id });
    expect(seen.timeline.filter((t) => t.kind === 'shipment').map((t) => t.detail)).toEqual(['A1 · 3 units', 'A2 · 3 units']);
  });

  it('a parcel with one unit too many is refused, and none of its units is shipped', async () => {
    const { order, first, second } = await twoLines();
    const tooMany = [
      { orderItemId: first.id, quantity: 4 },
      { orderItemId: second.id, quantity: 3 },
    ];
    await expect(shipOrder(shop.core, staff, { ...parcel(order.id, 'B1'), items: tooMany })).rejects.toMatchObject({
      code: 'QUANTITY_EXCEEDS_ORDER',
      details: { orderItemId: second.id, requested: 3, left: 2 },
    });
    expect((await getOrder(shop.core, staff, { orderId: order.id })).shippedCount).toBe(0);
  });

  it('a parcel is refused for lines of another order, and for orders that are unpaid or already shipped', async () => {
    const [one, other] = [await twoLines(), await twoLines()];
    await expect(
      shipOrder(shop.core, staff, { ...parcel(one.order.id, 'C1'), items: [{ orderItemId: other.first.id, quantity: 1 }] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await shipOrder(shop.core, staff, parcel(one.order.id, 'C2'));
    await expect(shipOrder(shop.core, staff, parcel(one.order.id, 'C3'))).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('concurrent shipments never ship a unit twice', async () => {
    const { order, first } = await twoLines();
    const { won, refused, defects } = await race(20, (i) =>
      shipOrder(shop.core, staff, { ...parcel(order.id, `D${i}`), items: [{ orderItemId: first.id, quantity: 1 }] }),
    );
    expect(defects).toEqual([]);
    expect(won).toHaveLength(4);
    expect(refused).toEqual({ QUANTITY_EXCEEDS_ORDER: 16 });
  });

  it('the database refuses more shipped units than were ordered', async () => {
    const { order } = await twoLines();
    const overShip = sql`update order_items set shipped_quantity = quantity + 1 where order_id = ${order.id}`.execute(shop.core.db);
    await expect(overShip).rejects.toSatisfy((error) => isCheckViolation(error, 'order_items_shipped'));
  });

  it('the buyer gets a mail about each parcel with its contents', async () => {
    const { order, first } = await twoLines();
    await shipOrder(shop.core, staff, { ...parcel(order.id, 'E1'), items: [{ orderItemId: first.id, quantity: 1 }] });
    await shipOrder(shop.core, staff, parcel(order.id, 'E2'));
    expect((await announced(order.id)).filter((e) => e.name.startsWith('order.')).map((e) => e.name)).toEqual([
      'order.placed',
      'order.confirmed',
      'order.parcel_sent',
      'order.parcel_sent',
      'order.shipped',
    ]);
    const mails = await mailsAbout(order.id);
    expect(mails.map((m) => m.subject)).toEqual(Array.from({ length: 2 }, () => `Part of order ${order.orderNumber} is on its way`));
    const [early, late] = [mails.find((m) => (m.text ?? '').includes('E1')), mails.find((m) => (m.text ?? '').includes('E2'))];
    expect(early?.text).toContain('1 × Mug');
    expect(early?.text).not.toContain('Pot');
    expect(late?.text).toContain('3 × Mug');
    expect(late?.text).toContain('2 × Pot');
  });
});

describe('delivery', () => {
  it('parcels are delivered one by one, and the order with the last one', async () => {
    const { order, first } = await twoLines();
    const part = await shipOrder(shop.core, staff, { ...parcel(order.id, 'F1'), items: [{ orderItemId: first.id, quantity: 1 }] });
    const early = part.shipments[0]?.id;
    if (!early) throw new Error('There is no parcel');
    expect(await deliverOrder(shop.core, staff, { orderId: order.id, shipmentId: early })).toMatchObject({ status: 'confirmed' });
    await expect(deliverOrder(shop.core, staff, { orderId: order.id })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    const all = await shipOrder(shop.core, staff, parcel(order.id, 'F2'));
    const last = all.shipments[1]?.id;
    if (!last) throw new Error('There is no second parcel');
    const delivered = await deliverOrder(shop.core, staff, { orderId: order.id, shipmentId: last });
    expect(delivered).toMatchObject({ status: 'delivered' });
    expect(delivered.timeline.filter((t) => t.title === 'Parcel delivered').map((t) => t.detail)).toEqual(['F1', 'F2']);
    expect(await deliverOrder(shop.core, staff, { orderId: order.id, shipmentId: last })).toMatchObject({ status: 'delivered' });
  });

  it('all parcels of a shipped order can be delivered in one call', async () => {
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
    await shipOrder(shop.core, staff, parcel(order.id, 'G1'));
    const delivered = await deliverOrder(shop.core, staff, { orderId: order.id });
    expect(delivered.shipments.every((s) => s.deliveredAt)).toBe(true);
    expect(delivered.status).toBe('delivered');
  });

  it('the delivery of a parcel of another order is refused', async () => {
    const [a, b] = [await twoLines(), await twoLines()];
    const shipped = await shipOrder(shop.core, staff, parcel(a.order.id, 'H1'));
    await expect(deliverOrder(shop.core, staff, { orderId: b.order.id, shipmentId: shipped.shipments[0]?.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('a partly shipped order', () => {
  it('a partly shipped order that is cancelled is refunded in full, and its shipped units are expected back', async () => {
    const { order, first } = await twoLines();
    await shipOrder(shop.core, staff, { ...parcel(order.id, 'I1'), items: [{ orderItemId: first.id, quantity: 1 }] });
    const cancelled = await cancelOrder(shop.core, admin, { orderId: order.id });
    expect(cancelled).toMatchObject({ status: 'cancelled', cancellationReason: 'returned', paymentStatus: 'refunded' });
    expect(cancelled.returns).toMatchObject([{ status: 'in_transit', items: [{ orderItemId: first.id, quantity: 1 }] }]);
  });
});
