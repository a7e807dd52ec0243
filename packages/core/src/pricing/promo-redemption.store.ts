/** Writes `promo_redemptions`, and with each use the counter in `promo_codes`. */
import type { OrderId } from '@cartwright/contracts';
import { json, now, rowCount, rowsAs, type Tx } from '../kernel/index.ts';
import type { PromoClaim } from './claim-promo-codes.ts';
import type { CodeUse } from './code-use.ts';

const toColumns = ({ reducedCents, unitCents, shippingCents }: CodeUse) => ({
  reducedCents,
  reduction: json({ unitCents, shippingCents }),
});

/** A use of a promo code by an order that got a discount from it. */
export interface PromoUse extends PromoClaim {
  readonly orderId: OrderId;
  readonly reduction: CodeUse;
}

const useColumns = {
  id: 'uuid',
  code: 'text',
  orderId: 'uuid',
  userId: 'uuid',
  identity: 'text',
  addressIdentity: 'text',
  reducedCents: 'bigint',
  reduction: 'jsonb',
} as const;

/**
 * Tx step: counts the uses of promo codes that `claimPromoCodes` has locked, and records them, in one statement for any number, none
 * without uses.
 */
export const redeemPromos = async (tx: Tx, uses: readonly PromoUse[]): Promise<void> => {
  if (uses.length === 0) return;
  const rows = uses.map(({ code, orderId, userId, identity, addressIdentity, reduction: { reducedCents, ...reduction } }) => ({
    id: tx.ids.next(),
    code,
    orderId,
    userId,
    identity,
    addressIdentity,
    reducedCents,
    reduction,
  }));
  const { numInsertedOrUpdatedRows } = await tx.db
    .with('used', (db) => db.selectFrom(rowsAs('u', rows, useColumns)).selectAll())
    .with('counted', (db) =>
      db
        .updateTable('promo_codes as p')
        .from((eb) =>
          eb
            .selectFrom('used')
            .select(['code', rowCount.as('uses')])
            .groupBy('code')
            .as('n'),
        )
        .set((eb) => ({ usedCount: eb('p.usedCount', '+', eb.ref('n.uses')) }))
        .whereRef('p.code', '=', 'n.code')
        .returning(['p.id', 'p.code']),
    )
    .insertInto('promo_redemptions')
    .columns(['id', 'promoCodeId', 'orderId', 'userId', 'identity', 'addressIdentity', 'reducedCents', 'reduction'])
    .expression((eb) =>
      eb
        .selectFrom('used')
        .innerJoin('counted', 'counted.code', 'used.code')
        .select([
          'used.id',
          'counted.id as promoCodeId',
          'used.orderId',
          'used.userId',
          'used.identity',
          'used.addressIdentity',
          'used.reducedCents',
          'used.reduction',
        ]),
    )
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== BigInt(uses.length)) throw new Error('A promo code that was claimed does not exist');
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
