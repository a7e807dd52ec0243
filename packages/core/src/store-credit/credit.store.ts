/**
 * Writes `store_credits`, `store_credit_movements` and `order_credits`. A balance changes only together with its ledger entry, in one
 * statement.
 */
import type { Currency, OrderId, StoreCredit, StoreCreditId, StoreCreditMovementKind, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, anyId, daysFromNow, insertRows, now, rowsAs, type Actor, type Tx } from '../kernel/index.ts';

/** A change of the balance of a credit. */
export interface Movement {
  readonly creditId: StoreCreditId;
  readonly kind: StoreCreditMovementKind;
  /** Negative for spending. */
  readonly amountCents: number;
  readonly actor: Actor;
  readonly orderId?: OrderId | null;
  readonly reason?: string | null;
}

const movementColumns = {
  id: 'uuid',
  n: 'int',
  creditId: 'uuid',
  kind: 'text',
  amountCents: 'bigint',
  orderId: 'uuid',
  reason: 'text',
  actor: 'text',
} as const;

/**
 * Tx step: changes balances and writes the ledger entries, in the given order, in one statement for any number. A balance that does not
 * suffice for all movements of its credit, or would become too large for exact numbers, stays: they are answered with null. Callers that
 * move several credits have locked them.
 */
export const moveCredits = async (tx: Tx, movements: readonly Movement[]): Promise<({ readonly id: string } | null)[]> => {
  if (movements.length === 0) return [];
  const wanted = movements.map(({ actor, orderId = null, reason = null, ...movement }, n) => ({
    id: tx.ids.next(),
    n,
    ...movement,
    orderId,
    reason,
    actor: actorName(actor),
  }));
  const { rows } = await sql<{ id: string }>`
    with wanted as (select * from ${rowsAs('w', wanted, movementColumns)}),
    sums as (select credit_id, sum(amount_cents)::bigint as cents from wanted group by credit_id),
    moved as (
      update store_credits c set balance_cents = c.balance_cents + s.cents, updated_at = now() from sums s
      where c.id = s.credit_id and c.balance_cents + s.cents between 0 and ${Number.MAX_SAFE_INTEGER}
      returning c.id, c.balance_cents - s.cents as before)
    insert into store_credit_movements (id, credit_id, kind, amount_cents, balance_cents, order_id, reason, actor)
    select w.id, w.credit_id, w.kind, w.amount_cents, m.before + sum(w.amount_cents) over (partition by w.credit_id order by w.n),
      w.order_id, w.reason, w.actor
    from wanted w join moved m on m.id = w.credit_id returning id`.execute(tx.db);
  const written = new Set(rows.map(({ id }) => id));
  return wanted.map(({ id }) => (written.has(id) ? { id } : null));
};

/** `moveCredits` for one; null when the balance does not suffice, or would become too large. */
export const moveCredit = async (tx: Tx, movement: Movement): Promise<{ readonly id: string } | null> => {
  const [moved = null] = await moveCredits(tx, [movement]);
  return moved;
};

/** A gift card to issue. */
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

/** Tx step: moves the expiry of credits to at least `days` from now; a credit without an expiry keeps none. */
export const extendExpiries = async (tx: Tx, creditIds: readonly StoreCreditId[], days: number): Promise<void> => {
  await tx.db
    .updateTable('store_credits')
    .set((eb) => ({ expiresAt: eb.fn('greatest', ['expiresAt', daysFromNow(days)]) }))
    .where('id', '=', anyId(creditIds))
    .where('expiresAt', 'is not', null)
    .execute();
};

/** Tx step: records the amounts that orders take of credits, in one statement for any number. */
export const insertOrderCredits = (
  tx: Tx,
  parts: readonly { readonly orderId: OrderId; readonly creditId: StoreCreditId; readonly amountCents: number }[],
): Promise<void> =>
  insertRows(
    tx,
    'order_credits',
    parts.map(({ orderId, creditId, amountCents }) => ({ orderId, creditId, amountCents })),
  );

/** What an order gives back to one of its credits. */
export interface ReturnedPart {
  readonly creditId: StoreCreditId;
  readonly amountCents: number;
}

/** Tx step: adds to the amounts that an order gave back to its credits. The database refuses more than the order took. */
export const addReturnedAmounts = async (tx: Tx, orderId: OrderId, parts: readonly ReturnedPart[]): Promise<void> => {
  await tx.db
    .updateTable('order_credits as c')
    .from(rowsAs('part', parts, { creditId: 'uuid', amountCents: 'bigint' }))
    .set((eb) => ({ returnedCents: eb('c.returnedCents', '+', eb.ref('part.amountCents')) }))
    .where('c.orderId', '=', orderId)
    .whereRef('c.creditId', '=', 'part.creditId')
    .execute();
};
