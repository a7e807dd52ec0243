import { formatMoney, type Currency, type ErrorDetails, type StoreCreditId, type UserId } from '@cartwright/contracts';
import { DomainError, lockedElsewhere, type Answer, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import type { CreditShare } from './cart.credits.ts';
import { lockCredits } from './credit.locks.ts';

/** What one order is about to take of gift cards and store credit. */
export interface CreditClaim {
  readonly currency: Currency;
  readonly userId: UserId | null;
  readonly shares: readonly CreditShare[];
}

/**
 * Tx step: locks the credits that orders are about to spend, and decides in the order of the claims which of them are covered, so that it
 * stays true until the commit. Writes nothing: `spendCredits` takes the amounts. One statement for any number of orders, none without
 * credits. Refuses with `INSUFFICIENT_CREDIT`; the details contain the remaining balance.
 */
export const claimCredits = async (tx: Tx, claims: readonly CreditClaim[], waitPolicy: LockWaitPolicy): Promise<Answer<true>[]> => {
  const creditIds = claims.flatMap(({ shares }) => shares.map(({ credit }) => credit.creditId));
  if (creditIds.length === 0) return claims.map(() => true);
  const credits = new Map((await lockCredits(tx, creditIds, waitPolicy)).map((credit) => [credit.id, credit]));
  const taken = new Map<StoreCreditId, number>();
  return claims.map(({ currency, userId, shares }) => {
    for (const { credit, cents } of shares) {
      const { creditId } = credit;
      const locked = credits.get(creditId);
      if (!locked && waitPolicy.skipLocked) return lockedElsewhere;
      const isTheirs = locked?.spendable && locked.currency === currency && (locked.userId === null || locked.userId === userId);
      const balanceCents = isTheirs ? locked.balanceCents : 0;
      const leftCents = balanceCents - (taken.get(creditId) ?? 0);
      if (cents <= leftCents) continue;
      // An order before this one of the batch may still be refused: then the balance suffices.
      if (waitPolicy.skipLocked && cents <= balanceCents) return lockedElsewhere;
      return insufficientCredit({ neededCents: cents, leftCents, currency, creditId });
    }
    for (const { credit, cents } of shares) taken.set(credit.creditId, (taken.get(credit.creditId) ?? 0) + cents);
    return true;
  });
};

/** The error for a gift card or store credit with a lower balance than expected. */
export const insufficientCredit = (details: ErrorDetails<'INSUFFICIENT_CREDIT'>): DomainError =>
  new DomainError(
    'INSUFFICIENT_CREDIT',
    `Gift cards and store credit cover only ${formatMoney(details.leftCents, details.currency)} ` +
      `of the ${formatMoney(details.neededCents, details.currency)} requested. ` +
      'Reload the cart, or send expectedCreditCents to pay with what is left.',
    { details },
  );
