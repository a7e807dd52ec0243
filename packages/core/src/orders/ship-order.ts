import type { Order, ShipmentId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { lockOrder } from './order.locks.ts';
import { readOrder } from './order.queries.ts';
import { changeOrderStatus } from './order.state.ts';

/** Marks a paid order as shipped and keeps its tracking number. Throws `INVALID_TRANSITION` unless it is confirmed. */
export const shipOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['ship']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  return transactOnce(core, { answers: true }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    await changeOrderStatus(tx, order, { to: 'shipped' }, actor);
    const shipmentId = tx.ids.next<ShipmentId>();
    await tx.db
      .insertInto('shipments')
      .values({
        id: shipmentId,
        order_id: order.id,
        carrier: input.carrier,
        tracking_number: input.trackingNumber,
        tracking_url: input.trackingUrl ?? null,
      })
      .execute();
    tx.outbox.add('order.shipped', order.id, { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId, shipmentId });
    return readOrder(tx, order.id);
  });
};
