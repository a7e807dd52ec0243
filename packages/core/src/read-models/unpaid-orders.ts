/** Orders that were not paid in time, with what their payment waits for. */
import type { OrderId, OrderStatus, PaymentStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { commonTables, minutesFromNow, now, type Reader } from '../kernel/index.ts';

/** An order that was not paid in time. */
export interface UnpaidOrder {
  readonly id: OrderId;
  /** Whether the order expired more than the given minutes ago. */
  readonly overdue: boolean;
  /** Whether a provider must be asked first. */
  readonly asks: boolean;
}

/**
 * The pending orders that have expired, at most `most`: those without a charge first, by their expiry, then the others in
 * random order. Given an allocation, only orders that hold units of it and whose hold has ended.
 */
export const readUnpaidOrders = (
  { db }: Pick<Reader, 'db'>,
  { overdueMinutes, allocationId, most }: { readonly overdueMinutes: number; readonly allocationId: string | null; readonly most: number },
): Promise<UnpaidOrder[]> => {
  const holders = db
    .selectFrom('stock_allocations as a')
    .innerJoin('holds as h', (join) => join.onRef('h.variantId', '=', 'a.variantId').onRef('h.allocationId', '=', 'a.id'))
    .select('h.orderId')
    .where('a.id', '=', allocationId)
    .where('h.state', '=', sql.lit('active'))
    .where('h.expiresAt', '<=', now);
  return commonTables(db)
    .with('due', (cte) =>
      cte
        .selectFrom('orders as o')
        .select(({ eb, exists, selectFrom }) => [
          'o.id',
          'o.expiresAt',
          eb('o.expiresAt', '<=', minutesFromNow(-overdueMinutes)).as('overdue'),
          exists(
            selectFrom('payments as p')
              .select(eb.lit(1).as('one'))
              .whereRef('p.orderId', '=', 'o.id')
              .where('p.status', '=', sql.lit<PaymentStatus>('pending'))
              .where('p.gatewayPhase', '<>', sql.lit('created')),
          ).as('asks'),
        ])
        .where('o.status', '=', sql.lit<OrderStatus>('pending'))
        .where('o.expiresAt', '<=', now)
        .$if(allocationId !== null, (query) => query.where('o.id', '=', sql<string>`any(array${holders})`)),
    )
    .selectFrom('due')
    .select(['id', 'overdue', 'asks'])
    .orderBy('asks')
    .orderBy((eb) => eb.case().when('asks', 'is', true).then(eb.fn<number>('random', [])).end())
    .orderBy('expiresAt')
    .limit(most)
    .$narrowType<{ id: OrderId; overdue: boolean; asks: boolean }>()
    .execute();
};
