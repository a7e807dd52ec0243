import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, plainWords, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { readOrder } from '../orders/index.ts';
import { rejectReturn } from './reject-return.ts';
import { lockReturn } from './return.locks.ts';
import { returnFacts } from './return.events.ts';
import { recordDecision } from './return.store.ts';

/**
 * Approves or refuses a requested return; an approved one can still be refused until it arrives. Refused units stay
 * with the buyer and can be in a new request. Throws `RETURN_ALREADY_DECIDED` after that.
 */
export const decideReturn = (core: Core, actor: Actor, input: z.output<ShopContract['returns']['decide']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const { approve, note = null } = input;
  return transact(
    core,
    { once: { answers: true, again: async (tx) => readOrder(tx, (await lockReturn(tx, input.returnId)).order.id, actor) } },
    async (tx) => {
      const { order, back } = await lockReturn(tx, input.returnId);
      const open = back.status === 'requested' || (back.status === 'approved' && !approve);
      if (!open)
        throw new DomainError('RETURN_ALREADY_DECIDED', `This return is already ${plainWords(back.status)}.`, {
          details: { status: back.status },
        });
      if (approve) {
        await recordDecision(tx, back, 'approved', actor, note);
        tx.outbox.add('return.approved', back.id, returnFacts(order, back.id));
      } else await rejectReturn(tx, order, back, actor, note);
      return readOrder(tx, order.id, actor);
    },
  );
};
