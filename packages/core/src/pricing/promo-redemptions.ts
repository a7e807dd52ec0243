/** The uses of a promo code, counted exactly under concurrency. */
import type { OrderId, UserId } from '@cartwright/contracts';
import type { NotNull } from 'kysely';
import { DomainError, rowCount, type Reader, type Tx } from '../kernel/index.ts';
import type { CodeUse } from './code-use.ts';
import { countPromoUse } from './promo-code.store.ts';
import { insertRedemption } from './promo-redemption.store.ts';

/** The error for a promo code that cannot be used any more. */
export const codeExhausted = (code: string, more: Record<string, unknown> = {}): DomainError =>
  new DomainError('COUPON_EXHAUSTED', `The promo code ${code} can no longer be used. Remove it from the cart to continue.`, {
    details: { code, ...more },
  });

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
  const promo = await countPromoUse(tx, use.code);
  if (!promo) throw codeExhausted(use.code);
  if (promo.perCustomerLimit !== null) {
    const { used } = await tx.db
      .selectFrom('promo_redemptions')
      .select(rowCount.as('used'))
      .where('promoCodeId', '=', promo.id)
      .where((eb) => eb.or([eb('identity', '=', use.identity), eb('userId', '=', use.userId)]))
      .where('state', '=', 'redeemed')
      .executeTakeFirstOrThrow();
    if (used >= promo.perCustomerLimit) throw codeExhausted(use.code);
  }
  await insertRedemption(tx, { ...use, promoCodeId: promo.id });
};

/** The discount of the promo code of an order; null for an order without a use, and for older orders without that record. */
export const findPromoReduction = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<CodeUse | null> => {
  const row = await db
    .selectFrom('promo_redemptions')
    .select(['reducedCents', 'reduction'])
    .where('orderId', '=', orderId)
    .where('state', '=', 'redeemed')
    .where('reduction', 'is not', null)
    .$narrowType<{ reducedCents: NotNull; reduction: NotNull }>()
    .executeTakeFirst();
  return row ? { reducedCents: row.reducedCents, ...row.reduction } : null;
};
