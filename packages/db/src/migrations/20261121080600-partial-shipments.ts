/** Orders that are shipped in several parcels: the contents of each, and counters that refuse one unit too many. */
import { Migration } from '@mikro-orm/migrations';

export class PartialShipments extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "orders" add column "shipped_count" int not null default 0;
alter table "order_items" add column "shipped_quantity" int not null default 0;
alter table "shipments" add column "delivered_at" timestamptz null;
create table "shipment_lines" ("shipment_id" uuid not null, "order_item_id" uuid not null, "quantity" int not null, primary key ("shipment_id", "order_item_id"));
create index "shipment_lines_order_item_id_index" on "shipment_lines" ("order_item_id");
alter table "shipment_lines" add constraint "shipment_lines_quantity" check (quantity > 0);
alter table "shipment_lines" add constraint "shipment_lines_shipment_id_foreign" foreign key ("shipment_id") references "shipments" ("id");
alter table "shipment_lines" add constraint "shipment_lines_order_item_id_foreign" foreign key ("order_item_id") references "order_items" ("id");

-- Until now a parcel held its whole order, and an order had one parcel.
insert into shipment_lines (shipment_id, order_item_id, quantity) select s.id, i.id, i.quantity from shipments s join order_items i on i.order_id = s.order_id;
update order_items i set shipped_quantity = i.quantity where exists (select 1 from shipments s where s.order_id = i.order_id);
update orders o set shipped_count = o.item_count where exists (select 1 from shipments s where s.order_id = o.id);
update shipments s set delivered_at = c.created_at from order_status_changes c where c.order_id = s.order_id and c.to_status = 'delivered';

alter table "orders" add constraint "orders_shipped" check (shipped_count between 0 and item_count);
alter table "order_items" add constraint "order_items_shipped" check (shipped_quantity between 0 and quantity);
`);
  }
}
