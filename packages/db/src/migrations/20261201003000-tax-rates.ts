/**
 * Tax rates are parts per million, and several with different names apply at one place. Orders store their tax by rate and how it was
 * rounded: present orders were rounded per line, and their rates are not known any more. New orders are rounded as the shop says.
 */
import { Migration } from '@mikro-orm/migrations';

export class TaxRates extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "tax_rates" drop constraint "tax_rates_range";
alter table "tax_rates" rename column "basis_points" to "rate_ppm";
update "tax_rates" set "rate_ppm" = "rate_ppm" * 100;
alter table "tax_rates" add constraint "tax_rates_range" check (rate_ppm between 0 and 1000000);
alter table "tax_rates" drop constraint "tax_rates_pkey";
alter table "tax_rates" add primary key ("country_code", "region", "tax_class", "name");

alter table "store_settings" add column "tax_rounding" text not null default 'document';
alter table "store_settings" add constraint "store_settings_tax_rounding_check" check ("tax_rounding" in ('document', 'line'));
alter table "orders" drop column "tax_basis_points", add column "taxes" jsonb not null default '[]'::jsonb, add column "tax_rounding" text not null default 'line';
alter table "orders" add constraint "orders_tax_rounding_check" check ("tax_rounding" in ('document', 'line'));
alter table "order_items" add column "tax_rate_ppm" int null;
-- An edit that waits for its payment is applied as it was planned.
update "order_edits" set "plan" = "plan" - 'taxBasisPoints' || '{"taxes": []}' where "status" = 'awaiting_payment';
`);
  }
}
