/** Every row lock on store credit and on what orders spent of it. */
import type { OrderId, StoreCreditId } from '@cartwright/contracts';
import type { SqlBool } from 'kysely';
import { anyId, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { hasExpired, spendable } from './credit.queries.ts';

/** Tx step on a locked order: locks what it spent and did not get back, in the order of the credits. */
export const lockSpentCredits = (tx: Tx, orderId: OrderId): Promise<{ creditId: StoreCreditId; leftCents: number }[]> =>
  tx.db
    .selectFrom('order_credits')
    .select((eb) => ['creditId', eb('amountCents', '-', eb.ref('returnedCents')).as('leftCents')])
    .where('orderId', '=', orderId)
    .whereRef('returnedCents', '<', 'amountCents')
    .orderBy('creditId')
    .forNoKeyUpdate()
    .$narrowType<{ creditId: StoreCreditId }>()
    .execute();

/** Tx step: locks those of these credits that have expired with a balance and that no other transaction has locked. */
export const lockExpiredCredits = (tx: Tx, ids: readonly StoreCreditId[]): Promise<{ id: StoreCreditId; balanceCents: number }[]> =>
  tx.db
    .selectFrom('store_credits')
    .select(['id', 'balanceCents'])
    .where(hasExpired)
    .where('id', '=', anyId(ids))
    .orderBy('id')
    .forNoKeyUpdate()
    .skipLocked()
    .$narrowType<{ id: StoreCreditId }>()
    .execute();
/** A locked credit. */
export interface LockedCredit {
  readonly id: StoreCreditId;
  readonly balanceCents: number;
  readonly currency: string;
  /** The account whose credit it is; null for a gift card. */
  readonly userId: string | null;
  readonly spendable: SqlBool;
}

/** Tx step: locks credits in the order of their ids; with `skipLocked` those that no other transaction has locked. */
export const lockCredits = (tx: Tx, ids: readonly StoreCreditId[], { skipLocked }: LockWaitPolicy): Promise<LockedCredit[]> => {
  const credits = tx.db
    .selectFrom('store_credits as c')
    .select(['c.id', 'c.balanceCents', 'c.currency', 'c.userId', spendable.as('spendable')])
    .where('c.id', '=', anyId(ids))
    .orderBy('c.id')
    .forNoKeyUpdate()
    .$narrowType<{ id: StoreCreditId }>();
  return (skipLocked ? credits.skipLocked() : credits).execute();
};
