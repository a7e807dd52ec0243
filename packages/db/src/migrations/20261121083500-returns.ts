/** Returns: what a buyer sends back, what arrived and was restocked, and what was refunded for it. */
import { Migration } from '@mikro-orm/migrations';

export class Returns extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "orders" add column "returned_count" int not null default 0;
alter table "orders" add constraint "orders_returned" check (returned_count between 0 and shipped_count);
alter table "order_items" add column "claimed_quantity" int not null default 0, add column "returned_quantity" int not null default 0;
alter table "order_items" add constraint "order_items_returned" check (returned_quantity >= 0 and returned_quantity <= claimed_quantity and claimed_quantity <= shipped_quantity);

create table "order_returns" ("id" uuid not null, "order_id" uuid not null, "status" text not null default 'requested', "reason" text not null, "decision_note" text null, "requested_by" varchar(64) not null, "decided_by" varchar(64) null, "received_by" varchar(64) null, "refund_cents" bigint not null default 0, "created_at" timestamptz not null default now(), "decided_at" timestamptz null, "received_at" timestamptz null, primary key ("id"));
create index "order_returns_order_id_index" on "order_returns" ("order_id");
create index order_returns_newest on order_returns (created_at desc, id desc);
create index order_returns_open on order_returns (order_id) where status in ('requested', 'approved');
alter table "order_returns" add constraint "order_returns_status_check" check ("status" in ('requested', 'approved', 'rejected', 'received'));
alter table "order_returns" add constraint "order_returns_money" check (refund_cents >= 0 and (refund_cents = 0 or status = 'received'));
alter table "order_returns" add constraint "order_returns_decided" check ((status = 'requested') = (decided_at is null));
alter table "order_returns" add constraint "order_returns_received" check ((status = 'received') = (received_at is not null));
alter table "order_returns" add constraint "order_returns_order_id_foreign" foreign key ("order_id") references "orders" ("id");

create table "order_return_lines" ("return_id" uuid not null, "order_item_id" uuid not null, "quantity" int not null, "received_quantity" int not null default 0, "restocked_quantity" int not null default 0, "refund_cents" bigint not null default 0, primary key ("return_id", "order_item_id"));
create index "order_return_lines_order_item_id_index" on "order_return_lines" ("order_item_id");
alter table "order_return_lines" add constraint "order_return_lines_quantities" check (quantity > 0 and received_quantity between 0 and quantity and restocked_quantity between 0 and received_quantity);
alter table "order_return_lines" add constraint "order_return_lines_money" check (refund_cents >= 0);
alter table "order_return_lines" add constraint "order_return_lines_return_id_foreign" foreign key ("return_id") references "order_returns" ("id") on update cascade on delete cascade;
alter table "order_return_lines" add constraint "order_return_lines_order_item_id_foreign" foreign key ("order_item_id") references "order_items" ("id") on update cascade on delete cascade;

create table "order_return_refunds" ("refund_id" uuid not null, "return_id" uuid not null, primary key ("refund_id"));
create index "order_return_refunds_return_id_index" on "order_return_refunds" ("return_id");
alter table "order_return_refunds" add constraint "order_return_refunds_refund_id_foreign" foreign key ("refund_id") references "refunds" ("id") on update cascade on delete cascade;
alter table "order_return_refunds" add constraint "order_return_refunds_return_id_foreign" foreign key ("return_id") references "order_returns" ("id");

-- A line may go back on the shelf in several steps now, each once.
alter table "stock_movements" add column "change_id" uuid null;
drop index stock_movements_once;
create unique index stock_movements_once on stock_movements (order_item_id, kind, location_id, coalesce(change_id, order_item_id)) where order_item_id is not null;
`);
  }
}
