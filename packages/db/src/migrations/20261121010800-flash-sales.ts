/** Flash sales: stock allocations, purchase limits across orders, orders without a cart. */
import { Migration } from '@mikro-orm/migrations';

export class FlashSales extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "stock_allocations" ("id" uuid not null, "variant_id" uuid not null, "purpose" varchar(200) not null, "units_free" int not null, "created_at" timestamptz not null default now(), "closed_at" timestamptz null, primary key ("id"));
create index "stock_allocations_variant_id_index" on "stock_allocations" ("variant_id");
alter table "stock_allocations" add constraint "stock_allocations_bounds" check (units_free >= 0);
alter table "stock_allocations" add constraint "stock_allocations_closed" check (closed_at is null or units_free = 0);
alter table "stock_allocations" add constraint "stock_allocations_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");

alter table "holds" add column "allocation_id" uuid null;
alter table "holds" add constraint "holds_allocation_id_foreign" foreign key ("allocation_id") references "stock_allocations" ("id") on delete set null;
alter table "orders" alter column "cart_id" drop not null;

create table "purchase_counts" ("scope_id" uuid not null, "identity" varchar(64) not null, "units" int not null, primary key ("scope_id", "identity"));
alter table "purchase_counts" add constraint "purchase_counts_bounds" check (units >= 0);
create table "purchase_claims" ("order_id" uuid not null, "scope_id" uuid not null, "identity" varchar(64) not null, "units" int not null, primary key ("order_id", "scope_id", "identity"));
alter table "purchase_claims" add constraint "purchase_claims_units" check (units > 0);
alter table "purchase_claims" add constraint "purchase_claims_order_id_foreign" foreign key ("order_id") references "orders" ("id");

create table "flash_sales" ("id" uuid not null, "name" varchar(200) not null, "starts_at" timestamptz not null, "ends_at" timestamptz not null, "paused_at" timestamptz null, "closed_at" timestamptz null, "payment_window_minutes" int not null default 15, "waiting_room" boolean not null default false, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
create index flash_sales_open on flash_sales (starts_at) where closed_at is null;
alter table "flash_sales" add constraint "flash_sales_window" check (ends_at > starts_at);

create table "flash_sale_items" ("id" uuid not null, "sale_id" uuid not null, "variant_id" uuid not null, "position" int not null, "sale_price_cents" bigint not null, "currency" char(3) not null, "units_allocated" int not null, "limit_per_customer" int null, "limit_per_address" int null, primary key ("id"));
create index "flash_sale_items_variant_id_index" on "flash_sale_items" ("variant_id");
alter table "flash_sale_items" add constraint "flash_sale_items_one_per_variant" unique ("sale_id", "variant_id");
alter table "flash_sale_items" add constraint "flash_sale_items_price" check (sale_price_cents >= 0);
alter table "flash_sale_items" add constraint "flash_sale_items_units" check (units_allocated >= 0);
alter table "flash_sale_items" add constraint "flash_sale_items_limits" check (coalesce(limit_per_customer, 1) > 0 and coalesce(limit_per_address, 1) > 0);
alter table "flash_sale_items" add constraint "flash_sale_items_id_foreign" foreign key ("id") references "stock_allocations" ("id") on update cascade on delete cascade;
alter table "flash_sale_items" add constraint "flash_sale_items_sale_id_foreign" foreign key ("sale_id") references "flash_sales" ("id");
alter table "flash_sale_items" add constraint "flash_sale_items_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");

create table "flash_purchases" ("order_id" uuid not null, "item_id" uuid not null, "request_key" varchar(160) not null, "fingerprint" varchar(64) not null, "quantity" int not null, "created_at" timestamptz not null default now(), primary key ("order_id"));
create index "flash_purchases_item_id_index" on "flash_purchases" ("item_id");
alter table "flash_purchases" add constraint "flash_purchases_request_key_unique" unique ("request_key");
alter table "flash_purchases" add constraint "flash_purchases_quantity" check (quantity > 0);
alter table "flash_purchases" add constraint "flash_purchases_order_id_foreign" foreign key ("order_id") references "orders" ("id") on update cascade on delete cascade;
alter table "flash_purchases" add constraint "flash_purchases_item_id_foreign" foreign key ("item_id") references "flash_sale_items" ("id");
`);
  }
}
