import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hasScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertMaySee, claimReturnUnits, lockOrder, ownsOrder, readOrder, statusInWords, type OrderRow } from '../orders/index.ts';
import { returnFacts } from './return.events.ts';
import { insertReturn } from './return.store.ts';

type Input = z.output<ShopContract['returns']['request']['input']>;

/**
 * Requests a return: the buyer once the order is delivered; staff as soon as the units are shipped, and then approved
 * at once. Throws `QUANTITY_EXCEEDS_ORDER` for units that were not shipped or are in another return.
 */
export const requestReturn = (core: Core, actor: Actor, input: Input): Promise<Order> =>
  transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId, actor);
    const staff = hasScope(actor, 'orders:manage');
    assertMayRequest(order, actor, staff);
    await claimReturnUnits(tx, order.id, input.items);
    const returnId = await insertReturn(
      tx,
      { orderId: order.id, reason: input.reason, lines: input.items, requestedBy: actor },
      staff ? actor : null,
    );
    tx.outbox.add('return.requested', returnId, returnFacts(order, returnId));
    if (staff) tx.outbox.add('return.approved', returnId, returnFacts(order, returnId));
    return readOrder(tx, order.id, actor);
  });

const assertMayRequest = (order: OrderRow, actor: Actor, staff: boolean): void => {
  assertMaySee(order, actor);
  if (!staff && !ownsOrder(order, actor))
    throw new DomainError('FORBIDDEN', 'This account can view the order but cannot return it.', { details: { scope: 'orders:manage' } });
  const details = { status: order.status };
  if (!staff && order.status !== 'delivered')
    throw new DomainError('ORDER_NOT_RETURNABLE', `Only a delivered order can be returned. This one is ${statusInWords(order)}.`, {
      details,
    });
  if (order.status === 'cancelled') throw new DomainError('ORDER_NOT_RETURNABLE', 'A cancelled order cannot be returned.', { details });
};
