import type { Actor, Tx } from '../kernel/index.ts';
import { releaseReturnUnits, type OrderRow } from '../orders/index.ts';
import type { ReturnRow } from './return.locks.ts';
import { returnFacts } from './return.events.ts';
import { readReturnUnits } from './return.queries.ts';
import { recordDecision } from './return.store.ts';

/** Tx step: refuses a locked return. Its units stay with the buyer and can be in a new request. */
export const rejectReturn = async (tx: Tx, order: OrderRow, back: ReturnRow, actor: Actor, note: string | null): Promise<void> => {
  await recordDecision(tx, back, 'rejected', actor, note);
  await releaseReturnUnits(tx, await readReturnUnits(tx, back.id));
  tx.outbox.add('return.rejected', back.id, returnFacts(order, back.id));
};
