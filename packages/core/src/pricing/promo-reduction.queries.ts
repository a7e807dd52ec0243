import type { OrderId } from '@cartwright/contracts';
import type { NotNull } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import type { CodeUse } from './code-use.ts';

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
