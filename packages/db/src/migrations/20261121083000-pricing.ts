/** Offers, price lists, codes that unlock rules, tax by region and class, shipping methods, store settings. */
import { Migration } from '@mikro-orm/migrations';

export class Pricing extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "promo_codes" drop constraint "promo_codes_one_effect";
alter table "promo_codes" add column "free_shipping" boolean not null default false, add column "min_subtotal_cents" bigint null, add column "full_price_only" boolean not null default false,
  add column "stackable" boolean not null default true, add column "priority" int not null default 0, add column "batch_id" uuid null, add column "version" int not null default 1;
create index "promo_codes_batch_id_index" on "promo_codes" ("batch_id");
alter table "promo_codes" add constraint "promo_codes_one_effect" check ((percent_basis_points is not null)::int + (amount_cents is not null)::int + free_shipping::int <= 1);
alter table "promo_codes" add constraint "promo_codes_min_subtotal" check (min_subtotal_cents is null or (min_subtotal_cents >= 0 and currency is not null));
alter table "promo_codes" add constraint "promo_codes_window" check (starts_at is null or ends_at is null or starts_at < ends_at);
alter table "promo_codes" add constraint "promo_codes_per_customer" check (per_customer_limit is null or per_customer_limit > 0);
create index "promo_codes_newest" on "promo_codes" (created_at desc, id desc);

alter table "pricing_rules" drop constraint "pricing_rules_effect_check";
alter table "pricing_rules" drop constraint "pricing_rules_effect_has_value";
alter table "pricing_rules" drop constraint "pricing_rules_one_scope";
drop index "pricing_rules_global";
alter table "pricing_rules" add column "currency" char(3) null, add column "buy_quantity" int null, add column "get_quantity" int null, add column "stock_threshold" int null,
  add column "category_id" uuid null, add column "collection_id" uuid null, add column "min_subtotal_cents" bigint null, add column "code" varchar(64) null,
  add column "full_price_only" boolean not null default false, add column "version" int not null default 1, add column "updated_at" timestamptz not null default now();
alter table "pricing_rules" add constraint "pricing_rules_category_id_foreign" foreign key ("category_id") references "categories" ("id") on delete cascade;
alter table "pricing_rules" add constraint "pricing_rules_code_foreign" foreign key ("code") references "promo_codes" ("code");
create index "pricing_rules_category_id_index" on "pricing_rules" ("category_id");
create index "pricing_rules_collection_id_index" on "pricing_rules" ("collection_id");
create index "pricing_rules_code_index" on "pricing_rules" ("code");
create index pricing_rules_global on pricing_rules (priority) where active and variant_id is null and product_id is null and category_id is null and collection_id is null;
alter table "pricing_rules" add constraint "pricing_rules_effect_check" check ("effect" in ('percent_off', 'amount_off', 'fixed_price', 'buy_x_get_y', 'order_percent_off', 'order_amount_off', 'free_shipping', 'low_stock_surcharge'));
alter table "pricing_rules" add constraint "pricing_rules_effect_has_value" check (
  case effect
    when 'percent_off' then percent_basis_points is not null and amount_cents is null
    when 'order_percent_off' then percent_basis_points is not null and amount_cents is null
    when 'low_stock_surcharge' then percent_basis_points is not null and amount_cents is null and stock_threshold is not null
    when 'buy_x_get_y' then amount_cents is null and buy_quantity is not null and get_quantity is not null
    when 'free_shipping' then percent_basis_points is null and amount_cents is null
    else amount_cents is not null and percent_basis_points is null
  end);
alter table "pricing_rules" add constraint "pricing_rules_offer" check ((effect = 'buy_x_get_y' and buy_quantity >= 1 and get_quantity >= 1) or (buy_quantity is null and get_quantity is null));
alter table "pricing_rules" add constraint "pricing_rules_threshold" check (stock_threshold is null or (effect = 'low_stock_surcharge' and stock_threshold >= 0));
alter table "pricing_rules" add constraint "pricing_rules_min_subtotal" check (min_subtotal_cents is null or min_subtotal_cents >= 0);
alter table "pricing_rules" add constraint "pricing_rules_one_scope" check (num_nonnulls(variant_id, product_id, category_id, collection_id) <= 1);

