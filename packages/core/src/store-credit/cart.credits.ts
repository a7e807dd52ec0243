/** What is on a cart to pay it with, and how much of a total it pays. */
import type { CartCredit, CreditCover } from '@cartwright/contracts';
import { sql } from 'kysely';
import { spendable } from './credit.ledger.ts';

/** A credit on a cart: what the buyer counted on when they put it there, and what is left now. */
export interface AppliedCredit extends Omit<CartCredit, 'coversCents'> {
  readonly seenCents: number;
}

/** The column of a cart's row that lists them: those that run out first come first, the account's own last. */
export const appliedCreditsColumn = sql`coalesce((select json_agg(json_build_object('creditId', c.id, 'kind', c.kind, 'lastFour', c.last_four, 'seenCents', x."seenCents",
    'leftCents', case when ${spendable} then c.balance_cents else 0 end) order by c.kind = 'account', c.expires_at nulls last, c.id)
  from jsonb_to_recordset(carts.credits) as x("creditId" uuid, "seenCents" bigint) join store_credits c on c.id = x."creditId" and c.currency = carts.currency), '[]') as credits`;

/** How much each pays of an amount, one after the other, by what may be taken of it. Pure. */
const share = (
  amountCents: number,
  credits: readonly AppliedCredit[],
  available: (credit: AppliedCredit) => number,
): { credit: AppliedCredit; cents: number }[] => {
  let left = amountCents;
  return credits.map((credit) => {
    const cents = Math.min(left, available(credit));
    left -= cents;
    return { credit, cents };
  });
};

/** What the credits on a cart pay of a total as things stand: never more than the buyer counted on, nor than is left. Pure. */
export const coverOf = (totalCents: number, credits: readonly AppliedCredit[]): CreditCover => {
  const shares = share(totalCents, credits, ({ seenCents, leftCents }) => Math.min(seenCents, leftCents));
  const creditCents = shares.reduce((sum, { cents }) => sum + cents, 0);
  return {
    credits: shares.map(({ credit: { seenCents: _, ...credit }, cents }) => ({ ...credit, coversCents: cents })),
    creditCents,
    dueCents: totalCents - creditCents,
  };
};

/** What an order takes of one credit. */
export interface CreditShare {
  readonly credit: AppliedCredit;
  readonly cents: number;
}

/**
 * What an order of this total takes of each credit on its cart. Told what the buyer expects them to pay, it is that
 * much, of what is left now; otherwise what they counted on when they put them on the cart, even if less is left by
 * now: taking it tells. Pure.
 */
export const planCredits = (totalCents: number, credits: readonly AppliedCredit[], expectedCents?: number): CreditShare[] => {
  const wanted = Math.min(totalCents, expectedCents ?? totalCents);
  const shares = share(wanted, credits, expectedCents === undefined ? ({ seenCents }) => seenCents : ({ leftCents }) => leftCents);
  return shares.filter(({ cents }) => cents > 0);
};
