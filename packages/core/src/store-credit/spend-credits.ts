import { formatMoney, type Currency, type OrderId, type UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Actor, type Tx } from '../kernel/index.ts';
import type { CreditShare } from './cart.credits.ts';
import { spendable } from './credit.queries.ts';
import { insertOrderCredits, moveCredit } from './credit.store.ts';

interface PayingOrder {
  readonly id: OrderId;
  readonly currency: Currency;
  readonly userId: UserId | null;
}

/**
 * Tx step: spends the credits that pay a new order, in the order of their ids, each in one guarded statement. Throws
 * `INSUFFICIENT_CREDIT` when another order was faster; the details contain the remaining balance.
 */
export const spendCredits = async (tx: Tx, order: PayingOrder, shares: readonly CreditShare[], actor: Actor): Promise<void> => {
  if (shares.length === 0) return;
  const mine = sql`${spendable} and c.currency = ${order.currency} and (c.user_id is null or c.user_id = ${order.userId}::uuid)`;
  for (const share of shares.toSorted((a, b) => (a.credit.creditId < b.credit.creditId ? -1 : 1))) {
    const { creditId } = share.credit;
    const taken = await moveCredit(tx, { creditId, kind: 'spend', amountCents: -share.cents, orderId: order.id, actor }, mine);
    if (!taken) throw await insufficient(tx, order, share);
  }
  await insertOrderCredits(
    tx,
    order.id,
    shares.map(({ credit, cents }) => ({ creditId: credit.creditId, amountCents: cents })),
  );
};

const insufficient = async (tx: Tx, { currency }: PayingOrder, { credit, cents }: CreditShare): Promise<DomainError> => {
  const { creditId, kind, lastFour } = credit;
  const left = await tx.db
    .selectFrom('store_credits as c')
    .select('c.balanceCents')
    .where('c.id', '=', creditId)
    .where(spendable)
    .executeTakeFirst();
  return insufficientCredit({ creditId, kind, lastFour, neededCents: cents, leftCents: left?.balanceCents ?? 0, currency });
};

/** The error for a gift card or store credit with a lower balance than expected. */
export const insufficientCredit = (details: {
  readonly neededCents: number;
  readonly leftCents: number;
  readonly currency: Currency;
  readonly [fact: string]: unknown;
}): DomainError =>
  new DomainError(
    'INSUFFICIENT_CREDIT',
    `Gift cards and store credit cover only ${formatMoney(details.leftCents, details.currency)} ` +
      `of the ${formatMoney(details.neededCents, details.currency)} requested. ` +
      'Reload the cart, or send expectedCreditCents to pay with what is left.',
    { details },
  );
