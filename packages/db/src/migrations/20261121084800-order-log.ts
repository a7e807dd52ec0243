/** Actions on an order that do not change its state: notes, a new address, an edit. */
import { Migration } from '@mikro-orm/migrations';

export class OrderLog extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "order_log" ("id" uuid not null, "order_id" uuid not null, "kind" text not null, "actor" varchar(64) not null, "text" text not null, "customer_visible" boolean not null default false, "created_at" timestamptz not null default now(), primary key ("id"));
create index "order_log_order_id_index" on "order_log" ("order_id");
alter table "order_log" add constraint "order_log_kind_check" check ("kind" in ('note', 'address', 'edit'));
alter table "order_log" add constraint "order_log_order_id_foreign" foreign key ("order_id") references "orders" ("id");
create trigger order_log_append_only before update or delete on order_log for each row execute function refuse_change();
`);
  }
}
