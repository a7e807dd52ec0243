import type { OrderId } from '@cartwright/contracts';
import type { Actor, Tx } from '../kernel/index.ts';
import { lockCredits, lockSpentCredits } from './credit.locks.ts';
import { addReturnedAmounts, extendExpiries, moveCredits, type ReturnedPart } from './credit.store.ts';

/** The minimum number of days in which restored credit can be spent. */
const leastDays = 30;

/** Credit that was restored to one of its sources. */
export interface RestoredCredit {
  /** The id of the ledger entry. */
  readonly movementId: string;
  readonly amountCents: number;
}

/**
 * Tx step on a locked order: restores up to `upToCents` of the spent store credit to its sources, and never more than was spent; a repeat
 * finds nothing to restore. Also restores to disabled cards; an expired card, or one that expires soon, can be spent for 30 more days. The
 * number of statements is the same for any number of credits.
 */
export const restoreCredit = async (
  tx: Tx,
  orderId: OrderId,
  { upToCents = Number.MAX_SAFE_INTEGER, reason, actor }: { readonly upToCents?: number; readonly reason: string; readonly actor: Actor },
): Promise<RestoredCredit[]> => {
  const parts: ReturnedPart[] = [];
  let left = upToCents;
  for (const { creditId, leftCents } of await lockSpentCredits(tx, orderId)) {
    const amountCents = Math.min(left, leftCents);
    if (amountCents <= 0) break;
    left -= amountCents;
    parts.push({ creditId, amountCents });
  }
  if (parts.length === 0) return [];
  const creditIds = parts.map(({ creditId }) => creditId);
  // One statement changes all balances, in an order of its own: several are locked before, in the order of locks.
  if (parts.length > 1) await lockCredits(tx, creditIds, { skipLocked: false });
  await addReturnedAmounts(tx, orderId, parts);
  const movements = await moveCredits(
    tx,
    parts.map((part) => ({ ...part, kind: 'give_back', orderId, reason, actor })),
  );
  await extendExpiries(tx, creditIds, leastDays);
  return parts.map(({ creditId, amountCents }, i) => {
    const movement = movements[i];
    if (!movement) throw new Error(`Credit ${creditId} of order ${orderId} does not exist, or its balance is too large`);
    return { movementId: movement.id, amountCents };
  });
};
