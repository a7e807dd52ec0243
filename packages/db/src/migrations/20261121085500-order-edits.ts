/** Orders that staff change before shipment: removed lines, and what was credited for them. */
import { Migration } from '@mikro-orm/migrations';

export class OrderEdits extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "order_items" drop constraint "order_items_quantity";
alter table "order_items" add constraint "order_items_quantity" check (quantity between 0 and 10000);
alter table "orders" add column "credited_cents" bigint not null default 0, add column "credited_tax_cents" bigint not null default 0;
alter table "orders" add constraint "orders_credited" check (credited_cents >= 0);
`);
  }
}
