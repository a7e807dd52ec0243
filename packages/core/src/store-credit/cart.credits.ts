/** The credits that pay a cart, and the share of a total that each pays. */
import type { CartCredit, CreditCover } from '@cartwright/contracts';
import { sql } from 'kysely';
import { spendable } from './credit.queries.ts';

/** A credit on a cart: the balance when it was applied, and the present balance. */
export interface AppliedCredit extends Omit<CartCredit, 'coversCents'> {
  readonly seenCents: number;
}

/** SQL: the column of a cart's row that lists its credits: those that expire first come first, the account's store credit last. */
export const appliedCreditsColumn = sql`coalesce((
    select json_agg(json_build_object('creditId', c.id, 'kind', c.kind, 'lastFour', c.last_four, 'seenCents', x."seenCents",
      'leftCents', case when ${spendable} then c.balance_cents else 0 end) order by c.kind = 'account', c.expires_at nulls last, c.id)
    from jsonb_to_recordset(carts.credits) as x("creditId" uuid, "seenCents" bigint)
    join store_credits c on c.id = x."creditId" and c.currency = carts.currency), '[]') as credits`;

/** The share of an amount that each credit pays in turn, limited by its own amount. Pure. */
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

/** How much of a total the credits of a cart cover now: never more than the buyer was shown, nor than the balance. Pure. */
export const coverOf = (totalCents: number, credits: readonly AppliedCredit[]): CreditCover => {
  const shares = share(totalCents, credits, ({ seenCents, leftCents }) => Math.min(seenCents, leftCents));
  const creditCents = shares.reduce((sum, { cents }) => sum + cents, 0);
  return {
    credits: shares.map(({ credit: { seenCents: _, ...credit }, cents }) => ({ ...credit, coversCents: cents })),
    creditCents,
    dueCents: totalCents - creditCents,
  };
};

/** The amount that an order takes of one credit. */
export interface CreditShare {
  readonly credit: AppliedCredit;
  readonly cents: number;
}

/**
 * How much an order of this total takes of each credit of its cart. With `expectedCents`, that amount from the present
 * balances; otherwise the balances when the credits were applied, even if less is left: spending then fails. Pure.
 */
export const planCredits = (totalCents: number, credits: readonly AppliedCredit[], expectedCents?: number): CreditShare[] => {
  const wanted = Math.min(totalCents, expectedCents ?? totalCents);
  const shares = share(wanted, credits, expectedCents === undefined ? ({ seenCents }) => seenCents : ({ leftCents }) => leftCents);
  return shares.filter(({ cents }) => cents > 0);
};
