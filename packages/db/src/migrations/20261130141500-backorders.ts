/**
 * Units on hand are never below zero: units that were sold before they arrived stay reserved and are listed by order line. Before, they
 * were subtracted from the units on hand, which became negative, or fewer than those that sales had set aside.
 *
 * Units that are missing are owed to the newest paid lines that were not shipped: their sale is taken back in the ledger, where it was
 * made, and they become backorders. Lines that bought units of a sale keep them. Then a location below zero gets units of the variant
 * from other locations, and units that were shipped before anybody counted them in are counted in.
 */
import { Migration } from '@mikro-orm/migrations';

export class Backorders extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "backorders" ("order_id" uuid not null, "variant_id" uuid not null, "quantity" int not null, "since" timestamptz not null default now(), primary key ("order_id", "variant_id"));
create index backorders_by_variant on backorders (variant_id, since, order_id) where quantity > 0;
alter table "backorders" add constraint "backorders_quantity" check (quantity >= 0);
alter table "backorders" add constraint "backorders_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete no action;
alter table "backorders" add constraint "backorders_order_item_fk" foreign key ("order_id", "variant_id") references "order_items" ("order_id", "variant_id");

lock table stock_levels, location_levels in access exclusive mode;

create temporary table missing_units on commit drop as
  select s.variant_id, coalesce(p.units, 0) - s.on_hand as units
  from stock_levels s left join (
    select variant_id, sum(units)::int as units from (
      select variant_id, units_free as units from stock_allocations
      union all select variant_id, quantity from holds where state = 'active' and allocation_id is not null) x group by 1) p using (variant_id)
  where s.on_hand < coalesce(p.units, 0);
create temporary table sold_units on commit drop as
  select i.id as order_item_id, m.location_id, -sum(m.quantity)::int as units
  from order_items i join missing_units n using (variant_id) join orders o on o.id = i.order_id join stock_movements m on m.order_item_id = i.id
  where o.paid_at is not null and o.status <> 'cancelled' and i.quantity > i.shipped_quantity and not exists (
    select 1 from holds h where h.order_id = i.order_id and h.variant_id = i.variant_id and h.allocation_id is not null)
  group by 1, 2 having sum(m.quantity) < 0;

insert into backorders (order_id, variant_id, quantity, since)
  with lines as (
      select i.order_id, i.variant_id, o.paid_at, n.units as missing, least(i.quantity - i.shipped_quantity, s.units)::int as units
      from (select order_item_id, sum(units) as units from sold_units group by 1) s
        join order_items i on i.id = s.order_item_id join orders o on o.id = i.order_id join missing_units n using (variant_id)),
    queue as (
      select *, sum(units) over (partition by variant_id order by paid_at desc, order_id rows unbounded preceding) - units as before from lines)
  select order_id, variant_id, least(units, missing - before)::int, paid_at from queue where before < missing;
create temporary table returned_units on commit drop as
  with places as (
    select b.variant_id, i.id as order_item_id, b.quantity, s.location_id, s.units, sum(s.units) over (
      partition by i.id order by l.on_hand, s.location_id rows unbounded preceding) - s.units as before
    from backorders b join order_items i on i.order_id = b.order_id and i.variant_id = b.variant_id
      join sold_units s on s.order_item_id = i.id
      left join location_levels l on l.variant_id = b.variant_id and l.location_id = s.location_id)
  select p.variant_id, p.order_item_id, case when o.active then o.id else d.id end as location_id, sum(least(p.units, p.quantity - p.before))::int as units
  from places p join stock_locations o on o.id = p.location_id join stock_locations d on d.is_default
  where p.before < p.quantity group by 1, 2, 3;
insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, change_id, actor)
  select gen_random_uuid(), variant_id, location_id, 'restocked', units, 'sold before it arrived', order_item_id, gen_random_uuid(), 'system:migration'
  from returned_units;
insert into location_levels (variant_id, location_id, on_hand)
  select variant_id, location_id, sum(units)::int from returned_units group by 1, 2
  on conflict (variant_id, location_id) do update set on_hand = location_levels.on_hand + excluded.on_hand, updated_at = now();

create temporary table moves on commit drop as
  with needs as (
      select variant_id, location_id, -on_hand as units, sum(-on_hand) over line + on_hand as before from location_levels where on_hand < 0
      window line as (partition by variant_id order by location_id rows unbounded preceding)),
    gifts as (
      select variant_id, location_id, on_hand as units, sum(on_hand) over line - on_hand as before from location_levels where on_hand > 0
      window line as (partition by variant_id order by location_id rows unbounded preceding))
  select n.variant_id, n.location_id as to_id, g.location_id as from_id,
    (least(n.before + n.units, g.before + g.units) - greatest(n.before, g.before))::int as units
  from needs n join gifts g on g.variant_id = n.variant_id and g.before < n.before + n.units and n.before < g.before + g.units;
insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
  select gen_random_uuid(), variant_id, from_id, 'transferred', -units, 'to a location that owed units', 'system:migration' from moves
  union all select gen_random_uuid(), variant_id, to_id, 'transferred', units, 'to a location that owed units', 'system:migration' from moves;
update location_levels l set on_hand = l.on_hand + m.units, updated_at = now()
  from (select variant_id, location_id, sum(units)::int as units from (
      select variant_id, from_id as location_id, -units as units from moves
      union all select variant_id, to_id, units from moves) x group by 1, 2) m
  where l.variant_id = m.variant_id and l.location_id = m.location_id;

create temporary table counted_units on commit drop as
  select variant_id, location_id, -on_hand as units from location_levels where on_hand < 0;
insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
  select gen_random_uuid(), variant_id, location_id, 'adjusted', units, 'shipped before it was counted in', 'system:migration' from counted_units;
update location_levels set on_hand = 0, updated_at = now() where on_hand < 0;
update stock_levels s set on_hand = greatest(0, s.on_hand + c.returned + c.counted), reserved = s.reserved + c.returned,
    version = s.version + 1, updated_at = now()
  from (select variant_id, sum(returned)::int as returned, sum(counted)::int as counted from (
      select variant_id, units as returned, 0 as counted from returned_units
      union all select variant_id, 0, units from counted_units
      union all select variant_id, 0, 0 from stock_levels where on_hand < 0) x group by 1) c
  where s.variant_id = c.variant_id;

alter table "stock_levels" add constraint "stock_levels_on_hand" check (on_hand >= 0);
alter table "location_levels" add constraint "location_levels_on_hand" check (on_hand >= 0);
`);
  }
}
