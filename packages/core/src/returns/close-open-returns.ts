/** Tx steps that end a return without its goods. */
import type { OrderReturnId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import { releaseReturnUnits, type LineUnits, type OrderRow } from '../orders/index.ts';
import { returnFacts } from './return.locks.ts';

/** Refuses a locked return: its units are no longer spoken for. */
export const rejectReturn = async (tx: Tx, order: OrderRow, returnId: OrderReturnId, actor: Actor, note: string | null): Promise<void> => {
  await sql`
    update order_returns set status = 'rejected', decision_note = ${note}, decided_by = ${actorName(actor)}, decided_at = now() where id = ${returnId}`.execute(
    tx.db,
  );
  const { rows } =
    await sql<LineUnits>`select order_item_id as "orderItemId", quantity from order_return_lines where return_id = ${returnId}`.execute(
      tx.db,
    );
  await releaseReturnUnits(tx, rows);
  tx.outbox.add('return.rejected', returnId, returnFacts(order, returnId));
};

/** Ends the returns of a locked order that have not arrived: the order is cancelled, all of it comes back. */
export const closeOpenReturns = async (tx: Tx, order: OrderRow, actor: Actor): Promise<void> => {
  const { rows } = await sql<{ id: OrderReturnId }>`
    select id from order_returns where order_id = ${order.id} and status in ('requested', 'approved') order by id for no key update`.execute(
    tx.db,
  );
  for (const { id } of rows) await rejectReturn(tx, order, id, actor, 'The order was cancelled.');
};
