/**
 * Writes `store_credits`, `store_credit_movements` and `order_credits`. A balance changes only together with its ledger entry, in one
 * statement.
 */
import type { Currency, OrderId, StoreCredit, StoreCreditId, StoreCreditMovementKind, UserId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, daysFromNow, now, type Actor, type Tx } from '../kernel/index.ts';

export interface Movement {
  readonly creditId: StoreCreditId;
  readonly kind: StoreCreditMovementKind;
  /** Negative for spending. */
  readonly amountCents: number;
  readonly actor: Actor;
  readonly orderId?: OrderId | null;
  readonly reason?: string | null;
}

/**
 * Tx step: changes a balance and writes the ledger entry. The balance itself guards the update: returns null when not
 * enough is left, or `guard` does not hold for the credit `c`.
 */
export const moveCredit = async (
  tx: Tx,
  movement: Movement,
  guard: RawBuilder<unknown> = sql.lit(true),
): Promise<{ id: string } | null> => {
  const { creditId, kind, amountCents, actor, orderId = null, reason = null } = movement;
  const id = tx.ids.next();
  const { rows } = await sql<{ id: string }>`
    with moved as (
      update store_credits c set balance_cents = c.balance_cents + ${amountCents}::bigint, updated_at = now()
      where c.id = ${creditId} and c.balance_cents + ${amountCents}::bigint >= 0 and ${guard} returning c.id, c.balance_cents)
    insert into store_credit_movements (id, credit_id, kind, amount_cents, balance_cents, order_id, reason, actor)
    select ${id}, moved.id, ${kind}, ${amountCents}::bigint, moved.balance_cents, ${orderId}, ${reason}, ${actorName(actor)}
    from moved returning id`.execute(tx.db);
  return rows[0] ?? null;
};

export interface NewGiftCard {
  readonly id: StoreCreditId;
  readonly codeHash: string;
  /** The last four characters of its code. */
  readonly lastFour: string;
  readonly currency: Currency;
  readonly expiresAt: string | null;
  readonly note: string | null;
}

/** Tx step: inserts a gift card with a balance of 0. Returns false, and inserts nothing, for an expiry in the past. */
export const insertGiftCard = async (tx: Tx, { id, codeHash, lastFour, currency, expiresAt, note }: NewGiftCard): Promise<boolean> => {
  const { rows } = await sql`
      insert into store_credits (id, kind, code_hash, last_four, currency, balance_cents, expires_at, note)
      select ${id}, 'gift_card', ${codeHash}, ${lastFour}, ${currency}, 0, ${expiresAt}::timestamptz, ${note}
      where ${expiresAt}::timestamptz is null or ${expiresAt}::timestamptz > now() returning id`.execute(tx.db);
  return rows.length > 0;
};

/** Tx step: the one credit of an account in a currency; created with a balance of 0 by the first call. */
export const ensureAccountCredit = async (
  tx: Tx,
  { userId, currency }: { readonly userId: UserId; readonly currency: Currency },
): Promise<StoreCreditId> => {
  const { id } = await tx.db
    .insertInto('store_credits')
    .values({ id: tx.ids.next(), kind: 'account', userId, currency, balanceCents: 0 })
    // A literal, as in the index that keeps the credit unique.
    .onConflict((on) => on.columns(['userId', 'currency']).where('kind', '=', sql.lit('account')).doUpdateSet({ updatedAt: now }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return id as StoreCreditId;
};

/** Tx step: disables or enables a credit; changes nothing when it is in this state. */
export const writeCreditState = async (tx: Tx, creditId: StoreCreditId, state: StoreCredit['state']): Promise<void> => {
  await tx.db.updateTable('store_credits').set({ state, updatedAt: now }).where('id', '=', creditId).where('state', '<>', state).execute();
};

/** Tx step: moves the expiry of a credit to at least `days` from now; a credit without an expiry keeps none. */
export const extendExpiry = async (tx: Tx, creditId: StoreCreditId, days: number): Promise<void> => {
  await tx.db
    .updateTable('store_credits')
    .set((eb) => ({ expiresAt: eb.fn('greatest', ['expiresAt', daysFromNow(days)]) }))
    .where('id', '=', creditId)
    .where('expiresAt', 'is not', null)
    .execute();
};

/** Tx step: records the amounts that an order takes of credits, at least one. */
export const insertOrderCredits = async (
  tx: Tx,
  orderId: OrderId,
  parts: readonly { readonly creditId: StoreCreditId; readonly amountCents: number }[],
): Promise<void> => {
  await tx.db
    .insertInto('order_credits')
    .values(parts.map(({ creditId, amountCents }) => ({ orderId, creditId, amountCents })))
    .execute();
};

/** Tx step: adds to the amount that an order gave back to one of its credits. The database refuses more than the order took. */
export const addReturnedAmount = async (tx: Tx, orderId: OrderId, creditId: StoreCreditId, amountCents: number): Promise<void> => {
  await tx.db
    .updateTable('order_credits')
    .set((eb) => ({ returnedCents: eb('returnedCents', '+', amountCents) }))
    .where('orderId', '=', orderId)
    .where('creditId', '=', creditId)
    .execute();
};
