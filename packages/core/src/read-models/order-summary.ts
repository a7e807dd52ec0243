/** What lists, exports and pages show of each order. */
import type { CancellationReason, Currency, OrderAttention, OrderId, OrderStatus, PaymentStatus, UserId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { creditReturned } from './order-credits.ts';
import { isRefundedOrder } from './order-money.ts';

/** What every list shows of an order. */
export interface OrderSummaryRow {
  readonly id: OrderId;
  readonly orderNumber: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus | null;
  readonly cancellationReason: CancellationReason | null;
  readonly userId: UserId | null;
  readonly emailSealed: string;
  readonly shippingAddressSealed: string;
  readonly itemCount: number;
  readonly shippedCount: number;
  readonly returnedCount: number;
  readonly currency: Currency;
  readonly totalCents: number;
  /** What gift cards and store credit paid, and how much of it was returned. */
  readonly storeCreditCents: number;
  readonly creditReturnedCents: number;
  readonly placedAt: Date;
  /** When staff deleted the order; null for every other order. */
  readonly archivedAt: Date | null;
  readonly attention: OrderAttention[];
}

/**
 * The status of the latest charge of `orders o`; a superseded charge counts only when there is no other. Once money was
 * captured, the status covers all captured money, including that of edits.
 */
export const latestPaymentStatus = sql<PaymentStatus | null>`(
  select case when p.captured_cents = 0 or p.superseded_at is not null then p.status else (
    select case when bool_or(d.status = 'disputed') then 'disputed' when sum(d.refunded_cents) = 0 then 'captured'
      when sum(d.refunded_cents) = sum(d.captured_cents) then 'refunded' else 'partially_refunded' end
    from payments d where d.order_id = o.id and d.superseded_at is null and d.captured_cents > 0) end
  from payments p where p.order_id = o.id
  order by p.superseded_at is not null, p.order_edit_id is not null, p.created_at desc, p.id desc limit 1)`;

/** Paid two days ago and not sent, although units of it are there. A fully refunded order must not be shipped. */
export const lateShipment = sql<SqlBool>`o.status = 'confirmed' and o.paid_at < now() - interval '2 days' and not ${isRefundedOrder}
  and exists (select 1 from order_items i left join backorders b on b.order_id = i.order_id and b.variant_id = i.variant_id
    where i.order_id = o.id and i.quantity - i.shipped_quantity > coalesce(b.quantity, 0))`;
/** A charge `p` without an outcome. Edits are left out: their buyers have days to pay. */
export const undecidedPayment = sql<SqlBool>`p.status = 'pending' and p.called_at < now() - interval '15 minutes'
  and not (p.gateway_phase = 'action' and p.order_edit_id is not null)`;
/** A refund `r` that the provider refused, and that was not tried again since. */
export const failedRefund = sql<SqlBool>`r.status = 'failed' and not exists (
  select 1 from refunds later where later.payment_id = r.payment_id and later.created_at > r.created_at and later.status <> 'failed')`;

/** The reasons why `orders o` needs the attention of staff. */
const attention = sql<OrderAttention[]>`array_remove(array[
  case when ${lateShipment} then 'ship_late' end,
  case when exists (select 1 from payments p where p.order_id = o.id and ${undecidedPayment}) then 'payment_undecided' end,
  case when exists (
    select 1 from refunds r join payments p on p.id = r.payment_id where p.order_id = o.id and ${failedRefund}) then 'refund_failed' end,
  case when exists (select 1 from payments p where p.order_id = o.id and p.status = 'disputed') then 'disputed' end,
  case when exists (select 1 from order_returns b where b.order_id = o.id and b.status = 'requested') then 'return_requested' end], null)`;

/** Selects the summary of orders `o`. */
export const selectOrderSummaries = ({
  db,
}: Pick<Reader, 'db'>): SelectQueryBuilder<Database & { o: Database['orders'] }, 'o', OrderSummaryRow> =>
  db
    .selectFrom('orders as o')
    .select([
      'o.id',
      'o.orderNumber',
      'o.status',
      'o.cancellationReason',
      'o.userId',
      'o.emailSealed',
      'o.shippingAddressSealed',
      'o.itemCount',
      'o.shippedCount',
      'o.returnedCount',
      'o.currency',
      'o.totalCents',
      'o.storeCreditCents',
      'o.placedAt',
      'o.archivedAt',
      creditReturned.as('creditReturnedCents'),
      latestPaymentStatus.as('paymentStatus'),
      attention.as('attention'),
    ])
    .$narrowType<{ id: OrderId; userId: UserId | null; currency: Currency }>();