create table "price_lists" ("id" uuid not null, "name" varchar(120) not null, "currency" char(3) not null, "customer_group" varchar(50) null, "priority" int not null default 0, "starts_at" timestamptz null, "ends_at" timestamptz null, "active" boolean not null default true, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "price_lists" add constraint "price_lists_window" check (starts_at is null or ends_at is null or starts_at < ends_at);
alter table "price_lists" add constraint "price_lists_currency" check (currency ~ '^[A-Z]{3}$');
create table "price_list_prices" ("price_list_id" uuid not null, "variant_id" uuid not null, "min_quantity" int not null default 1, "price_cents" bigint not null, primary key ("price_list_id", "variant_id", "min_quantity"));
create index "price_list_prices_variant_id_index" on "price_list_prices" ("variant_id");
alter table "price_list_prices" add constraint "price_list_prices_price" check (price_cents >= 0 and min_quantity >= 1);
alter table "price_list_prices" add constraint "price_list_prices_price_list_id_foreign" foreign key ("price_list_id") references "price_lists" ("id") on delete cascade;
alter table "price_list_prices" add constraint "price_list_prices_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete cascade;

alter table "price_changes" add column "price_list_id" uuid null;
alter table "price_changes" alter column "price_cents" drop not null;
alter table "price_changes" add constraint "price_changes_end" check (price_cents is not null or price_list_id is not null);

alter table "tax_rates" add column "region" varchar(10) not null default '', add column "tax_class" varchar(30) not null default 'standard', add column "updated_at" timestamptz not null default now();
alter table "tax_rates" drop constraint "tax_rates_pkey";
alter table "tax_rates" add primary key ("country_code", "region", "tax_class");
alter table "products" add column "tax_class" varchar(30) not null default 'standard';

create table "shipping_methods" ("id" uuid not null, "name" varchar(100) not null, "currency" char(3) not null, "countries" text[] not null default '{}', "regions" text[] not null default '{}', "free_from_cents" bigint null, "position" int not null default 0, "active" boolean not null default true, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "shipping_methods" add constraint "shipping_methods_free_from" check (free_from_cents is null or free_from_cents >= 0);
create index "shipping_methods_by_currency" on "shipping_methods" (currency) where active;
create table "shipping_bands" ("method_id" uuid not null, "position" int not null, "min_weight_grams" int not null default 0, "max_weight_grams" int null, "min_subtotal_cents" bigint not null default 0, "max_subtotal_cents" bigint null, "price_cents" bigint not null, primary key ("method_id", "position"));
alter table "shipping_bands" add constraint "shipping_bands_price" check (price_cents >= 0);
alter table "shipping_bands" add constraint "shipping_bands_bounds" check (min_weight_grams >= 0 and (max_weight_grams is null or max_weight_grams > min_weight_grams) and min_subtotal_cents >= 0 and (max_subtotal_cents is null or max_subtotal_cents > min_subtotal_cents));
alter table "shipping_bands" add constraint "shipping_bands_method_id_foreign" foreign key ("method_id") references "shipping_methods" ("id") on delete cascade;
with moved as (insert into shipping_methods (id, name, currency, countries, free_from_cents) select gen_random_uuid(), 'Standard', currency, array[country_code::text], free_from_cents from shipping_rates returning id, currency, countries[1] as country)
insert into shipping_bands (method_id, position, price_cents) select m.id, 0, r.price_cents from moved m join shipping_rates r on r.country_code = m.country and r.currency = m.currency;
drop table "shipping_rates";

alter table "store_settings" add column "currencies" text[] not null default '{}', add column "default_country" char(2) null, add column "shipping_tax_class" varchar(30) null, add column "low_stock_surcharge" boolean not null default false,
  add column "price_drift_basis_points" int not null default 0, add column "payment_window_minutes" int null, add column "version" int not null default 1;
alter table "store_settings" add constraint "store_settings_drift" check (price_drift_basis_points between 0 and 10000);
alter table "store_settings" add constraint "store_settings_window" check (payment_window_minutes is null or payment_window_minutes between 1 and 1440);

alter table "carts" add column "region" varchar(10) null, add column "shipping_method_id" uuid null;
alter table "carts" add constraint "carts_shipping_method_id_foreign" foreign key ("shipping_method_id") references "shipping_methods" ("id") on delete set null;
alter table "orders" add column "shipping_tax_cents" bigint not null default 0, add column "shipping_method" varchar(100) null;
alter table "orders" add constraint "orders_shipping_tax" check (shipping_tax_cents between 0 and tax_cents);
update cart_items set applied_rules = (select jsonb_agg(rule || '{"kind": "rule"}') from jsonb_array_elements(applied_rules) rule) where applied_rules <> '[]';
`);
  }
}
