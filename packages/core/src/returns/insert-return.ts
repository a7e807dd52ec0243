import type { OrderId, OrderItemId, OrderReturnId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import type { LineUnits } from '../orders/index.ts';
import type { ReturnRow } from './return.locks.ts';

export interface NewReturn {
  readonly orderId: OrderId;
  readonly reason: string;
  readonly lines: readonly LineUnits[];
  /** Who requested it; the shop itself when an order was cancelled. */
  readonly requestedBy: Actor;
}

/** Tx step on a locked order: a return that waits for a decision; with `approvedBy` it is decided at once. */
export const insertReturn = async (tx: Tx, fresh: NewReturn, approvedBy: Actor | null = null): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      ...columnsOf(tx, id, fresh),
      ...(approvedBy && { status: 'approved' as const, decided_by: actorName(approvedBy), decided_at: sql<Date>`now()` }),
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** Tx step on a locked order: units in transit, expected for `returnTransitDays`. */
export const insertTransit = async (tx: Tx, fresh: NewReturn): Promise<OrderReturnId> => {
  const id = tx.ids.next<OrderReturnId>();
  await tx.db
    .insertInto('order_returns')
    .values({
      ...columnsOf(tx, id, fresh),
      status: 'in_transit',
      decided_by: actorName(fresh.requestedBy),
      decided_at: sql<Date>`now()`,
      due_at: sql<Date>`now() + make_interval(days => ${tx.config.returnTransitDays})`,
    })
    .execute();
  await insertLines(tx, id, fresh.lines);
  return id;
};

/** Tx step on a locked return: moves units that did not arrive with the others to a return of their own, in the same state. */
export const insertRest = async (tx: Tx, of: ReturnRow, fresh: NewReturn): Promise<void> => {
  const id = tx.ids.next<OrderReturnId>();
  const { reason_sealed: reasonSealed } = columnsOf(tx, id, fresh);
  await sql`
    insert into order_returns (id, order_id, status, reason_sealed, requested_by, decided_by, decided_at, due_at, written_off_at, written_off_by)
    select ${id}, order_id, ${of.status}, ${reasonSealed}, ${actorName(fresh.requestedBy)}, decided_by, decided_at, due_at, written_off_at, written_off_by
    from order_returns where id = ${of.id}`.execute(tx.db);
  await insertLines(tx, id, fresh.lines);
};

const columnsOf = (tx: Tx, id: OrderReturnId, { orderId, reason, requestedBy }: NewReturn) => ({
  id,
  order_id: orderId,
  reason_sealed: tx.sealer.seal(['order_returns', 'reason_sealed', id], reason),
  requested_by: actorName(requestedBy),
});

const insertLines = async (
  tx: Tx,
  returnId: OrderReturnId,
  lines: readonly { orderItemId: OrderItemId; quantity: number }[],
): Promise<void> => {
  await tx.db
    .insertInto('order_return_lines')
    .values(lines.map(({ orderItemId, quantity }) => ({ return_id: returnId, order_item_id: orderItemId, quantity })))
    .execute();
};
