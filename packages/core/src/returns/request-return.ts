import type { Order, OrderReturnId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { actorName, DomainError, hasScope, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertMaySee, claimReturnUnits, lockOrder, ownsOrder, readOrder, type OrderRow } from '../orders/index.ts';
import { returnFacts } from './return.locks.ts';

type Input = z.output<ShopContract['returns']['request']['input']>;

/**
 * Asks to send units back: the buyer once the order is delivered, staff as soon as they have left, approved at
 * once then. Throws `QUANTITY_EXCEEDS_ORDER` for units that have not left or that another return speaks for.
 */
export const requestReturn = (core: Core, actor: Actor, input: Input): Promise<Order> =>
  transactOnce(core, { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    const staff = hasScope(actor, 'orders:manage');
    assertMayRequest(order, actor, staff);
    await claimReturnUnits(tx, order.id, input.items);
    const returnId = await insertReturn(tx, order, actor, input, staff);
    tx.outbox.add('return.requested', returnId, returnFacts(order, returnId));
    if (staff) tx.outbox.add('return.approved', returnId, returnFacts(order, returnId));
    return readOrder(tx, order.id, actor);
  });

const assertMayRequest = (order: OrderRow, actor: Actor, staff: boolean): void => {
  assertMaySee(order, actor);
  if (!staff && !ownsOrder(order, actor)) throw new DomainError('FORBIDDEN', 'This account may see the order but not send it back.');
  const details = { status: order.status };
  if (!staff && order.status !== 'delivered')
    throw new DomainError('INVALID_STATE', 'An order can be sent back once it is delivered.', { details });
  if (order.status === 'cancelled') throw new DomainError('INVALID_STATE', 'A cancelled order has nothing to send back.', { details });
};

const insertReturn = async (tx: Tx, order: OrderRow, actor: Actor, input: Input, approved: boolean): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      id,
      order_id: order.id,
      reason_sealed: tx.sealer.seal(['order_returns', 'reason_sealed', id], input.reason),
      requested_by: actorName(actor),
      ...(approved && { status: 'approved' as const, decided_by: actorName(actor), decided_at: sql<Date>`now()` }),
    })
    .execute();
  await tx.db
    .insertInto('order_return_lines')
    .values(input.items.map((line) => ({ return_id: id, order_item_id: line.orderItemId, quantity: line.quantity })))
    .execute();
  return id;
};
