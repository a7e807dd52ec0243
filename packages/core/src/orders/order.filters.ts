/** Filters of order lists and exports, as conditions on `orders o` that indexes can answer. */
import type { OrderAttention, OrderFilters, PaymentStatus, UserId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Core } from '../kernel/index.ts';

type Condition = RawBuilder<unknown>;

/**
 * SQL: the status of the latest charge of `orders o`; a superseded charge counts only when there is no other. Once
 * money was captured, the status covers all captured money, including that of edits.
 */
export const latestPaymentStatus: Condition = sql`(select case when p.captured_cents = 0 or p.superseded_at is not null then p.status else (
    select case when bool_or(d.status = 'disputed') then 'disputed' when sum(d.refunded_cents) = 0 then 'captured' when sum(d.refunded_cents) = sum(d.captured_cents) then 'refunded'
      else 'partially_refunded' end from payments d where d.order_id = o.id and d.superseded_at is null and d.captured_cents > 0) end
  from payments p where p.order_id = o.id order by p.superseded_at is not null, p.order_edit_id is not null, p.created_at desc, p.id desc limit 1)`;
/** The charges of orders with that status, as a condition that an index can answer. */
const chargesOf = (status: PaymentStatus): Condition =>
  status === 'partially_refunded' ? sql`('partially_refunded', 'refunded')` : sql`(${status})`;

/** A fully refunded order must not be shipped. */
const lateShipment = sql`o.status = 'confirmed' and o.paid_at < now() - interval '2 days' and (o.total_cents = 0
  or exists (select 1 from payments c where c.order_id = o.id and c.superseded_at is null and c.captured_cents > c.refund_claimed_cents)
  or exists (select 1 from order_credits k where k.order_id = o.id and k.returned_cents < k.amount_cents))`;
/** Edits are left out: their buyers have days to pay. */
const undecidedPayment = sql`p.status = 'pending' and p.called_at < now() - interval '15 minutes' and not (p.gateway_phase = 'action' and p.order_edit_id is not null)`;
/** Refused by the provider, and not tried again since. */
const failedRefund = sql`r.status = 'failed' and not exists (select 1 from refunds later where later.payment_id = r.payment_id and later.created_at > r.created_at and later.status <> 'failed')`;

/** The orders of each reason for attention, found through the table with the fewest such rows. */
const ordersThatNeed: Record<OrderAttention, Condition> = {
  ship_late: sql`select o.id from orders o where ${lateShipment}`,
  payment_undecided: sql`select p.order_id from payments p where ${undecidedPayment}`,
  refund_failed: sql`select p.order_id from refunds r join payments p on p.id = r.payment_id where ${failedRefund}`,
  disputed: sql`select p.order_id from payments p where p.status = 'disputed'`,
  return_requested: sql`select b.order_id from order_returns b where b.status = 'requested'`,
};
const anyAttention = sql`o.id in (${sql.join(Object.values(ordersThatNeed), sql` union all `)})`;

/** The reasons why an order needs the attention of staff, as a column of `orders o`. */
export const attentionColumn: Condition = sql`array_remove(array[
  case when ${lateShipment} then 'ship_late' end,
  case when exists (select 1 from payments p where p.order_id = o.id and ${undecidedPayment}) then 'payment_undecided' end,
  case when exists (select 1 from refunds r join payments p on p.id = r.payment_id where p.order_id = o.id and ${failedRefund}) then 'refund_failed' end,
  case when exists (select 1 from payments p where p.order_id = o.id and p.status = 'disputed') then 'disputed' end,
  case when exists (select 1 from order_returns b where b.order_id = o.id and b.status = 'requested') then 'return_requested' end], null) as attention`;

const escapeLike = (typed: string): string => typed.replace(/[\\%_]/g, '\\$&');

/** A number by its start, its last four characters, or any part of it. Indexes answer the first two. */
const byNumber = (typed: string): Condition => {
  const number = typed.trim().toUpperCase();
  if (number.startsWith('ORD-')) return sql`o.order_number like ${`${escapeLike(number)}%`}`;
  if (/^[0-9A-Z]{4}$/.test(number)) return sql`right(o.order_number, 4) = ${number}`;
  return sql`o.order_number like ${`%${escapeLike(number)}%`}`;
};

/**
 * SQL: the conditions of an order list. An `owner` sees only their own orders, and nobody sees deleted ones. E-mail
 * addresses are found by their keyed hash.
 */
export const orderFilter = (core: Pick<Core, 'sealer'>, owner: UserId | null, filters: OrderFilters): Condition => {
  const { status, paymentStatus, q, email, orderNumber, sku, userId, placedFrom, placedTo, minTotalCents, maxTotalCents } = filters;
  const byEmail = (typed: string) => sql`o.email_index = ${core.sealer.index('email', typed.toLowerCase())}`;
  const conditions: (Condition | false | undefined | '')[] = [
    sql`o.archived_at is null`,
    owner !== null && sql`o.user_id = ${owner}`,
    userId && sql`o.user_id = ${userId}`,
    status && sql`o.status = ${status}`,
    paymentStatus &&
      sql`exists (select 1 from payments p where p.order_id = o.id and p.status in ${chargesOf(paymentStatus)}) and ${latestPaymentStatus} = ${paymentStatus}`,
    q && (q.includes('@') ? byEmail(q) : byNumber(q)),
    email && byEmail(email),
    orderNumber && byNumber(orderNumber),
    sku && sql`exists (select 1 from order_items i where i.order_id = o.id and i.sku = ${sku} and i.quantity > 0)`,
    placedFrom && sql`o.placed_at >= ${placedFrom}`,
    placedTo && sql`o.placed_at < ${placedTo}`,
    minTotalCents !== undefined && sql`o.total_cents >= ${minTotalCents}`,
    maxTotalCents !== undefined && sql`o.total_cents <= ${maxTotalCents}`,
    filters.needsAttention !== undefined && (filters.needsAttention ? anyAttention : sql`not (${anyAttention})`),
  ];
  const asked = conditions.filter((condition) => typeof condition === 'object');
  return sql.join(asked, sql` and `);
};
