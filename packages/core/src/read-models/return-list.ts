/** A page of returns with their orders, units and refunds. */
import type { Currency, OrderId, OrderReturnId, RefundStatus, ReturnStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { offsetOf, type PageRequest, type Reader } from '../kernel/index.ts';
import { returnRefundStatus } from './return-refund-status.ts';

/** A return of the list. */
export interface ReturnListRow {
  readonly id: OrderReturnId;
  readonly orderId: OrderId;
  readonly orderNumber: string;
  readonly currency: Currency;
  readonly units: number;
  readonly status: ReturnStatus;
  readonly reasonSealed: string;
  readonly decisionNote: string | null;
  readonly requestedBy: string;
  readonly refundCents: number;
  readonly refundStatus: RefundStatus | null;
  readonly createdAt: Date;
  readonly decidedAt: Date | null;
  readonly receivedAt: Date | null;
  readonly dueAt: Date | null;
  readonly writtenOffAt: Date | null;
  readonly totalCount: number;
}

/** A page of returns, newest first, of one status and from one instant on when these are given. */
export const readReturnList = (
  { db }: Pick<Reader, 'db'>,
  { status, createdFrom, ...page }: PageRequest & { readonly status?: ReturnStatus | undefined; readonly createdFrom?: string | undefined },
): Promise<ReturnListRow[]> =>
  db
    .selectFrom('order_returns as b')
    .innerJoin('orders as o', 'o.id', 'b.orderId')
    .select([
      'b.id',
      'b.orderId',
      'o.orderNumber',
      'o.currency',
      'b.status',
      'b.reasonSealed',
      'b.decisionNote',
      'b.refundCents',
      'b.createdAt',
      'b.decidedAt',
      'b.receivedAt',
      'b.dueAt',
      'b.writtenOffAt',
      returnRefundStatus.as('refundStatus'),
    ])
    .select(({ fn, selectFrom }) => [
      fn<string>('split_part', ['b.requestedBy', sql.lit(':'), sql.lit(1)]).as('requestedBy'),
      selectFrom('order_return_lines as l')
        .select((line) => line.cast<number>(line.fn.sum('l.quantity'), 'integer').as('units'))
        .whereRef('l.returnId', '=', 'b.id')
        .$asScalar()
        .$notNull()
        .as('units'),
      fn.countAll<number>().over().as('totalCount'),
    ])
    .$if(status !== undefined, (query) => query.where('b.status', '=', status ?? 'requested'))
    .$if(createdFrom !== undefined, (query) =>
      query.where((eb) => eb('b.createdAt', '>=', eb.cast<Date>(eb.val(createdFrom), 'timestamptz'))),
    )
    .orderBy('b.createdAt', 'desc')
    .orderBy('b.id', 'desc')
    .limit(page.pageSize)
    .offset(offsetOf(page))
    .$narrowType<{ id: OrderReturnId; orderId: OrderId; currency: Currency }>()
    .execute();
