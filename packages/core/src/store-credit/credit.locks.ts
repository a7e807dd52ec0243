/** Every row lock on store credit and on what orders spent of it. */
import type { OrderId, StoreCreditId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step on a locked order: locks what it spent and did not get back, in the order of the credits. */
export const lockSpentCredits = async (tx: Tx, orderId: OrderId): Promise<{ creditId: StoreCreditId; leftCents: number }[]> => {
  const { rows } = await sql<{ creditId: StoreCreditId; leftCents: number }>`
    select credit_id as "creditId", amount_cents - returned_cents as "leftCents" from order_credits
    where order_id = ${orderId} and returned_cents < amount_cents order by credit_id for no key update`.execute(tx.db);
  return rows;
};

/** Tx step: locks those of these credits that meet the condition and that no other transaction has locked. */
export const lockFreeCredits = async (
  tx: Tx,
  ids: readonly StoreCreditId[],
  which: RawBuilder<unknown>,
): Promise<{ id: StoreCreditId; balanceCents: number }[]> => {
  const { rows } = await sql<{ id: StoreCreditId; balanceCents: number }>`
    select id, balance_cents as "balanceCents" from store_credits where ${which} and id = any(${ids}::uuid[]) order by id for no key update skip locked`.execute(
    tx.db,
  );
  return rows;
};
