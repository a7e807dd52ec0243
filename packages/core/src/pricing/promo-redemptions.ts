/** Tx steps that count the uses of a promo code exactly under concurrency. */
import type { OrderId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, json, type Reader, type Tx } from '../kernel/index.ts';
import type { CodeUse } from './code-use.ts';

/**
 * Counts one use of a promo code for an order that got a discount from it. The row lock of the counter update makes the
 * per-person count exact as well. Throws `COUPON_EXHAUSTED`.
 */
export const redeemPromo = async (
  tx: Tx,
  use: {
    readonly code: string;
    readonly orderId: OrderId;
    readonly userId: UserId | null;
    /** Keyed hash of the buyer's e-mail address: the same person with and without an account counts once. */
    readonly identity: string;
    readonly reduction: CodeUse;
  },
): Promise<void> => {
  const counted = await sql<{ id: string; perCustomerLimit: number | null }>`
    update promo_codes set used_count = used_count + 1
    where code = ${use.code} and active and (starts_at is null or starts_at <= now()) and (ends_at is null or ends_at > now())
      and (usage_limit is null or used_count < usage_limit)
    returning id, per_customer_limit as "perCustomerLimit"`.execute(tx.db);
  const promo = counted.rows[0];
  const refuse = () =>
    new DomainError('COUPON_EXHAUSTED', `The promo code ${use.code} can no longer be used. Remove it from the cart to continue.`, {
      details: { code: use.code },
    });
  if (!promo) throw refuse();
  if (promo.perCustomerLimit !== null) {
    const used = await sql<{ n: number }>`
      select count(*)::int as n from promo_redemptions where promo_code_id = ${promo.id} and (identity = ${use.identity} or user_id = ${use.userId}) and state = 'redeemed'`.execute(
      tx.db,
    );
    if ((used.rows[0]?.n ?? 0) >= promo.perCustomerLimit) throw refuse();
  }
  await tx.db
    .insertInto('promo_redemptions')
    .values({
      id: tx.ids.next(),
      promo_code_id: promo.id,
      order_id: use.orderId,
      user_id: use.userId,
      identity: use.identity,
      ...toColumns(use.reduction),
    })
    .execute();
};

const toColumns = ({ reducedCents, unitCents, shippingCents }: CodeUse) => ({
  reduced_cents: reducedCents,
  reduction: json({ unitCents, shippingCents }),
});

/** The discount of the promo code of an order; null for an order without a use, and for older orders without that record. */
export const findPromoReduction = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<CodeUse | null> => {
  const { rows } = await sql<{ reducedCents: number; reduction: Omit<CodeUse, 'reducedCents'> }>`
    select reduced_cents as "reducedCents", reduction from promo_redemptions
    where order_id = ${orderId} and state = 'redeemed' and reduction is not null`.execute(db);
  return rows[0] ? { reducedCents: rows[0].reducedCents, ...rows[0].reduction } : null;
};

/** Updates the use of the promo code after an edit of the locked order. */
export const changePromoUse = async (tx: Tx, orderId: OrderId, reduction: CodeUse): Promise<void> => {
  await tx.db
    .updateTable('promo_redemptions')
    .set(toColumns(reduction))
    .where('order_id', '=', orderId)
    .where('state', '=', 'redeemed')
    .execute();
};

/** Releases the use when an order is cancelled, or no longer gets a discount from its code. Does nothing the second time. */
export const releasePromo = async (tx: Tx, orderId: OrderId): Promise<void> => {
  await sql`
    with released as (
      update promo_redemptions set state = 'released', released_at = now() where order_id = ${orderId} and state = 'redeemed' returning promo_code_id)
    update promo_codes set used_count = used_count - 1 where id in (select promo_code_id from released)`.execute(tx.db);
};
