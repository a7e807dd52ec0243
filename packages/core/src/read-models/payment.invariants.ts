/** Payments, refunds and disputes, compared with their orders and with the records of the provider. */
import type { Invariant } from './invariant.ts';

/** The invariants of payments, refunds and disputes. */
export const paymentInvariants: readonly Invariant[] = [
  {
    id: 'I15',
    title: 'The captured amount of an order or a payment never exceeds the amount due',
    sql: `
      select o.id, sum(p.captured_cents) as captured, o.total_cents from payments p
        join orders o on o.id = p.order_id
        where p.superseded_at is null group by o.id having sum(p.captured_cents) > o.total_cents + o.credited_cents - o.store_credit_cents
      union all select id, captured_cents, amount_cents from payments where captured_cents > amount_cents`,
  },
  {
    id: 'I16',
    title:
      'An order and each of its edits are charged at most once, and an edit is applied if and only if its price difference was captured',
    sql: `
      select order_id, count(*) from payments
        where superseded_at is null and status in ('authorized', 'captured', 'partially_refunded', 'disputed')
        group by order_id, order_edit_id having count(*) > 1
      union all select e.id, e.difference_cents from order_edits e
        where (e.status = 'applied') <> exists (
           select 1 from payments p where p.order_edit_id = e.id and p.superseded_at is null and p.captured_cents = e.difference_cents
        )
      union all select order_id, count(*) from payments
        where superseded_at is not null and captured_cents > refund_claimed_cents and status <> 'disputed' group by order_id`,
  },
  {
    id: 'I17',
    title: 'An order is paid if and only if captured payments and store credit cover its total',
    sql: `
      with money as (select order_id, sum(captured_cents) as captured from payments where superseded_at is null group by order_id)
      select o.id, o.status, o.paid_at, m.captured from orders o
        left join money m on m.order_id = o.id
        where o.total_cents + o.credited_cents > 0
          and (
            (o.paid_at is not null and coalesce(m.captured, 0) + o.store_credit_cents <> o.total_cents + o.credited_cents)
              or (o.paid_at is null and o.status <> 'cancelled' and m.captured > 0)
          )`,
  },
  {
    id: 'I18',
    title:
      "No payment stays pending for more than 15 minutes after the call to the provider or after the end of the buyer's time to confirm it",
    sql: `
      select p.id, p.gateway_phase, p.called_at from payments p
        join orders o on o.id = p.order_id
        where p.status = 'pending'
          and p.called_at < now() - interval '15 minutes'
          and not (
            p.gateway_phase = 'action'
              and (
                (o.status = 'pending' and o.expires_at > now() - interval '15 minutes')
                  or exists (
                    select 1 from order_edits e
                      where e.id = p.order_edit_id and e.status = 'awaiting_payment' and e.expires_at > now() - interval '15 minutes'
                  )
              )
          )`,
  },
  {
    id: 'I19',
    title: 'A provider reference belongs to one payment or one refund',
    sql: `
      select provider, gateway_reference, count(*) from payments where gateway_reference is not null group by 1, 2 having count(*) > 1
      union all select 'refund', gateway_reference, count(*) from refunds where gateway_reference is not null
        group by 2 having count(*) > 1`,
  },
  {
    id: 'I20',
    title: 'The payments of the shop equal the records of the sandbox provider, and the other way round',
    sql: `
      select coalesce(p.id::text, c.reference) as id, p.captured_cents, c.amount_cents, p.refunded_cents as refunded_here,
        c.refunded_cents as refunded_there
        from (select * from payments where provider = 'sandbox' and captured_cents > 0) p
        full join (select * from sandbox_charges where status = 'captured') c on c.reference = p.gateway_reference
        where coalesce(c.created_at, p.created_at) < now() - interval '15 minutes'
          and (
            p.id is null
              or c.reference is null
              or p.captured_cents <> c.amount_cents
              or p.currency <> c.currency
              or p.refunded_cents <> c.refunded_cents
          )`,
  },
  {
    id: 'I21',
    title: 'Refunds, including pending ones, never exceed the captured amount',
    sql: `
      select p.id, p.captured_cents, p.refund_claimed_cents, coalesce(r.claimed, 0) as claimed, coalesce(r.done, 0) as done from payments p
        left join (
          select payment_id, sum(amount_cents) filter (where status in ('pending', 'processed')) as claimed,
            sum(amount_cents) filter (where status = 'processed') as done
            from refunds
            group by 1
        ) r on r.payment_id = p.id
        where coalesce(r.claimed, 0) > p.captured_cents
          or coalesce(r.claimed, 0) <> p.refund_claimed_cents
          or coalesce(r.done, 0) <> p.refunded_cents`,
  },
  {
    id: 'I22',
    title: 'A payment is refunded if and only if its whole captured amount was refunded',
    sql: `
      select id, status, captured_cents, refunded_cents from payments
        where status <> 'disputed' and captured_cents > 0 and (status = 'refunded') <> (refunded_cents = captured_cents)`,
  },
  {
    id: 'I23',
    title: 'The captured money of a cancelled order is refunded within 15 minutes, unless it is disputed',
    sql: `
      select o.id, p.id as payment_id, p.captured_cents - p.refunded_cents as kept from orders o
        join payments p on p.order_id = o.id
        where o.status = 'cancelled'
          and o.archived_at is null
          and p.status <> 'disputed'
          and p.captured_cents > p.refunded_cents
          and greatest(o.updated_at, p.captured_at) < now() - interval '15 minutes'`,
  },
  {
    id: 'I50',
    title: 'A refund has the currency of its payment',
    sql: `
      select r.id, r.currency, p.currency as paid_in from refunds r join payments p on p.id = r.payment_id where r.currency <> p.currency`,
  },
  {
    id: 'I51',
    title: 'A charge or refund of a provider that differs from the request is recorded until it is resolved',
    sql: `
      select p.id, p.failure_code from payments p
        where p.failure_code = 'wrong_amount'
          and not exists (select 1 from payment_discrepancies d where d.payment_id = p.id and d.kind = 'wrong_charge')
      union all select d.id, d.resolution from payment_discrepancies d where (d.resolution = 'returned') <> (d.return_reference is not null)
      union all select d.id, r.status from payment_discrepancies d join refunds r on r.id = d.refund_id
        where d.resolved_at is null and r.status <> 'pending'
      union all select r.id, 'requested' from refunds r
        where r.requested_cents is not null
          and not exists (select 1 from payment_discrepancies d where d.refund_id = r.id and d.resolution = 'adopted')`,
  },
  {
    id: 'I80',
    title: 'A payment is disputed if and only if a dispute about it is open or lost',
    sql: `
      select p.id, p.status from payments p
        where (p.status = 'disputed') <> exists (select 1 from disputes d where d.payment_id = p.id and d.status in ('open', 'lost'))`,
  },
  {
    id: 'I81',
    title: 'A refund that was made at the provider is in the audit log and was never sent by this shop',
    sql: `
      select r.id, r.gateway_reference from refunds r
        where r.origin = 'provider'
          and (
            r.requested_by not like 'provider:%'
              or not exists (
                select 1 from audit_log a
                  where a.action = 'payments.refund' and a.subject_id = r.payment_id::text and a."after" ->> 'refundId' = r.id::text
              )
          )`,
  },
];
