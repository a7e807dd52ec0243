/** Writes `promo_redemptions`, and with a released use the counter in `promo_codes`. */
import type { OrderId, UserId } from '@cartwright/contracts';
import { json, now, type Tx } from '../kernel/index.ts';
import type { CodeUse } from './code-use.ts';

const toColumns = ({ reducedCents, unitCents, shippingCents }: CodeUse) => ({
  reducedCents,
  reduction: json({ unitCents, shippingCents }),
});

/** Tx step: records the use of a counted code by an order. */
export const insertRedemption = async (
  tx: Tx,
  use: {
    readonly promoCodeId: string;
    readonly orderId: OrderId;
    readonly userId: UserId | null;
    readonly identity: string;
    readonly reduction: CodeUse;
  },
): Promise<void> => {
  await tx.db
    .insertInto('promo_redemptions')
    .values({
      id: tx.ids.next(),
      promoCodeId: use.promoCodeId,
      orderId: use.orderId,
      userId: use.userId,
      identity: use.identity,
      ...toColumns(use.reduction),
    })
    .execute();
};

/** Updates the use of the promo code after an edit of the locked order. */
export const changePromoUse = async (tx: Tx, orderId: OrderId, reduction: CodeUse): Promise<void> => {
  await tx.db
    .updateTable('promo_redemptions')
    .set(toColumns(reduction))
    .where('orderId', '=', orderId)
    .where('state', '=', 'redeemed')
    .execute();
};

/** Releases the use when an order is cancelled, or no longer gets a discount from its code. Does nothing the second time. */
export const releasePromo = async (tx: Tx, orderId: OrderId): Promise<void> => {
  await tx.db
    .with('released', (db) =>
      db
        .updateTable('promo_redemptions')
        .set({ state: 'released', releasedAt: now })
        .where('orderId', '=', orderId)
        .where('state', '=', 'redeemed')
        .returning('promoCodeId'),
    )
    .updateTable('promo_codes')
    .set((eb) => ({ usedCount: eb('usedCount', '-', 1) }))
    .where('id', 'in', (eb) => eb.selectFrom('released').select('promoCodeId'))
    .execute();
};
