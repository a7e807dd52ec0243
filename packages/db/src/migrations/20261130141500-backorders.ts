/**
 * Units on hand are never below zero: units that were sold before they arrived stay reserved and are listed by order line. Before, they
 * were subtracted from the units on hand, which became negative.
 *
 * What was below zero is converted. A location below zero first gets the units of the variant at other locations. The rest is owed to the
 * newest paid lines that were not shipped: their sale is taken back in the ledger, and they become backorders. Units that were shipped
 * before anybody counted them in are counted in.
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

insert into backorders (order_id, variant_id, quantity, since)
  with lines as (
    select i.order_id, i.variant_id, i.quantity - i.shipped_quantity as units, -s.on_hand as missing, o.paid_at,
      sum(i.quantity - i.shipped_quantity) over (
        partition by i.variant_id order by o.paid_at desc, i.order_id rows unbounded preceding) - (i.quantity - i.shipped_quantity) as before
    from order_items i join orders o on o.id = i.order_id join stock_levels s on s.variant_id = i.variant_id
    where s.on_hand < 0 and o.paid_at is not null and o.status <> 'cancelled' and i.quantity > i.shipped_quantity)
  select order_id, variant_id, least(units, missing - before)::int, paid_at from lines where before < missing;
create temporary table returned_units on commit drop as
  with places as (
      select variant_id, location_id, -on_hand as units, sum(-on_hand) over (
        partition by variant_id order by location_id rows unbounded preceding) + on_hand as before
      from location_levels where on_hand < 0),
    waiting as (
      select b.variant_id, i.id as order_item_id, b.quantity as units, sum(b.quantity) over (
        partition by b.variant_id order by b.since, b.order_id rows unbounded preceding) - b.quantity as before
      from backorders b join order_items i on i.order_id = b.order_id and i.variant_id = b.variant_id)
  select p.variant_id, p.location_id, w.order_item_id, (least(p.before + p.units, w.before + w.units) - greatest(p.before, w.before))::int as units
  from places p join waiting w on w.variant_id = p.variant_id and w.before < p.before + p.units and p.before < w.before + w.units;
insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, order_item_id, change_id, actor)
  select gen_random_uuid(), variant_id, location_id, 'restocked', units, 'sold before it arrived', order_item_id, gen_random_uuid(), 'system:migration'
  from returned_units;
insert into stock_movements (id, variant_id, location_id, kind, quantity, reason, actor)
  select gen_random_uuid(), l.variant_id, l.location_id, 'adjusted', -l.on_hand - coalesce(r.units, 0), 'shipped before it was counted in', 'system:migration'
  from location_levels l
    left join (select variant_id, location_id, sum(units)::int as units from returned_units group by 1, 2) r using (variant_id, location_id)
  where l.on_hand < 0 and -l.on_hand > coalesce(r.units, 0);
update stock_levels s set on_hand = 0, version = s.version + 1, updated_at = now(),
    reserved = s.reserved + coalesce((select sum(b.quantity) from backorders b where b.variant_id = s.variant_id), 0)::int
  where s.on_hand < 0;
update location_levels set on_hand = 0, updated_at = now() where on_hand < 0;

alter table "stock_levels" add constraint "stock_levels_on_hand" check (on_hand >= 0);
alter table "location_levels" add constraint "location_levels_on_hand" check (on_hand >= 0);
`);
  }
}
