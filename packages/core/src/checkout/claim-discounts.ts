import type { Answer, LockWaitPolicy, Tx } from '../kernel/index.ts';
import { claimPromoCodes } from '../pricing/index.ts';
import { claimCredits } from '../store-credit/index.ts';
import type { Drafted } from './placement.ts';

/**
 * Tx step: locks the promo codes and credits that orders use, and refuses those that are used up or do not suffice. Writes nothing. Refuses
 * with `PROMO_CODE_EXHAUSTED` and `INSUFFICIENT_CREDIT`.
 */
export const claimDiscounts = (tx: Tx, orders: readonly Drafted[], waitPolicy: LockWaitPolicy): Promise<Answer<true>[]> => {
  // Who waits for a lock keeps the order of locks, codes before credits. A batch does not wait, and an order without its credit must not
  // take the last use of a code from another one of the batch.
  const [first, second] = waitPolicy.skipLocked ? [claimCreditsOf, claimCodesOf] : [claimCodesOf, claimCreditsOf];
  return inSuccession(tx, orders, waitPolicy, first, second);
};

type Claim = (tx: Tx, orders: readonly Drafted[], waitPolicy: LockWaitPolicy) => Promise<Answer<true>[]>;

/** Both claims of each order: the second one only for orders that got the first. */
const inSuccession = async (
  tx: Tx,
  orders: readonly Drafted[],
  waitPolicy: LockWaitPolicy,
  first: Claim,
  second: Claim,
): Promise<Answer<true>[]> => {
  const answers = await first(tx, orders, waitPolicy);
  const going = orders.filter((_, i) => answers[i] === true);
  const rest = (await second(tx, going, waitPolicy)).values();
  return answers.map((answer) => (answer === true ? (rest.next().value ?? answer) : answer));
};

const claimCodesOf: Claim = (tx, orders, waitPolicy) =>
  claimPromoCodes(
    tx,
    orders.map(({ draft }) => draft.promo),
    waitPolicy,
  );

const claimCreditsOf: Claim = (tx, orders, waitPolicy) =>
  claimCredits(
    tx,
    orders.map(({ draft: { cart, credits } }) => ({ currency: cart.currency, userId: cart.userId, shares: credits })),
    waitPolicy,
  );
