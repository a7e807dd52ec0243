/** Edits that increase the total of a paid order: they wait for a payment of their own, hold units meanwhile and get their own invoice. */
import { Migration } from '@mikro-orm/migrations';

export class PaidEdits extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "order_edits" ("id" uuid not null, "order_id" uuid not null, "status" text not null default 'awaiting_payment', "plan" jsonb not null, "shipping_address_sealed" text null, "reason_sealed" text null, "difference_cents" bigint not null, "requested_by" varchar(64) not null, "created_at" timestamptz not null default now(), "expires_at" timestamptz not null, "decided_at" timestamptz null, primary key ("id"));
create index "order_edits_order_id_index" on "order_edits" ("order_id");
create unique index order_edits_one_open on order_edits (order_id) where status = 'awaiting_payment';
create index order_edits_due on order_edits (expires_at) where status = 'awaiting_payment';
alter table "order_edits" add constraint "order_edits_status_check" check ("status" in ('awaiting_payment', 'applied', 'lapsed', 'withdrawn'));
alter table "order_edits" add constraint "order_edits_difference" check (difference_cents > 0);
alter table "order_edits" add constraint "order_edits_decided" check ((status = 'awaiting_payment') = (decided_at is null));
alter table "order_edits" add constraint "order_edits_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "payments" add column "order_edit_id" uuid null;
alter table "payments" add constraint "payments_order_edit_id_foreign" foreign key ("order_edit_id") references "order_edits" ("id");
create index "payments_order_edit_id_index" on "payments" ("order_edit_id");
drop index payments_one_standing_charge;
create unique index payments_one_standing_charge on payments (order_id) where order_edit_id is null and superseded_at is null and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed');
create unique index payments_one_standing_difference on payments (order_edit_id) where superseded_at is null and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed');

alter table "invoices" add column "order_edit_id" uuid null;
alter table "invoices" add constraint "invoices_order_edit_id_foreign" foreign key ("order_edit_id") references "order_edits" ("id");
alter table "invoices" add constraint "invoices_order_edit_id_unique" unique ("order_edit_id");
alter table "invoices" drop constraint "invoices_order_id_unique";
create index "invoices_order_id_index" on "invoices" ("order_id");
create unique index invoices_one_per_order on invoices (order_id) where order_edit_id is null;
alter table "invoices" drop constraint "invoices_money";
alter table "invoices" add constraint "invoices_money" check (total_cents >= 0 and total_cents = net_cents + tax_cents and (order_edit_id is not null or (net_cents >= 0 and tax_cents >= 0)));

alter table "holds" add column "order_edit_id" uuid null;
alter table "holds" add constraint "holds_order_edit_fk" foreign key ("order_edit_id") references "order_edits" ("id");
alter table "holds" drop constraint "holds_one_holder";
alter table "holds" add constraint "holds_one_holder" check (num_nonnulls(cart_id, order_id, order_edit_id) = 1);
create unique index holds_edit_line on holds (order_edit_id, variant_id) where order_edit_id is not null;
`);
  }
}
