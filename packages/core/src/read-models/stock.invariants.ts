/** Stock: counters, holds, the ledger of movements, and units that sales and returns hold. */
import type { Invariant } from './invariant.ts';

/** Per order line: units that returns put back into stock, and units of a cancelled order that are in transit or lost to the shop. */
const unitsOfReturns = `
  select l.order_item_id, sum(l.restocked_quantity) as restocked,
    sum(case
      when b.status in ('in_transit', 'written_off') then l.quantity
      when b.status = 'received' then l.received_quantity - l.restocked_quantity
      else 0 end) as away,
    sum(case
      when b.status in ('in_transit', 'written_off') then l.quantity
      when b.status = 'received' then l.received_quantity
      else 0 end) as accounted
  from order_return_lines l join order_returns b on b.id = l.return_id group by l.order_item_id`;

/** The invariants of stock. */
export const stockInvariants: readonly Invariant[] = [
  {
    id: 'I01',
    title:
      'Units on hand and reserved units are never negative, and reserved units never exceed units on hand plus the backorder limit ' +
      'and recorded shortages',
    sql: `
      select variant_id, on_hand, reserved, backorder_limit, forced_short from stock_levels
        where on_hand < 0 or reserved < 0 or reserved > on_hand + backorder_limit + forced_short
      union all select variant_id, on_hand, 0, 0, 0 from location_levels where on_hand < 0`,
  },
  {
    id: 'I02',
    title: 'Reserved units equal the units of active holds plus the free units of allocations and backordered units',
    sql: `
      select s.variant_id, s.reserved, coalesce(h.held, 0) as held from stock_levels s
        left join (
          select variant_id, sum(units) as held
            from (
              select variant_id, quantity as units from holds where state = 'active'
              union all select variant_id, units_free from stock_allocations
              union all select variant_id, quantity from backorders
            ) x
            group by variant_id
        ) h using (variant_id)
        where s.reserved <> coalesce(h.held, 0)`,
  },
  {
    id: 'I03',
    title:
      'Units on hand equal the sum of the stock ledger and the sum over all locations, and the units at each location equal its ledger',
    sql: `
      select s.variant_id, s.on_hand, coalesce(m.total, 0) as ledger from stock_levels s
        left join (select variant_id, sum(quantity) as total from stock_movements group by variant_id) m using (variant_id)
        where s.on_hand <> coalesce(m.total, 0)
      union all select s.variant_id, s.on_hand, coalesce(l.total, 0) from stock_levels s
        left join (select variant_id, sum(on_hand) as total from location_levels group by variant_id) l using (variant_id)
        where s.on_hand <> coalesce(l.total, 0)
      union all select variant_id, coalesce(l.on_hand, 0), coalesce(m.total, 0) from location_levels l
        full join (
          select variant_id, location_id, sum(quantity) as total from stock_movements group by 1, 2
        ) m using (variant_id, location_id)
        where coalesce(l.on_hand, 0) <> coalesce(m.total, 0)`,
  },
  {
    id: 'I04',
    title:
      'Units received and adjusted equal units on hand plus units that orders count as sold, in transit or written off, ' +
      'less backordered units',
    sql: `
      with back as (${unitsOfReturns}),
      gone as (
        select i.variant_id,
          sum(case when o.status = 'cancelled' then coalesce(back.away, 0) else i.quantity - coalesce(back.restocked, 0) end) as units
          from order_items i
          join orders o on o.id = i.order_id
          left join back on back.order_item_id = i.id
          where o.paid_at is not null and i.tracked group by i.variant_id
      ),
      came as (select variant_id, sum(quantity) as units from stock_movements where kind in ('received', 'adjusted') group by variant_id),
      owed as (select variant_id, sum(quantity) as units from backorders group by variant_id)
      select s.variant_id, s.on_hand, coalesce(came.units, 0) as came, coalesce(gone.units, 0) as gone, coalesce(owed.units, 0) as owed
        from stock_levels s
        left join came using (variant_id)
        left join gone using (variant_id)
        left join owed using (variant_id)
        where coalesce(came.units, 0) + coalesce(owed.units, 0) <> s.on_hand + coalesce(gone.units, 0)`,
  },
  {
    id: 'I05',
    title:
      'The ledger sales of a paid order, less units removed by edits, and its backordered units equal its lines; ' +
      'of a cancelled order only units in transit and written-off units stay sold',
    sql: `
      select i.id, i.quantity, m.quantity as moved from order_items i
        join orders o on o.id = i.order_id
        left join (
          select order_item_id, sum(quantity) as quantity from stock_movements
            where kind = 'sold'
              or (kind = 'restocked' and change_id is not null and change_id not in (select id from order_returns)) group by order_item_id
        ) m on m.order_item_id = i.id
        left join backorders b on b.order_id = i.order_id and b.variant_id = i.variant_id
        where o.paid_at is not null and i.tracked and case
          when o.status = 'cancelled' then coalesce(-m.quantity, 0) > i.quantity
          else coalesce(-m.quantity, 0) + coalesce(b.quantity, 0) <> i.quantity end
      union all select i.id, coalesce(back.away, 0)::int, coalesce(m.quantity, 0) from order_items i join orders o on o.id = i.order_id
        left join (${unitsOfReturns}) back on back.order_item_id = i.id
        left join (select order_item_id, sum(quantity) as quantity from stock_movements where order_item_id is not null group by 1) m
          on m.order_item_id = i.id
        where o.paid_at is not null and i.tracked and o.status = 'cancelled' and coalesce(-m.quantity, 0) <> coalesce(back.away, 0)`,
  },
  {
    id: 'I06',
    title: 'An order that was never paid has no sale in the stock ledger',
    sql: `
      select o.id, m.id as movement from orders o
        join order_items i on i.order_id = o.id
        join stock_movements m on m.order_item_id = i.id
        where o.paid_at is null`,
  },
  {
    id: 'I07',
    title: 'No cart hold stays active for more than a minute after its end',
    sql: `
      select id, variant_id, expires_at from holds
        where state = 'active' and cart_id is not null and expires_at < now() - interval '60 seconds'`,
  },
  {
    id: 'I08',
    title: 'Only active carts hold units, and a variant has one line in a cart',
    sql: `
      select h.id, c.id as cart_id from holds h join carts c on c.id = h.cart_id where h.state = 'active' and c.status <> 'active'
      union all select min(i.id::text)::uuid, i.cart_id from cart_items i group by i.cart_id, i.variant_id having count(*) > 1`,
  },
  {
    id: 'I47',
    title:
      'Only unshipped units of paid orders that are not cancelled are backordered, and, unless the order is fully refunded, ' +
      'only while no units are on hand, except those of sales',
    sql: `
      select b.order_id, b.variant_id, b.quantity from backorders b
        join orders o on o.id = b.order_id
        join order_items i on i.order_id = b.order_id and i.variant_id = b.variant_id
        where b.quantity > 0 and (o.paid_at is null or o.status = 'cancelled' or b.quantity > i.quantity - i.shipped_quantity)
      union all select b.order_id, b.variant_id, s.on_hand from backorders b
        join orders o on o.id = b.order_id
        join stock_levels s using (variant_id)
        where b.quantity > 0
          and (o.total_cents = 0 or exists (select 1 from payments p
              where p.order_id = b.order_id and p.superseded_at is null and p.captured_cents > p.refund_claimed_cents)
            or exists (select 1 from order_credits k where k.order_id = b.order_id and k.returned_cents < k.amount_cents)
            or not exists (select 1 from payments p
              where p.order_id = b.order_id and p.superseded_at is null and p.captured_cents > 0)
            and not exists (select 1 from order_credits k where k.order_id = b.order_id))
          and s.on_hand >
          coalesce((select sum(a.units_free) from stock_allocations a where a.variant_id = b.variant_id), 0)
          + coalesce((select sum(h.quantity) from holds h
            where h.variant_id = b.variant_id and h.state = 'active' and h.allocation_id is not null), 0)`,
  },
  {
    id: 'I48',
    title: 'Nothing reserves units of an untracked variant, and the lines that were sold untracked hold, move and await none',
    sql: `
      select s.variant_id, s.reserved as units from stock_levels s
        where not s.tracked and (s.reserved <> 0
          or exists (select 1 from holds h where h.variant_id = s.variant_id and h.state = 'active')
          or exists (select 1 from stock_allocations a where a.variant_id = s.variant_id and a.units_free > 0)
          or exists (select 1 from backorders b where b.variant_id = s.variant_id and b.quantity > 0))
      union all select i.id, sum(m.quantity)::int from order_items i join stock_movements m on m.order_item_id = i.id
        where not i.tracked group by i.id having sum(m.quantity) <> 0
      union all select i.id, h.quantity from order_items i join holds h on h.order_id = i.order_id and h.variant_id = i.variant_id
        where not i.tracked and h.state = 'active'
      union all select i.id, b.quantity from order_items i
        join backorders b on b.order_id = i.order_id and b.variant_id = i.variant_id
        where not i.tracked and b.quantity > 0`,
  },
  {
    id: 'I40',
    title: 'The units of a sale equal its free, held and sold units',
    sql: `
      select i.id, i.units_allocated, a.units_free, coalesce(h.taken, 0) as taken from flash_sale_items i
        join stock_allocations a on a.id = i.id
        left join (
          select allocation_id, sum(quantity) as taken from holds
            where allocation_id is not null and state in ('active', 'committed') group by allocation_id
        ) h on h.allocation_id = i.id
        where (a.closed_at is null and i.units_allocated <> a.units_free + coalesce(h.taken, 0))
          or i.units_allocated < coalesce(h.taken, 0)`,
  },
  {
    id: 'I44',
    title:
      'Every shipped unit of a cancelled order is in transit, received or written off; no other unit is in transit, ' +
      'and none for longer than its time limit',
    sql: `
      select i.id, i.shipped_quantity, coalesce(back.accounted, 0) as accounted from order_items i
        join orders o on o.id = i.order_id
        left join (${unitsOfReturns}) back on back.order_item_id = i.id
        where o.status = 'cancelled' and not o.restocked_at_cancellation and i.shipped_quantity <> coalesce(back.accounted, 0)
      union all select b.id, 0, 0 from order_returns b join orders o on o.id = b.order_id
        where (b.status in ('in_transit', 'written_off') and o.status <> 'cancelled')
          or (b.status = 'in_transit' and b.due_at < now() - interval '1 hour')`,
  },
];
