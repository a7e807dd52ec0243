/** The only functions that write balances and the ledger, both in one statement. */
import type { OrderId, StoreCreditId, StoreCreditMovementKind } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

export interface Movement {
  readonly creditId: StoreCreditId;
  readonly kind: StoreCreditMovementKind;
  /** Negative for spending. */
  readonly amountCents: number;
  readonly actor: Actor;
  readonly orderId?: OrderId | null;
  readonly reason?: string | null;
}

/** SQL: whether a credit `c` can be spent, by the clock of the database. */
export const spendable = sql`c.state = 'active' and (c.expires_at is null or c.expires_at > now())`;

/**
 * Tx step: changes a balance and writes the ledger entry. The balance itself guards the update: returns null when not
 * enough is left, or `guard` does not hold for the credit `c`.
 */
export const moveCredit = async (tx: Tx, movement: Movement, guard: RawBuilder<unknown> = sql`true`): Promise<{ id: string } | null> => {
  const { creditId, kind, amountCents, actor, orderId = null, reason = null } = movement;
  const id = tx.ids.next();
  const { rows } = await sql<{ id: string }>`
    with moved as (
      update store_credits c set balance_cents = c.balance_cents + ${amountCents}::bigint, updated_at = now()
      where c.id = ${creditId} and c.balance_cents + ${amountCents}::bigint >= 0 and ${guard} returning c.id, c.balance_cents)
    insert into store_credit_movements (id, credit_id, kind, amount_cents, balance_cents, order_id, reason, actor)
    select ${id}, moved.id, ${kind}, ${amountCents}::bigint, moved.balance_cents, ${orderId}, ${reason}, ${actorName(actor)} from moved returning id`.execute(
    tx.db,
  );
  return rows[0] ?? null;
};
