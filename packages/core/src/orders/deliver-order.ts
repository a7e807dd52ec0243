import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockOrder } from './order.locks.ts';
import { readOrder } from './order.queries.ts';
import { changeOrderStatus } from './order.state.ts';

/** Marks a shipped order as delivered. Throws `INVALID_TRANSITION` from any other state. */
export const deliverOrder = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['deliver']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  return transact(core, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    await changeOrderStatus(tx, order, { to: 'delivered' }, actor);
    tx.outbox.add('order.delivered', order.id, { orderId: order.id, orderNumber: order.orderNumber, userId: order.userId });
    return readOrder(tx, order.id);
  });
};
