/** Lists of orders: pages with filters, the newest orders, and the rows of an export. */
import type { OrderAttention, OrderFilters, OrderId, OrderSort, PaymentStatus, UserId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import { likeText, offsetOf, rowCount, type Core, type PageRequest, type Reader } from '../kernel/index.ts';
import {
  failedRefund,
  lateShipment,
  latestPaymentStatus,
  selectOrderSummaries,
  undecidedPayment,
  type OrderSummaryRow,
} from './order-summary.ts';

const eb = expressionBuilder<Database & { o: Database['orders'] }, 'o'>();

/** The charges of orders with that status, as a condition that an index can answer. */
const chargesOf = (status: PaymentStatus) => {
  const charges = eb.selectFrom('payments as p').select(eb.lit(1).as('one')).whereRef('p.orderId', '=', 'o.id');
  return status === 'partially_refunded'
    ? charges.where('p.status', 'in', [sql.lit<PaymentStatus>('partially_refunded'), sql.lit<PaymentStatus>('refunded')])
    : charges.where('p.status', '=', status);
};

/** The orders of each reason for attention, found through the table with the fewest such rows. */
const ordersThatNeed: Record<OrderAttention, Expression<{ id: string }>> = {
  ship_late: eb.selectFrom('orders as o').select('o.id').where(lateShipment),
  payment_undecided: eb.selectFrom('payments as p').select('p.orderId as id').where(undecidedPayment),
  refund_failed: eb
    .selectFrom('refunds as r')
    .innerJoin('payments as p', 'p.id', 'r.paymentId')
    .select('p.orderId as id')
    .where(failedRefund),
  disputed: eb.selectFrom('payments as p').select('p.orderId as id').where('p.status', '=', sql.lit('disputed')),
  return_requested: eb.selectFrom('order_returns as b').select('b.orderId as id').where('b.status', '=', sql.lit('requested')),
};
const anyAttention = sql<SqlBool>`o.id in (${sql.join(Object.values(ordersThatNeed), sql` union all `)})`;

/** A number by its start, its last four characters, or any part of it. Indexes answer the first two. */
const byNumber = (typed: string): Expression<SqlBool> => {
  const number = typed.trim().toUpperCase();
  if (number.startsWith('ORD-')) return eb('o.orderNumber', 'like', `${likeText(number)}%`);
  if (/^[0-9A-Z]{4}$/.test(number)) return eb(eb.fn<string>('right', ['o.orderNumber', eb.lit(4)]), '=', number);
  return eb('o.orderNumber', 'like', `%${likeText(number)}%`);
};

const instant = (at: string) => eb.cast<Date>(eb.val(at), 'timestamptz');

/**
 * The condition of an order list. An `owner` sees only their own orders, and nobody sees deleted ones. E-mail addresses
 * are found by their keyed hash.
 */
export const orderFilter = (core: Pick<Core, 'sealer'>, owner: UserId | null, filters: OrderFilters): Expression<SqlBool> => {
  const { status, paymentStatus, q, email, orderNumber, sku, userId, placedFrom, placedTo, minTotalCents, maxTotalCents } = filters;
  const byEmail = (typed: string) => eb('o.emailIndex', '=', core.sealer.index('email', typed.toLowerCase()));
  const lines = eb
    .selectFrom('order_items as i')
    .select(eb.lit(1).as('one'))
    .whereRef('i.orderId', '=', 'o.id')
    .where('i.quantity', '>', eb.lit(0));
  const conditions: (Expression<SqlBool> | false | undefined | '')[] = [
    eb('o.archivedAt', 'is', null),
    owner !== null && eb('o.userId', '=', owner),
    userId && eb('o.userId', '=', userId),
    status && eb('o.status', '=', status),
    paymentStatus && eb.exists(chargesOf(paymentStatus)),
    paymentStatus && eb(latestPaymentStatus, '=', paymentStatus),
    q && (q.includes('@') ? byEmail(q) : byNumber(q)),
    email && byEmail(email),
    orderNumber && byNumber(orderNumber),
    sku && eb.exists(lines.where('i.sku', '=', sku)),
    placedFrom && eb('o.placedAt', '>=', instant(placedFrom)),
    placedTo && eb('o.placedAt', '<', instant(placedTo)),
    minTotalCents !== undefined && eb('o.totalCents', '>=', minTotalCents),
    maxTotalCents !== undefined && eb('o.totalCents', '<=', maxTotalCents),
    filters.needsAttention !== undefined && (filters.needsAttention ? anyAttention : eb.not(anyAttention)),
  ];
  return eb.and(conditions.filter((condition) => typeof condition === 'object'));
};

const orderings = {
  newest: ['o.placedAt', 'desc'],
  oldest: ['o.placedAt', 'asc'],
  total_high: ['o.totalCents', 'desc'],
  total_low: ['o.totalCents', 'asc'],
} as const satisfies Record<OrderSort, readonly [column: string, direction: 'asc' | 'desc']>;

/** A page of the orders that match. */
export const readOrderList = (
  reader: Pick<Reader, 'db'>,
  where: Expression<SqlBool>,
  { sort, ...page }: PageRequest & { readonly sort: OrderSort },
): Promise<OrderSummaryRow[]> => {
  const [column, direction] = orderings[sort];
  // The page is chosen by id first: payments and attention are computed for its rows only, not for all rows that a deep page skips.
  const chosen = eb
    .selectFrom('orders as o')
    .select('o.id')
    .where(where)
    .orderBy(column, direction)
    .orderBy('o.id', direction)
    .limit(page.pageSize)
    .offset(offsetOf(page));
  return selectOrderSummaries(reader)
    .innerJoin(chosen.as('page'), 'page.id', 'o.id')
    .orderBy(column, direction)
    .orderBy('o.id', direction)
    .execute();
};

/** The number of orders that match, counted up to `most`. */
export const countOrders = async ({ db }: Pick<Reader, 'db'>, where: Expression<SqlBool>, most: number): Promise<number> => {
  const matches = eb.selectFrom('orders as o').select(eb.lit(1).as('one')).where(where).limit(most);
  const counted = await db.selectFrom(matches.as('counted')).select(rowCount.as('n')).executeTakeFirst();
  return counted?.n ?? 0;
};

/** The newest orders of the shop, without deleted ones. */
export const readNewestOrders = (reader: Pick<Reader, 'db'>, limit: number): Promise<OrderSummaryRow[]> =>
  selectOrderSummaries(reader)
    .where('o.archivedAt', 'is', null)
    .orderBy('o.placedAt', 'desc')
    .orderBy('o.id', 'desc')
    .limit(limit)
    .execute();

/** A row of the export. */
export interface OrderExportRow extends OrderSummaryRow {
  /** The instant to the microsecond, which a `Date` would lose. */
  readonly placedAtExact: string;
  readonly subtotalCents: number;
  readonly discountCents: number;
  readonly shippingCents: number;
  readonly taxCents: number;
  readonly promoCode: string | null;
  readonly invoiceNumber: string | null;
  /** The lines as `2 x SKU`, separated by semicolons; null without lines. */
  readonly skus: string | null;
}

/** The next orders of an export, newest first, after the last one of the batch before. */
export const readOrderExport = (
  reader: Pick<Reader, 'db'>,
  where: Expression<SqlBool>,
  after: { readonly at: string; readonly id: OrderId } | null,
  limit: number,
): Promise<OrderExportRow[]> => {
  const place = eb.refTuple('o.placedAt', 'o.id');
  return selectOrderSummaries(reader)
    .select(['o.subtotalCents', 'o.discountCents', 'o.shippingCents', 'o.taxCents', 'o.promoCode'])
    .select((row) => [
      row.cast<string>('o.placedAt', 'text').as('placedAtExact'),
      row
        .selectFrom('invoices as v')
        .select(({ fn }) => fn.min('v.number').as('number'))
        .whereRef('v.orderId', '=', 'o.id')
        .as('invoiceNumber'),
      row
        .selectFrom('order_items as i')
        .select(sql<string | null>`string_agg(i.quantity || ' x ' || i.sku, '; ' order by i.position)`.as('skus'))
        .whereRef('i.orderId', '=', 'o.id')
        .where('i.quantity', '>', 0)
        .as('skus'),
    ])
    .where(where)
    .$if(after !== null, (query) => query.where(eb(place, '<', eb.tuple(instant(after?.at ?? ''), after?.id ?? ''))))
    .orderBy('o.placedAt', 'desc')
    .orderBy('o.id', 'desc')
    .limit(limit)
    .execute();
};
