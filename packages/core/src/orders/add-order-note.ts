import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockOrder } from './order.locks.ts';
import { logOrder } from './order-log.store.ts';
import { readOrder } from './order.queries.ts';

/** Adds a note of staff to an order in any state; the buyer sees it when it is marked as visible. */
export const addOrderNote = (core: Core, actor: Actor, input: z.output<ShopContract['orders']['addNote']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const { text, customerVisible } = input;
  return transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    await logOrder(tx, order.id, actor, { kind: 'note', text, customerVisible });
    return readOrder(tx, order.id, actor);
  });
};
