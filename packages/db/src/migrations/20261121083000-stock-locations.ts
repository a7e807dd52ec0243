/** Stock locations: the units on hand at each, and the location in the ledger. All existing units are assigned to the first location. */
import { Migration } from '@mikro-orm/migrations';

const first = `'00000000-0000-7000-8000-000000000001'`;

export class StockLocations extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "stock_locations" ("id" uuid not null, "code" varchar(40) not null, "name" varchar(120) not null, "priority" int not null default 100, "is_default" boolean not null default false, "active" boolean not null default true, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "stock_locations" add constraint "stock_locations_code_unique" unique ("code");
alter table "stock_locations" add constraint "stock_locations_default_is_open" check (active or not is_default);
create unique index stock_locations_one_default on stock_locations (is_default) where is_default;
insert into stock_locations (id, code, name, priority, is_default) values (${first}, 'main', 'Main warehouse', 1, true);

create table "location_levels" ("variant_id" uuid not null, "location_id" uuid not null, "on_hand" int not null default 0, "updated_at" timestamptz not null default now(), primary key ("variant_id", "location_id"));
create index "location_levels_location_id_index" on "location_levels" ("location_id");
alter table "location_levels" add constraint "location_levels_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on update cascade on delete cascade;
alter table "location_levels" add constraint "location_levels_location_id_foreign" foreign key ("location_id") references "stock_locations" ("id") on update cascade;
insert into location_levels (variant_id, location_id, on_hand) select variant_id, ${first}, on_hand from stock_levels;

alter table "stock_movements" add column "location_id" uuid not null default ${first};
alter table "stock_movements" alter column "location_id" drop default;
alter table "stock_movements" add constraint "stock_movements_location_id_foreign" foreign key ("location_id") references "stock_locations" ("id");
alter table "stock_movements" drop constraint "stock_movements_kind_check";
alter table "stock_movements" add constraint "stock_movements_kind_check" check ("kind" in ('received', 'adjusted', 'sold', 'restocked', 'transferred'));
drop index stock_movements_once;
create unique index stock_movements_once on stock_movements (order_item_id, kind, location_id) where order_item_id is not null;
`);
  }
}
