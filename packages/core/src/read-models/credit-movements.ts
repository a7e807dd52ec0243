/** The movements of a gift card or store credit, with the numbers of their orders. */
import type { OrderId, StoreCreditId, StoreCreditMovement } from '@cartwright/contracts';
import { selectPage, type PageRequest, type Reader } from '../kernel/index.ts';

/** A page of the movements of a credit, newest first. */
export const listMovementsOf = ({ db }: Pick<Reader, 'db'>, creditId: StoreCreditId, page: PageRequest) =>
  selectPage(
    db
      .selectFrom('store_credit_movements as m')
      .leftJoin('orders as o', 'o.id', 'm.orderId')
      .select(['m.id', 'm.kind', 'm.amountCents', 'm.balanceCents', 'm.orderId', 'o.orderNumber', 'm.reason', 'm.actor', 'm.createdAt'])
      .where('m.creditId', '=', creditId)
      .orderBy('m.createdAt', 'desc')
      .orderBy('m.id', 'desc'),
    page,
    ({ orderId, createdAt, ...row }): StoreCreditMovement => ({
      ...row,
      orderId: orderId as OrderId | null,
      createdAt: createdAt.toISOString(),
    }),
  );
