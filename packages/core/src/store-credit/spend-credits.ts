import type { OrderId } from '@cartwright/contracts';
import type { Actor, Tx } from '../kernel/index.ts';
import type { CreditShare } from './cart.credits.ts';
import { insertOrderCredits, moveCredits } from './credit.store.ts';

/** What a new order takes of gift cards and store credit. */
export interface CreditSpending {
  readonly orderId: OrderId;
  readonly shares: readonly CreditShare[];
  readonly actor: Actor;
}

/** Tx step: spends the credits that `claimCredits` has found sufficient for new orders: two statements, none without credits. */
export const spendCredits = async (tx: Tx, spendings: readonly CreditSpending[]): Promise<void> => {
  const parts = spendings.flatMap(({ orderId, shares, actor }) =>
    shares.map(({ credit: { creditId }, cents }) => ({ orderId, creditId, amountCents: cents, actor })),
  );
  const moved = await moveCredits(
    tx,
    parts.map(({ amountCents, ...part }) => ({ ...part, kind: 'spend', amountCents: -amountCents })),
  );
  if (moved.includes(null)) throw new Error('A credit that was claimed does not suffice');
  await insertOrderCredits(tx, parts);
};
