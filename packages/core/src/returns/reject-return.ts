import { sql } from 'kysely';
import type { Actor, Tx } from '../kernel/index.ts';
import { releaseReturnUnits, type LineUnits, type OrderRow } from '../orders/index.ts';
import { returnFacts, type ReturnRow } from './return.locks.ts';
import { recordDecision } from './return.store.ts';

/** Tx step: refuses a locked return. Its units stay with the buyer and can be in a new request. */
export const rejectReturn = async (tx: Tx, order: OrderRow, back: ReturnRow, actor: Actor, note: string | null): Promise<void> => {
  await recordDecision(tx, back, 'rejected', actor, note);
  const { rows } =
    await sql<LineUnits>`select order_item_id as "orderItemId", quantity from order_return_lines where return_id = ${back.id}`.execute(
      tx.db,
    );
  await releaseReturnUnits(tx, rows);
  tx.outbox.add('return.rejected', back.id, returnFacts(order, back.id));
};
