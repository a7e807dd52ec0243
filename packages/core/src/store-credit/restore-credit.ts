import type { OrderId } from '@cartwright/contracts';
import type { Actor, Tx } from '../kernel/index.ts';
import { lockSpentCredits } from './credit.locks.ts';
import { addReturnedAmount, extendExpiry, moveCredit } from './credit.store.ts';

/** The minimum number of days in which restored credit can be spent. */
const leastDays = 30;

export interface RestoredCredit {
  /** The id of the ledger entry. */
  readonly movementId: string;
  readonly amountCents: number;
}

/**
 * Tx step on a locked order: restores up to `upToCents` of the spent store credit to its sources, and never more than
 * was spent; a repeat finds nothing to restore. Also restores to disabled cards; an expired card, or one that expires
 * soon, can be spent for 30 more days.
 */
export const restoreCredit = async (
  tx: Tx,
  orderId: OrderId,
  { upToCents = Number.MAX_SAFE_INTEGER, reason, actor }: { readonly upToCents?: number; readonly reason: string; readonly actor: Actor },
): Promise<RestoredCredit[]> => {
  const given: RestoredCredit[] = [];
  let left = upToCents;
  for (const { creditId, leftCents } of await lockSpentCredits(tx, orderId)) {
    const amountCents = Math.min(left, leftCents);
    if (amountCents <= 0) break;
    left -= amountCents;
    await addReturnedAmount(tx, orderId, creditId, amountCents);
    const movement = await moveCredit(tx, { creditId, kind: 'give_back', amountCents, orderId, reason, actor });
    if (!movement) throw new Error(`Credit ${creditId} of order ${orderId} does not exist`);
    await extendExpiry(tx, creditId, leastDays);
    given.push({ movementId: movement.id, amountCents });
  }
  return given;
};
