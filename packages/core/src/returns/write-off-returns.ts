import type { Order, OrderReturnId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, plainWords, requireScope, system, transact, workOff, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readOrder, type OrderRow } from '../orders/index.ts';
import { lockReturn, type ReturnRow } from './return.locks.ts';
import { returnFacts } from './return.events.ts';
import { findOverdueReturns } from './return.queries.ts';
import { recordWriteOff } from './return.store.ts';

/** The most returns that one run of the worker looks at. */
const most = 1_000;

/**
 * Writes off units in transit that will not arrive. Units that arrive all the same can still be received. The second
 * call changes nothing. Throws `RETURN_NOT_IN_TRANSIT` for a return that is not in transit.
 */
export const writeOffReturn = (core: Core, actor: Actor, input: z.output<ShopContract['returns']['writeOff']['input']>): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  requireScope(actor, 'inventory:write');
  return transact(core, { once: { answers: true, again: (tx) => readReturned(tx, actor, input.returnId) } }, async (tx) => {
    const { order, back } = await lockReturn(tx, input.returnId);
    if (back.status !== 'written_off') {
      if (back.status !== 'in_transit')
        throw new DomainError(
          'RETURN_NOT_IN_TRANSIT',
          `Only a return in transit can be written off. This one is ${plainWords(back.status)}.`,
          {
            details: { status: back.status },
          },
        );
      await writeOff(tx, order, back, actor);
    }
    return readOrder(tx, order.id, actor);
  });
};

const readReturned = async (tx: Tx, actor: Actor, returnId: OrderReturnId): Promise<Order> =>
  readOrder(tx, (await lockReturn(tx, returnId)).order.id, actor);

/** Writes off units that did not arrive in time. Returns the number of returns. */
export const writeOffOverdueReturns = async (core: Core): Promise<number> => {
  const overdue = await findOverdueReturns(core, most);
  return workOff(core, overdue, { what: 'the write-off of a return', atOnce: 2 }, ({ id }) =>
    transact(core, async (tx) => {
      const { order, back } = await lockReturn(tx, id);
      if (back.status !== 'in_transit') return false;
      await writeOff(tx, order, back, system('returns'));
      return true;
    }),
  );
};

const writeOff = async (tx: Tx, order: OrderRow, back: ReturnRow, actor: Actor): Promise<void> => {
  await recordWriteOff(tx, back, actor);
  tx.outbox.add('return.written_off', back.id, returnFacts(order, back.id));
};
