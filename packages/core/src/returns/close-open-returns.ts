/** Tx steps that end a return without its goods. */
import { sql } from 'kysely';
import type { Actor, Tx } from '../kernel/index.ts';
import { releaseReturnUnits, type LineUnits, type OrderRow } from '../orders/index.ts';
import { returnFacts, type ReturnRow } from './return.locks.ts';
import { recordDecision } from './return.state.ts';

/** Refuses a locked return: its units are no longer spoken for. */
export const rejectReturn = async (tx: Tx, order: OrderRow, back: ReturnRow, actor: Actor, note: string | null): Promise<void> => {
  await recordDecision(tx, back, 'rejected', actor, note);
  const { rows } =
    await sql<LineUnits>`select order_item_id as "orderItemId", quantity from order_return_lines where return_id = ${back.id}`.execute(
      tx.db,
    );
  await releaseReturnUnits(tx, rows);
  tx.outbox.add('return.rejected', back.id, returnFacts(order, back.id));
};

/** Ends the returns of a locked order that have not arrived: the order is cancelled, all of it comes back. */
export const closeOpenReturns = async (tx: Tx, order: OrderRow, actor: Actor): Promise<void> => {
  const { rows } = await sql<ReturnRow>`
    select id, status from order_returns where order_id = ${order.id} and status in ('requested', 'approved') order by id for no key update`.execute(
    tx.db,
  );
  for (const back of rows) await rejectReturn(tx, order, back, actor, 'The order was cancelled.');
};
