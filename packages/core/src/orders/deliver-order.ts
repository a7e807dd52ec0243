import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockOrder } from './order.locks.ts';
import { readOrder } from './order.queries.ts';
import { assertTransition } from './order.state.ts';
import { changeOrderStatus } from './order.store.ts';
import { markShipmentsDelivered } from './shipment.store.ts';

/**
 * Marks one parcel as delivered, or all of them. The order is delivered when everything has been shipped and has
 * arrived. Without a parcel's id it throws `INVALID_TRANSITION` unless the order is shipped; with one it throws
 * `NOT_FOUND` for a parcel of another order, and does nothing for one that has arrived already.
 */
export const deliverOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['deliver']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const { shipmentId } = input;
  return transact(core, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    if (!shipmentId || order.status === 'cancelled') assertTransition(order, 'delivered');
    const about = { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId };
    const arrived = await markShipmentsDelivered(tx, order.id, shipmentId ?? null);
    for (const id of arrived) tx.outbox.add('order.parcel_delivered', order.id, { ...about, shipmentId: id });
    const parcels = await tx.db.selectFrom('shipments').select(['id', 'deliveredAt']).where('orderId', '=', order.id).execute();
    if (shipmentId && !parcels.some((parcel) => parcel.id === shipmentId)) throw notFound('This shipment', shipmentId);
    if (order.status === 'shipped' && parcels.every((parcel) => parcel.deliveredAt)) {
      await changeOrderStatus(tx, order, { to: 'delivered' }, actor);
      tx.outbox.add('order.delivered', order.id, about);
    }
    return readOrder(tx, order.id, actor);
  });
};
