import type { Answer, LockWaitPolicy, Tx } from '../kernel/index.ts';
import { claimPromoCodes } from '../pricing/index.ts';
import { claimCredits } from '../store-credit/index.ts';
import type { Drafted } from './placement.ts';

/**
 * Tx step: locks the credits and promo codes that orders use, in this order, and refuses those that do not suffice or are used up. Writes
 * nothing. Refuses with `INSUFFICIENT_CREDIT` and `PROMO_CODE_EXHAUSTED`.
 */
export const claimDiscounts = async (tx: Tx, orders: readonly Drafted[], waitPolicy: LockWaitPolicy): Promise<Answer<true>[]> => {
  const credits = await claimCredits(
    tx,
    orders.map(
      ({
        draft: {
          cart: { currency, userId },
          credits: shares,
        },
      }) => ({ currency, userId, shares }),
    ),
    waitPolicy,
  );
  // An order without its credit does not use its code.
  const codes = await claimPromoCodes(
    tx,
    orders.map(({ draft }, i) => (credits[i] === true ? draft.promo : null)),
    waitPolicy,
  );
  return credits.map((answer, i) => (answer === true ? (codes[i] ?? answer) : answer));
};
