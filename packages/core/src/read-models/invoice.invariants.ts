/** Invoices and credit notes: their amounts, their numbers and the guards that keep them unchanged. */
import type { Invariant } from './invariant.ts';

/** The invariants of invoices and credit notes. */
export const invoiceInvariants: readonly Invariant[] = [
  {
    id: 'I24',
    title:
      'Each paid order and each edit with a higher total has one invoice, and each refund or returned store credit one credit note, ' +
      'over the same amounts; a credit note is reversed if and only if its refund failed afterwards',
    sql: `
      with billed as (
        select order_id, sum(total_cents) as cents, sum(tax_cents) as tax, count(*) filter (where order_edit_id is null) as first
          from invoices
          group by order_id
      )
      select o.id from orders o
        left join billed v on v.order_id = o.id
        where o.paid_at < now() - interval '60 seconds'
          and (v.first is distinct from 1 or v.cents <> o.total_cents + o.credited_cents or v.tax <> o.tax_cents + o.credited_tax_cents)
      union all select v.order_id from invoices v join orders o on o.id = v.order_id where o.paid_at is null
      union all select coalesce(e.id, v.id) from (select * from order_edits where status = 'applied') e
        full join (select * from invoices where order_edit_id is not null) v on v.order_edit_id = e.id
        where v.id is null or e.id is null or v.total_cents <> e.difference_cents
      union all select r.id from refunds r join payments p on p.id = r.payment_id and p.superseded_at is null
        join invoices v on v.order_id = p.order_id and v.order_edit_id is not distinct from p.order_edit_id
        left join credit_notes n on n.refund_id = r.id
        where r.status = 'processed'
          and r.processed_at < now() - interval '60 seconds'
          and (n.id is null or n.total_cents <> r.amount_cents or n.invoice_id <> v.id)
      union all select n.id from credit_notes n join refunds r on r.id = n.refund_id left join credit_notes x on x.reverses_id = n.id
        where (r.status = 'failed') <> (x.id is not null) or x.total_cents <> n.total_cents or x.invoice_id <> n.invoice_id
      union all select m.id from store_credit_movements m join invoices v on v.order_id = m.order_id and v.order_edit_id is null
        left join credit_notes n on n.movement_id = m.id
        where m.kind = 'give_back' and (n.id is null or n.total_cents <> m.amount_cents or n.invoice_id <> v.id)`,
  },
  {
    id: 'I25',
    title: 'Invoice and credit note numbers are unique and have no gaps',
    sql: `
      select s.series, s.last_number, coalesce(n.count, 0) as issued from invoice_series s
        left join (
          select series, count(*) as count, max(sequence) as top
            from (select series, sequence from invoices union all select series, sequence from credit_notes) x
            group by series
        ) n using (series)
        where coalesce(n.count, 0) <> s.last_number or coalesce(n.top, 0) <> s.last_number`,
  },
  {
    id: 'I26',
    title: 'The database guards that keep issued invoices unchanged are in place',
    sql: `
      select t.name from (values ('invoices_append_only'), ('credit_notes_append_only')) t(name)
        where not exists (select 1 from pg_trigger g where g.tgname = t.name and g.tgenabled <> 'D')`,
  },
];
