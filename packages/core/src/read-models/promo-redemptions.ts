/** The uses of a promo code, with the numbers of their orders. */
import type { OrderId, PromoCodeId, ShopContract, UserId } from '@cartwright/contracts';
import type { z } from 'zod';
import { selectPage, type PageRequest, type Reader } from '../kernel/index.ts';

type Page = z.output<ShopContract['promoCodes']['redemptions']['output']>;

/** A page of the orders that used a code, newest first. */
export const listRedemptionsOf = ({ db }: Pick<Reader, 'db'>, id: PromoCodeId, page: PageRequest): Promise<Page> =>
  selectPage(
    db
      .selectFrom('promo_redemptions as r')
      .innerJoin('orders as o', 'o.id', 'r.orderId')
      .select(['r.orderId', 'o.orderNumber', 'r.userId', 'r.state', 'r.reducedCents', 'r.createdAt', 'r.releasedAt'])
      .where('r.promoCodeId', '=', id)
      .orderBy('r.id', 'desc'),
    page,
    ({ orderId, userId, createdAt, releasedAt, ...row }) => ({
      ...row,
      orderId: orderId as OrderId,
      userId: userId as UserId | null,
      createdAt: createdAt.toISOString(),
      releasedAt: releasedAt?.toISOString() ?? null,
    }),
  );
