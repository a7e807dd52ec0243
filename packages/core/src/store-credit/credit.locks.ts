/** Every row lock on store credit and on what orders spent of it. */
import type { OrderId, StoreCreditId } from '@cartwright/contracts';
import { anyId, type Tx } from '../kernel/index.ts';
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
/** Tx step: locks those of these credits that can be spent and that no other transaction has locked. */
export const lockFreeCredits = (
  tx: Tx,
  ids: readonly StoreCreditId[],
): Promise<{ id: StoreCreditId; balanceCents: number; currency: string; userId: string | null }[]> =>
  tx.db
    .selectFrom('store_credits as c')
    .select(['c.id', 'c.balanceCents', 'c.currency', 'c.userId'])
    .where('c.id', '=', anyId(ids))
    .where(spendable)
    .orderBy('c.id')
    .forNoKeyUpdate()
    .skipLocked()
    .$narrowType<{ id: StoreCreditId }>()
    .execute();
