import { sealedColumns } from '../kernel/index.ts';

/**
 * A rule that the data must satisfy, as a statement that returns the rows that break it. `grace` is how long a
 * violation may last while work is in progress.
 */
export interface Invariant {
  readonly id: string;
  readonly title: string;
  readonly sql: string;
}

/** Per order line: units that returns put back into stock, and units of a cancelled order that are in transit or lost to the shop. */
const unitsOfReturns = `select l.order_item_id, sum(l.restocked_quantity) as restocked,
    sum(case when b.status in ('in_transit', 'written_off') then l.quantity when b.status = 'received' then l.received_quantity - l.restocked_quantity else 0 end) as away,
    sum(case when b.status in ('in_transit', 'written_off') then l.quantity when b.status = 'received' then l.received_quantity else 0 end) as accounted
  from order_return_lines l join order_returns b on b.id = l.return_id group by l.order_item_id`;

/** Each is a query for violating rows; it must return none. */
export const invariants: readonly Invariant[] = [
  {
    id: 'I01',
    title: 'Reserved units are never negative and never exceed units on hand plus the backorder limit and recorded shortages',
    sql: `select variant_id, on_hand, reserved, backorder_limit, forced_short from stock_levels where reserved < 0 or reserved > on_hand + backorder_limit + forced_short`,
  },
  {
    id: 'I02',
    title: 'Reserved units equal the units of active holds plus the free units of allocations',
    sql: `select s.variant_id, s.reserved, coalesce(h.held, 0) as held from stock_levels s
      left join (select variant_id, sum(units) as held from (select variant_id, quantity as units from holds where state = 'active'
        union all select variant_id, units_free from stock_allocations) x group by variant_id) h using (variant_id) where s.reserved <> coalesce(h.held, 0)`,
  },
  {
    id: 'I03',
    title:
      'Units on hand equal the sum of the stock ledger and the sum over all locations, and the units at each location equal its ledger',
    sql: `select s.variant_id, s.on_hand, coalesce(m.total, 0) as ledger from stock_levels s
      left join (select variant_id, sum(quantity) as total from stock_movements group by variant_id) m using (variant_id) where s.on_hand <> coalesce(m.total, 0)
      union all select s.variant_id, s.on_hand, coalesce(l.total, 0) from stock_levels s
        left join (select variant_id, sum(on_hand) as total from location_levels group by variant_id) l using (variant_id) where s.on_hand <> coalesce(l.total, 0)
      union all select variant_id, coalesce(l.on_hand, 0), coalesce(m.total, 0) from location_levels l
        full join (select variant_id, location_id, sum(quantity) as total from stock_movements group by 1, 2) m using (variant_id, location_id)
        where coalesce(l.on_hand, 0) <> coalesce(m.total, 0)`,
  },
  {
    id: 'I04',
    title: 'Units received and adjusted equal units on hand plus units that orders count as sold, in transit or written off',
    sql: `with back as (${unitsOfReturns}),
      gone as (select i.variant_id, sum(case when o.status = 'cancelled' then coalesce(back.away, 0) else i.quantity - coalesce(back.restocked, 0) end) as units
        from order_items i join orders o on o.id = i.order_id left join back on back.order_item_id = i.id where o.paid_at is not null group by i.variant_id),
      came as (select variant_id, sum(quantity) as units from stock_movements where kind in ('received', 'adjusted') group by variant_id)
      select s.variant_id, s.on_hand, coalesce(came.units, 0) as came, coalesce(gone.units, 0) as gone from stock_levels s left join came using (variant_id) left join gone using (variant_id)
      where coalesce(came.units, 0) <> s.on_hand + coalesce(gone.units, 0)`,
  },
  {
    id: 'I05',
    title:
      'The ledger sales of a paid order, less units removed by edits, equal its lines; of a cancelled order only units in transit and written-off units stay sold',
    sql: `select i.id, i.quantity, m.quantity as moved from order_items i join orders o on o.id = i.order_id left join (select order_item_id, sum(quantity) as quantity from stock_movements
        where kind = 'sold' or (kind = 'restocked' and change_id in (select id from order_log where kind = 'edit')) group by order_item_id) m on m.order_item_id = i.id
      where o.paid_at is not null and coalesce(-m.quantity, 0) <> i.quantity
      union all select i.id, coalesce(back.away, 0)::int, coalesce(m.quantity, 0) from order_items i join orders o on o.id = i.order_id left join (${unitsOfReturns}) back on back.order_item_id = i.id
        left join (select order_item_id, sum(quantity) as quantity from stock_movements where order_item_id is not null group by 1) m on m.order_item_id = i.id
        where o.paid_at is not null and o.status = 'cancelled' and coalesce(-m.quantity, 0) <> coalesce(back.away, 0)`,
  },
  {
    id: 'I06',
    title: 'An order that was never paid has no sale in the stock ledger',
    sql: `select o.id, m.id as movement from orders o join order_items i on i.order_id = o.id join stock_movements m on m.order_item_id = i.id where o.paid_at is null`,
  },
  {
    id: 'I07',
    title: 'No cart hold stays active for more than a minute after its end',
    sql: `select id, variant_id, expires_at from holds where state = 'active' and cart_id is not null and expires_at < now() - interval '60 seconds'`,
  },
  {
    id: 'I08',
    title: 'Only active carts hold units, and a variant has one line in a cart',
    sql: `select h.id, c.id as cart_id from holds h join carts c on c.id = h.cart_id where h.state = 'active' and c.status <> 'active'
      union all select min(i.id::text)::uuid, i.cart_id from cart_items i group by i.cart_id, i.variant_id having count(*) > 1`,
  },
  {
    id: 'I09',
    title: 'An ordered cart has exactly one order',
    sql: `select cart_id, count(*) from orders where cart_id is not null group by cart_id having count(*) > 1 union all select id, 0 from carts c where status = 'converted' and not exists (select 1 from orders o where o.cart_id = c.id)`,
  },
  {
    id: 'I10',
    title: 'The amounts of an order add up, and none is negative',
    sql: `select o.id, o.subtotal_cents, o.discount_cents, o.shipping_tax_cents, o.tax_cents, o.total_cents from orders o
      join (select order_id, sum(line_total_cents) as lines, sum(discount_cents) as discounts, sum(tax_cents) as taxes from order_items group by order_id) i on i.order_id = o.id
      where o.subtotal_cents <> i.lines or o.discount_cents <> i.discounts or o.tax_cents <> i.taxes + o.shipping_tax_cents or least(o.subtotal_cents, o.discount_cents, o.shipping_cents, o.tax_cents, o.total_cents) < 0
        or o.total_cents <> o.subtotal_cents - o.discount_cents + o.shipping_cents + case when o.tax_included then 0 else o.tax_cents end`,
  },
  {
    id: 'I11',
    title: 'A line total is unit price times quantity, and a quantity is at most 10,000 units',
    sql: `select id, unit_price_cents, quantity, line_total_cents from order_items where line_total_cents <> unit_price_cents * quantity or quantity not between 0 and 10000`,
  },
  {
    id: 'I12',
    title: 'Every order has lines, and its item count equals the sum of their quantities',
    sql: `select o.id from orders o where not exists (select 1 from order_items i where i.order_id = o.id) or o.item_count <> (select sum(quantity) from order_items i where i.order_id = o.id)`,
  },
  {
    id: 'I13',
    title: 'A cart, its order, its payments, its invoices and its store credit have one currency',
    sql: `select o.id, o.currency from orders o left join carts c on c.id = o.cart_id where c.currency <> o.currency
      or exists (select 1 from payments p where p.order_id = o.id and p.currency <> o.currency) or exists (select 1 from invoices v where v.order_id = o.id and v.currency <> o.currency)
      or exists (select 1 from order_credits k join store_credits s on s.id = k.credit_id where k.order_id = o.id and s.currency <> o.currency)`,
  },
  {
    id: 'I14',
    title: 'The status history of an order has no gaps, contains only allowed transitions and ends at its current status',
    sql: `with steps as (select order_id, position, from_status, to_status, lag(to_status) over w as before, row_number() over w as n, lead(position) over w is null as last
        from order_status_changes window w as (partition by order_id order by position))
      select s.order_id, s.position from steps s join orders o on o.id = s.order_id
      where s.position <> s.n or s.from_status is distinct from s.before or (s.last and s.to_status <> o.status)
        or (s.from_status is null and s.to_status <> 'pending')
        or (s.from_status is not null and (s.from_status, s.to_status) not in (('pending', 'confirmed'), ('pending', 'cancelled'), ('confirmed', 'shipped'), ('confirmed', 'cancelled'), ('shipped', 'delivered'), ('shipped', 'cancelled')))
      union all select o.id, 0 from orders o where not exists (select 1 from order_status_changes c where c.order_id = o.id)`,
  },
  {
    id: 'I15',
    title: 'The captured amount of an order or a payment never exceeds the amount due',
    sql: `select o.id, sum(p.captured_cents) as captured, o.total_cents from payments p join orders o on o.id = p.order_id where p.superseded_at is null
      group by o.id having sum(p.captured_cents) > o.total_cents + o.credited_cents - o.store_credit_cents
      union all select id, captured_cents, amount_cents from payments where captured_cents > amount_cents`,
  },
  {
    id: 'I16',
    title:
      'An order and each of its edits are charged at most once, and an edit is applied if and only if its price difference was captured',
    sql: `select order_id, count(*) from payments where superseded_at is null and status in ('authorized', 'captured', 'partially_refunded', 'disputed') group by order_id, order_edit_id having count(*) > 1
      union all select e.id, e.difference_cents from order_edits e where (e.status = 'applied') <> exists (
        select 1 from payments p where p.order_edit_id = e.id and p.superseded_at is null and p.captured_cents = e.difference_cents)
      union all select order_id, count(*) from payments where superseded_at is not null and captured_cents > refund_claimed_cents and status <> 'disputed' group by order_id`,
  },
  {
    id: 'I17',
    title: 'An order is paid if and only if captured payments and store credit cover its total',
    sql: `with money as (select order_id, sum(captured_cents) as captured from payments where superseded_at is null group by order_id)
      select o.id, o.status, o.paid_at, m.captured from orders o left join money m on m.order_id = o.id
      where o.total_cents + o.credited_cents > 0
        and ((o.paid_at is not null and coalesce(m.captured, 0) + o.store_credit_cents <> o.total_cents + o.credited_cents) or (o.paid_at is null and o.status <> 'cancelled' and m.captured > 0))`,
  },
  {
    id: 'I18',
    title:
      "No payment stays pending for more than 15 minutes after the call to the provider or after the end of the buyer's time to confirm it",
    sql: `select p.id, p.gateway_phase, p.called_at from payments p join orders o on o.id = p.order_id where p.status = 'pending' and p.called_at < now() - interval '15 minutes'
      and not (p.gateway_phase = 'action' and ((o.status = 'pending' and o.expires_at > now() - interval '15 minutes')
        or exists (select 1 from order_edits e where e.id = p.order_edit_id and e.status = 'awaiting_payment' and e.expires_at > now() - interval '15 minutes')))`,
  },
  {
    id: 'I19',
    title: 'A provider reference belongs to one payment or one refund',
    sql: `select provider, gateway_reference, count(*) from payments where gateway_reference is not null group by 1, 2 having count(*) > 1
      union all select 'refund', gateway_reference, count(*) from refunds where gateway_reference is not null group by 2 having count(*) > 1`,
  },
  {
    id: 'I20',
    title: 'The payments of the shop equal the records of the sandbox provider, and the other way round',
    sql: `select coalesce(p.id::text, c.reference) as id, p.captured_cents, c.amount_cents, p.refunded_cents as refunded_here, c.refunded_cents as refunded_there from
        (select * from payments where provider = 'sandbox' and captured_cents > 0) p full join (select * from sandbox_charges where status = 'captured') c on c.reference = p.gateway_reference
      where coalesce(c.created_at, p.created_at) < now() - interval '15 minutes'
        and (p.id is null or c.reference is null or p.captured_cents <> c.amount_cents or p.currency <> c.currency or p.refunded_cents <> c.refunded_cents)`,
  },
  {
    id: 'I21',
    title: 'Refunds, including pending ones, never exceed the captured amount',
    sql: `select p.id, p.captured_cents, p.refund_claimed_cents, coalesce(r.claimed, 0) as claimed, coalesce(r.done, 0) as done from payments p
      left join (select payment_id, sum(amount_cents) filter (where status in ('pending', 'processed')) as claimed, sum(amount_cents) filter (where status = 'processed') as done from refunds group by 1) r on r.payment_id = p.id
      where coalesce(r.claimed, 0) > p.captured_cents or coalesce(r.claimed, 0) <> p.refund_claimed_cents or coalesce(r.done, 0) <> p.refunded_cents`,
  },
  {
    id: 'I22',
    title: 'A payment is refunded if and only if its whole captured amount was refunded',
    sql: `select id, status, captured_cents, refunded_cents from payments where status <> 'disputed' and captured_cents > 0 and (status = 'refunded') <> (refunded_cents = captured_cents)`,
  },
  {
    id: 'I23',
    title: 'The captured money of a cancelled order is refunded within 15 minutes, unless it is disputed',
    sql: `select o.id, p.id as payment_id, p.captured_cents - p.refunded_cents as kept from orders o join payments p on p.order_id = o.id
      where o.status = 'cancelled' and o.archived_at is null and p.status <> 'disputed' and p.captured_cents > p.refunded_cents and greatest(o.updated_at, p.captured_at) < now() - interval '15 minutes'`,
  },
  {
    id: 'I24',
    title:
      'Each paid order and each edit with a higher total has one invoice, and each refund or returned store credit one credit note, over the same amounts; a credit note is reversed if and only if its refund failed afterwards',
    sql: `with billed as (select order_id, sum(total_cents) as cents, sum(tax_cents) as tax, count(*) filter (where order_edit_id is null) as first from invoices group by order_id)
      select o.id from orders o left join billed v on v.order_id = o.id where o.paid_at < now() - interval '60 seconds'
        and (v.first is distinct from 1 or v.cents <> o.total_cents + o.credited_cents or v.tax <> o.tax_cents + o.credited_tax_cents)
      union all select v.order_id from invoices v join orders o on o.id = v.order_id where o.paid_at is null
      union all select coalesce(e.id, v.id) from (select * from order_edits where status = 'applied') e full join (select * from invoices where order_edit_id is not null) v on v.order_edit_id = e.id
        where v.id is null or e.id is null or v.total_cents <> e.difference_cents
      union all select r.id from refunds r join payments p on p.id = r.payment_id and p.superseded_at is null
        join invoices v on v.order_id = p.order_id and v.order_edit_id is not distinct from p.order_edit_id left join credit_notes n on n.refund_id = r.id
        where r.status = 'processed' and r.processed_at < now() - interval '60 seconds' and (n.id is null or n.total_cents <> r.amount_cents or n.invoice_id <> v.id)
      union all select n.id from credit_notes n join refunds r on r.id = n.refund_id left join credit_notes x on x.reverses_id = n.id
        where (r.status = 'failed') <> (x.id is not null) or x.total_cents <> n.total_cents or x.invoice_id <> n.invoice_id
      union all select m.id from store_credit_movements m join invoices v on v.order_id = m.order_id and v.order_edit_id is null left join credit_notes n on n.movement_id = m.id
        where m.kind = 'give_back' and (n.id is null or n.total_cents <> m.amount_cents or n.invoice_id <> v.id)`,
  },
  {
    id: 'I25',
    title: 'Invoice and credit note numbers are unique and have no gaps',
    sql: `select s.series, s.last_number, coalesce(n.count, 0) as issued from invoice_series s
      left join (select series, count(*) as count, max(sequence) as top from (select series, sequence from invoices union all select series, sequence from credit_notes) x group by series) n using (series)
      where coalesce(n.count, 0) <> s.last_number or coalesce(n.top, 0) <> s.last_number`,
  },
  {
    id: 'I26',
    title: 'The database guards that keep issued invoices unchanged are in place',
    sql: `select t.name from (values ('invoices_append_only'), ('credit_notes_append_only')) t(name) where not exists (select 1 from pg_trigger g where g.tgname = t.name and g.tgenabled <> 'D')`,
  },
  {
    id: 'I27',
    title: 'Each status change of an order and each capture has exactly one event',
    sql: `select c.order_id as id, c.to_status as what from order_status_changes c
        where (select count(*) from outbox_events e where e.aggregate_id = c.order_id and e.name = case c.to_status when 'pending' then 'order.placed' else 'order.' || c.to_status end) <> 1
      union all select p.id, 'captured' from payments p where p.captured_cents > 0 and (select count(*) from outbox_events e where e.aggregate_id = p.id and e.name = 'payment.captured') <> 1`,
  },
  {
    id: 'I28',
    title: 'No event stays in the outbox for more than a minute',
    sql: `select id, name, occurred_at from outbox_events where relayed_at is null and occurred_at < now() - interval '60 seconds'
      union all select e.id, e.name, e.occurred_at from event_deliveries d join outbox_events e on e.id = d.event_id where d.state = 'dead'`,
  },
  {
    id: 'I29',
    title:
      "A provider's event is handled when it is received or retried in time; one that still waits after 15 minutes is listed for staff",
    sql: `select provider, event_id, received_at from gateway_events where (handled_at is null and attempts = 0 and received_at < now() - interval '60 seconds')
        or (handled_at is null and retry_at < now() - interval '5 minutes') or (outcome = 'dead' and resolved_at is null)
        or (outcome = 'waiting' and received_at < now() - interval '25 minutes')`,
  },
  {
    id: 'I30',
    title: 'No idempotency key is stuck, and each finished one can be replayed',
    sql: `select id, endpoint, state, locked_until from idempotency_keys
      where (state = 'in_progress' and locked_until < now() - interval '15 minutes') or (state = 'complete' and response_sealed is null)
      union all select min(id::text)::uuid, 'checkout', checkout_key, null from orders group by checkout_key having count(*) > 1`,
  },
  {
    id: 'I31',
    title: 'The use counter of a promo code equals its uses and never exceeds its limit',
    sql: `select c.id, c.code, c.used_count, coalesce(r.n, 0) as uses from promo_codes c
        left join (select promo_code_id, count(*) as n from promo_redemptions where state = 'redeemed' group by 1) r on r.promo_code_id = c.id
        where c.used_count <> coalesce(r.n, 0) or c.used_count > coalesce(c.usage_limit, c.used_count)
      union all select c.id, c.code, c.per_customer_limit, count(*) from promo_codes c join promo_redemptions r on r.promo_code_id = c.id and r.state = 'redeemed'
        group by c.id, r.identity having count(*) > coalesce(c.per_customer_limit, count(*))`,
  },
  {
    id: 'I35',
    title: 'Shipped units equal the units in parcels, and an order is shipped if and only if its last unit is',
    sql: `select i.id, i.shipped_quantity, coalesce(l.units, 0) as packed from order_items i
        left join (select order_item_id, sum(quantity) as units from shipment_lines group by 1) l on l.order_item_id = i.id where i.shipped_quantity <> coalesce(l.units, 0)
      union all select o.id, o.shipped_count, o.item_count from orders o where o.shipped_count <> (select sum(shipped_quantity) from order_items i where i.order_id = o.id)
        or (o.status in ('shipped', 'delivered') and o.shipped_count <> o.item_count) or (o.status = 'confirmed' and o.shipped_count = o.item_count)
        or (o.paid_at is null and o.shipped_count > 0)`,
  },
  {
    id: 'I36',
    title:
      'Claimed and returned units equal the lines of returns, restocked units equal the stock ledger, and refunded amounts equal the refunds',
    sql: `with lines as (select l.order_item_id, sum(case b.status when 'received' then l.received_quantity when 'rejected' then 0 else l.quantity end) as claimed, sum(l.received_quantity) as back
          from order_return_lines l join order_returns b on b.id = l.return_id group by 1)
      select i.id, i.claimed_quantity, i.returned_quantity from order_items i left join lines on lines.order_item_id = i.id
        where i.claimed_quantity <> coalesce(lines.claimed, 0) or i.returned_quantity <> coalesce(lines.back, 0)
      union all select o.id, o.returned_count, o.item_count from orders o where o.returned_count <> (select sum(returned_quantity) from order_items i where i.order_id = o.id)
      union all select l.return_id, l.restocked_quantity, coalesce(m.units, 0)::int from order_return_lines l
        left join (select order_item_id, change_id, sum(quantity) as units from stock_movements where change_id is not null group by 1, 2) m on m.order_item_id = l.order_item_id and m.change_id = l.return_id
        where l.restocked_quantity <> coalesce(m.units, 0)
      union all select b.id, (b.refund_cents - b.store_credit_cents)::int, r.cents::int from order_returns b
        left join (select x.return_id, sum(coalesce(r.requested_cents, r.amount_cents)) as cents from order_return_refunds x join refunds r on r.id = x.refund_id group by 1) r on r.return_id = b.id
        where b.refund_cents - b.store_credit_cents <> coalesce(r.cents, 0)`,
  },
  {
    id: 'I37',
    title: 'An edit that waits for its payment holds the units it adds, and no other edit holds units',
    sql: `with added as (select e.id, (l ->> 'variantId')::uuid as variant_id, (l ->> 'quantity')::int - (l ->> 'quantityBefore')::int as units
          from order_edits e, jsonb_array_elements(e.plan -> 'lines') l where e.status = 'awaiting_payment' and (l ->> 'quantity')::int > (l ->> 'quantityBefore')::int),
      held as (select order_edit_id as id, variant_id, quantity as units from holds where order_edit_id is not null and state = 'active')
      select coalesce(a.id, h.id) as id, a.units, h.units as held from added a full join held h on h.id = a.id and h.variant_id = a.variant_id where a.units is distinct from h.units
      union all select e.id, 0, 0 from order_edits e join orders o on o.id = e.order_id where e.status = 'awaiting_payment' and (o.status <> 'confirmed' or o.shipped_count > 0)`,
  },
  {
    id: 'I40',
    title: 'The units of a sale equal its free, held and sold units',
    sql: `select i.id, i.units_allocated, a.units_free, coalesce(h.taken, 0) as taken from flash_sale_items i join stock_allocations a on a.id = i.id
      left join (select allocation_id, sum(quantity) as taken from holds where allocation_id is not null and state in ('active', 'committed') group by allocation_id) h on h.allocation_id = i.id
      where (a.closed_at is null and i.units_allocated <> a.units_free + coalesce(h.taken, 0)) or i.units_allocated < coalesce(h.taken, 0)`,
  },
  {
    id: 'I41',
    title: 'The units counted against a purchase limit equal its claims, and no cancelled order keeps a claim',
    sql: `select n.scope_id, n.identity, n.units, coalesce(c.units, 0) as claimed from purchase_counts n
      left join (select scope_id, identity, sum(units) as units from purchase_claims group by scope_id, identity) c using (scope_id, identity) where n.units <> coalesce(c.units, 0)
      union all select c.scope_id, c.identity, 0, c.units from purchase_claims c join orders o on o.id = c.order_id where o.status = 'cancelled'`,
  },
  {
    id: 'I42',
    title: 'The balance of a gift card or store credit equals the sum of its ledger',
    sql: `select c.id, c.balance_cents, coalesce(m.total, 0) as ledger from store_credits c
      left join (select credit_id, sum(amount_cents) as total from store_credit_movements group by 1) m on m.credit_id = c.id where c.balance_cents <> coalesce(m.total, 0) or c.balance_cents < 0`,
  },
  {
    id: 'I43',
    title: 'The store credit that orders took and returned equals the credit ledger, and a cancelled order keeps none',
    sql: `with moved as (select order_id, credit_id, -coalesce(sum(amount_cents) filter (where kind = 'spend'), 0) as spent, coalesce(sum(amount_cents) filter (where kind = 'give_back'), 0) as back
          from store_credit_movements where kind in ('spend', 'give_back') group by 1, 2),
        taken as (select order_id, sum(amount_cents) as amount, sum(returned_cents) as returned from order_credits group by 1)
      select o.id, o.store_credit_cents, coalesce(t.amount, 0) as amount, coalesce(t.returned, 0) as returned from orders o left join taken t on t.order_id = o.id
        where o.store_credit_cents <> coalesce(t.amount, 0) or (o.status = 'cancelled' and t.returned <> t.amount)
      union all select coalesce(k.order_id, m.order_id), k.amount_cents, m.spent, m.back from order_credits k full join moved m using (order_id, credit_id)
        where k.amount_cents is distinct from m.spent or k.returned_cents is distinct from m.back`,
  },
  {
    id: 'I44',
    title:
      'Every shipped unit of a cancelled order is in transit, received or written off; no other unit is in transit, and none for longer than its time limit',
    sql: `select i.id, i.shipped_quantity, coalesce(back.accounted, 0) as accounted from order_items i join orders o on o.id = i.order_id left join (${unitsOfReturns}) back on back.order_item_id = i.id
        where o.status = 'cancelled' and not o.restocked_at_cancellation and i.shipped_quantity <> coalesce(back.accounted, 0)
      union all select b.id, 0, 0 from order_returns b join orders o on o.id = b.order_id
        where (b.status in ('in_transit', 'written_off') and o.status <> 'cancelled') or (b.status = 'in_transit' and b.due_at < now() - interval '1 hour')`,
  },
  {
    id: 'I45',
    title: 'No parcel of an order is shipped after the order was fully refunded or cancelled',
    sql: `with money as (select o.id, o.store_credit_cents + coalesce(p.captured, 0) as paid, coalesce(p.claimed, 0) + coalesce(k.returned, 0) as back, greatest(p.at, k.at) as at from orders o
          left join (select p.order_id, sum(p.captured_cents) as captured, sum(p.refund_claimed_cents) as claimed,
            max((select max(r.created_at) from refunds r where r.payment_id = p.id and r.status in ('pending', 'processed'))) as at from payments p where p.superseded_at is null group by 1) p on p.order_id = o.id
          left join (select k.order_id, sum(k.returned_cents) as returned, (select max(m.created_at) from store_credit_movements m where m.order_id = k.order_id and m.kind = 'give_back') as at
            from order_credits k group by 1) k on k.order_id = o.id)
      select s.id, s.order_id, s.shipped_at from shipments s join money m on m.id = s.order_id where m.paid > 0 and m.back = m.paid and s.shipped_at > m.at + interval '1 minute'
      union all select s.id, s.order_id, s.shipped_at from shipments s join order_status_changes c on c.order_id = s.order_id and c.to_status = 'cancelled' where s.shipped_at > c.created_at + interval '1 minute'`,
  },
  {
    id: 'I46',
    title: 'A promo code counts as used by exactly the orders that it reduced',
    sql: `select r.id, o.id as order_id, r.reduced_cents from promo_redemptions r join promo_codes c on c.id = r.promo_code_id join orders o on o.id = r.order_id
        where r.state = 'redeemed' and (o.status = 'cancelled' or o.promo_code is distinct from c.code or r.reduced_cents <= 0 or (r.reduced_cents is null) <> (r.reduction is null))
      union all select null, o.id, null from orders o where o.promo_code is not null and o.status <> 'cancelled'
        and not exists (select 1 from promo_redemptions r where r.order_id = o.id and r.state = 'redeemed')`,
  },
  {
    id: 'I60',
    title: 'The idempotency key of every request that made a refund is kept permanently',
    sql: `select r.id, r.request_key from refunds r left join permanent_keys k using (request_key) where r.request_key is not null and k.request_key is null`,
  },
  {
    id: 'I51',
    title: 'A charge or refund of a provider that differs from the request is recorded until it is resolved',
    sql: `select p.id, p.failure_code from payments p where p.failure_code = 'wrong_amount'
        and not exists (select 1 from payment_discrepancies d where d.payment_id = p.id and d.kind = 'wrong_charge')
      union all select d.id, d.resolution from payment_discrepancies d where (d.resolution = 'returned') <> (d.return_reference is not null)
      union all select d.id, r.status from payment_discrepancies d join refunds r on r.id = d.refund_id where d.resolved_at is null and r.status <> 'pending'
      union all select r.id, 'requested' from refunds r where r.requested_cents is not null
        and not exists (select 1 from payment_discrepancies d where d.refund_id = r.id and d.resolution = 'adopted')`,
  },
  {
    id: 'I52',
    title: 'No order holds units for more than 20 minutes after its payment window, whatever its provider answers',
    sql: `select o.id, o.expires_at from orders o where o.status = 'pending' and o.expires_at < now() - interval '20 minutes'`,
  },
  {
    id: 'I50',
    title: 'A refund has the currency of its payment',
    sql: `select r.id, r.currency, p.currency as paid_in from refunds r join payments p on p.id = r.payment_id where r.currency <> p.currency`,
  },
  {
    id: 'I70',
    title: 'A handle, a slug and a SKU each belong to at most one product that is not deleted, and a variant is deleted with its product',
    sql: `select 'handle' as of, min(handle) as name, count(*) as products from products where deleted_at is null group by handle having count(*) > 1
      union all select 'slug', min(slug), count(*) from products where deleted_at is null group by slug having count(*) > 1
      union all select 'SKU', min(v.sku), count(*) from variants v join products p on p.id = v.product_id where p.deleted_at is null group by v.sku having count(*) > 1
      union all select 'deletion', v.sku, 1 from variants v join products p on p.id = v.product_id where (v.deleted_at is null) <> (p.deleted_at is null)`,
  },
  {
    id: 'I71',
    title: 'No two variants of a product have the same option values, and a product lists exactly the option values of its variants',
    sql: `select product_id, options, count(*) as variants from variants group by product_id, options having count(*) > 1 or count(options_hash) = 0
      union all select v.product_id, v.options, 1 from variants v join products p on p.id = v.product_id, jsonb_each_text(v.options) o
        where not p.options @> jsonb_build_array(jsonb_build_object('name', o.key, 'values', jsonb_build_array(o.value)))`,
  },
  {
    id: 'I72',
    title: 'Product lists and search contain every active product and no other',
    sql: `select coalesce(p.id, e.product_id) as id, p.status from (select id, status from products p where status = 'active' and deleted_at is null and exists (
          select 1 from variants v join stock_levels l on l.variant_id = v.id where v.product_id = p.id)) p
      full join search_entries e on e.product_id = p.id where p.id is null or e.product_id is null`,
  },
  {
    id: 'I80',
    title: 'A payment is disputed if and only if a dispute about it is open or lost',
    sql: `select p.id, p.status from payments p
      where (p.status = 'disputed') <> exists (select 1 from disputes d where d.payment_id = p.id and d.status in ('open', 'lost'))`,
  },
  {
    id: 'I81',
    title: 'A refund that was made at the provider is in the audit log and was never sent by this shop',
    sql: `select r.id, r.gateway_reference from refunds r where r.origin = 'provider'
      and (r.requested_by not like 'provider:%' or not exists (select 1 from audit_log a where a.action = 'payments.refund' and a.subject_id = r.payment_id::text and a."after" ->> 'refundId' = r.id::text))`,
  },
  {
    id: 'I90',
    title: 'Every registered consumer has a delivery for each event that was relayed since it registered',
    sql: `select e.id, e.name, s.consumer from event_subscriptions s join outbox_events e on e.name = s.event
      where e.relayed_at is not null and (e.relayed_at > s.since or s.caught_up_at is not null)
        and not exists (select 1 from event_deliveries d where d.event_id = e.id and d.consumer = s.consumer)`,
  },
  {
    id: 'I91',
    title: 'Every sealed value can be read',
    sql: `${sealedColumns
      .map(
        ({ table, column, id }) =>
          `select '${table}' as "table", '${column}' as "column", ${id}::text as row_id from ${table} where ${column} !~ '^v1:[A-Za-z0-9_-]{16}:[A-Za-z0-9_-]{22,}$'`,
      )
      .join(' union ')} union select table_name, column_name, row_id from unreadable_values`,
  },
];
