/** Orders: their carts, lines, amounts, states, parcels, returns and edits. */
import type { Invariant } from './invariant.ts';

/** The invariants of orders. */
export const orderInvariants: readonly Invariant[] = [
  {
    id: 'I09',
    title: 'An ordered cart has exactly one order',
    sql: `
      select cart_id, count(*) from orders where cart_id is not null group by cart_id having count(*) > 1
      union all select id, 0 from carts c where status = 'converted' and not exists (select 1 from orders o where o.cart_id = c.id)`,
  },
  {
    id: 'I10',
    title: 'The amounts of an order add up, and none is negative',
    sql: `
      select o.id, o.subtotal_cents, o.discount_cents, o.shipping_tax_cents, o.tax_cents, o.total_cents from orders o
        join (
          select order_id, sum(line_total_cents) as lines, sum(discount_cents) as discounts, sum(tax_cents) as taxes from order_items
            group by order_id
        ) i on i.order_id = o.id
        where o.subtotal_cents <> i.lines
          or o.discount_cents <> i.discounts
          or o.tax_cents <> i.taxes + o.shipping_tax_cents
          or least(o.subtotal_cents, o.discount_cents, o.shipping_cents, o.tax_cents, o.total_cents) < 0
          or o.total_cents <> o.subtotal_cents - o.discount_cents + o.shipping_cents
            + case when o.tax_included then 0 else o.tax_cents end`,
  },
  {
    id: 'I11',
    title: 'A line total is unit price times quantity, and a quantity is at most 10,000 units',
    sql: `
      select id, unit_price_cents, quantity, line_total_cents from order_items
        where line_total_cents <> unit_price_cents * quantity or quantity not between 0 and 10000`,
  },
  {
    id: 'I12',
    title: 'Every order has lines, and its item count equals the sum of their quantities',
    sql: `
      select o.id from orders o
        where not exists (select 1 from order_items i where i.order_id = o.id)
          or o.item_count <> (select sum(quantity) from order_items i where i.order_id = o.id)`,
  },
  {
    id: 'I13',
    title: 'A cart, its order, its payments, its invoices and its store credit have one currency',
    sql: `
      select o.id, o.currency from orders o
        left join carts c on c.id = o.cart_id
        where c.currency <> o.currency
          or exists (select 1 from payments p where p.order_id = o.id and p.currency <> o.currency)
          or exists (select 1 from invoices v where v.order_id = o.id and v.currency <> o.currency)
          or exists (
            select 1 from order_credits k join store_credits s on s.id = k.credit_id where k.order_id = o.id and s.currency <> o.currency
          )`,
  },
  {
    id: 'I14',
    title: 'The status history of an order has no gaps, contains only allowed transitions and ends at its current status',
    sql: `
      with steps as (
        select order_id, position, from_status, to_status, lag(to_status) over w as before, row_number() over w as n,
          lead(position) over w is null as last
          from order_status_changes window w as (partition by order_id order by position)
      )
      select s.order_id, s.position from steps s
        join orders o on o.id = s.order_id
        where s.position <> s.n
          or s.from_status is distinct from s.before
          or (s.last and s.to_status <> o.status)
          or (s.from_status is null and s.to_status <> 'pending')
          or (
            s.from_status is not null
              and (s.from_status, s.to_status) not in (
                ('pending', 'confirmed'), ('pending', 'cancelled'), ('confirmed', 'shipped'), ('confirmed', 'cancelled'),
                ('shipped', 'delivered'), ('shipped', 'cancelled')
              )
          )
      union all select o.id, 0 from orders o where not exists (select 1 from order_status_changes c where c.order_id = o.id)`,
  },
  {
    id: 'I35',
    title: 'Shipped units equal the units in parcels, and an order is shipped if and only if its last unit is',
    sql: `
      select i.id, i.shipped_quantity, coalesce(l.units, 0) as packed from order_items i
        left join (select order_item_id, sum(quantity) as units from shipment_lines group by 1) l on l.order_item_id = i.id
        where i.shipped_quantity <> coalesce(l.units, 0)
      union all select o.id, o.shipped_count, o.item_count from orders o
        where o.shipped_count <> (select sum(shipped_quantity) from order_items i where i.order_id = o.id)
          or (o.status in ('shipped', 'delivered') and o.shipped_count <> o.item_count)
          or (o.status = 'confirmed' and o.shipped_count = o.item_count)
          or (o.paid_at is null and o.shipped_count > 0)`,
  },
  {
    id: 'I36',
    title:
      'Claimed and returned units equal the lines of returns, restocked units equal the stock ledger, ' +
      'and refunded amounts equal the refunds',
    sql: `
      with lines as (
        select l.order_item_id,
          sum(case b.status when 'received' then l.received_quantity when 'rejected' then 0 else l.quantity end) as claimed,
          sum(l.received_quantity) as back
          from order_return_lines l
          join order_returns b on b.id = l.return_id
          group by 1
      )
      select i.id, i.claimed_quantity, i.returned_quantity from order_items i
        left join lines on lines.order_item_id = i.id
        where i.claimed_quantity <> coalesce(lines.claimed, 0) or i.returned_quantity <> coalesce(lines.back, 0)
      union all select o.id, o.returned_count, o.item_count from orders o
        where o.returned_count <> (select sum(returned_quantity) from order_items i where i.order_id = o.id)
      union all select l.return_id, l.restocked_quantity, coalesce(m.units, 0)::int from order_return_lines l
        left join (select order_item_id, change_id, sum(quantity) as units from stock_movements where change_id is not null group by 1, 2) m
          on m.order_item_id = l.order_item_id
          and m.change_id = l.return_id
        where l.restocked_quantity <> coalesce(m.units, 0)
      union all select b.id, (b.refund_cents - b.store_credit_cents)::int, r.cents::int from order_returns b
        left join (
          select x.return_id, sum(coalesce(r.requested_cents, r.amount_cents)) as cents from order_return_refunds x
            join refunds r on r.id = x.refund_id
            group by 1
        ) r on r.return_id = b.id
        where b.refund_cents - b.store_credit_cents <> coalesce(r.cents, 0)`,
  },
  {
    id: 'I37',
    title: 'An edit that waits for its payment holds the units it adds, and no other edit holds units',
    sql: `
      with added as (
        select e.id, (l ->> 'variantId')::uuid as variant_id, (l ->> 'quantity')::int - (l ->> 'quantityBefore')::int as units
          from order_edits e, jsonb_array_elements(e.plan -> 'lines') l
          where e.status = 'awaiting_payment' and (l ->> 'quantity')::int > (l ->> 'quantityBefore')::int
      ),
      held as (select order_edit_id as id, variant_id, quantity as units from holds where order_edit_id is not null and state = 'active')
      select coalesce(a.id, h.id) as id, a.units, h.units as held from added a
        full join held h on h.id = a.id and h.variant_id = a.variant_id
        where a.units is distinct from h.units
      union all select e.id, 0, 0 from order_edits e join orders o on o.id = e.order_id
        where e.status = 'awaiting_payment' and (o.status <> 'confirmed' or o.shipped_count > 0)`,
  },
  {
    id: 'I45',
    title: 'No parcel of an order is shipped after the order was fully refunded or cancelled',
    sql: `
      with money as (
        select o.id, o.total_cents, o.store_credit_cents + coalesce(p.captured, 0) as paid,
          coalesce(p.claimed, 0) + coalesce(k.returned, 0) as back,
          greatest(p.at, k.at) as at
          from orders o
          left join (
            select p.order_id, sum(p.captured_cents) as captured, sum(p.refund_claimed_cents) as claimed,
              max((select max(r.created_at) from refunds r where r.payment_id = p.id and r.status in ('pending', 'processed'))) as at
              from payments p
              where p.superseded_at is null group by 1
          ) p on p.order_id = o.id
          left join (
            select k.order_id, sum(k.returned_cents) as returned,
              (select max(m.created_at) from store_credit_movements m where m.order_id = k.order_id and m.kind = 'give_back') as at
              from order_credits k
              group by 1
          ) k on k.order_id = o.id
      )
      select s.id, s.order_id, s.shipped_at from shipments s
        join money m on m.id = s.order_id
        where m.total_cents > 0 and m.paid > 0 and m.back = m.paid and s.shipped_at > m.at + interval '1 minute'
      union all select s.id, s.order_id, s.shipped_at from shipments s
        join order_status_changes c on c.order_id = s.order_id and c.to_status = 'cancelled'
        where s.shipped_at > c.created_at + interval '1 minute'`,
  },
  {
    id: 'I52',
    title: 'No order holds units for more than 20 minutes after its payment window, whatever its provider answers',
    sql: `select o.id, o.expires_at from orders o where o.status = 'pending' and o.expires_at < now() - interval '20 minutes'`,
  },
];
