/** Invalid responses of providers, and payments that a provider charged or refunded otherwise than requested. */
import { Migration } from '@mikro-orm/migrations';

export class PaymentDiscrepancies extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "payments" add column "answer_problem" text null;
alter table "payments" add constraint "payments_answer_problem" check (answer_problem is null or status = 'pending');
alter table "refunds" add column "answer_problem" text null;
alter table "refunds" add column "requested_cents" bigint null;
alter table "refunds" add constraint "refunds_answer_problem" check (answer_problem is null or status = 'pending');
alter table "refunds" add constraint "refunds_requested" check (requested_cents is null or requested_cents > 0);

create table "payment_discrepancies" ("id" uuid not null, "kind" text not null, "payment_id" uuid not null, "refund_id" uuid null, "reference" varchar(255) not null, "asked_cents" bigint not null, "asked_currency" character(3) not null, "said_cents" bigint not null, "said_currency" character(3) not null, "seen_count" integer not null default 1, "first_seen_at" timestamptz not null default now(), "last_seen_at" timestamptz not null default now(), "return_called_at" timestamptz null, "return_reference" varchar(255) null, "resolution" text null, "resolved_at" timestamptz null, "resolved_by" varchar(64) null, "note" varchar(500) null, primary key ("id"));
alter table "payment_discrepancies" add constraint "payment_discrepancies_kind_check" check ("kind" in ('wrong_charge', 'wrong_refund'));
alter table "payment_discrepancies" add constraint "payment_discrepancies_resolution_check" check ("resolution" in ('settled', 'returned', 'adopted', 'dismissed'));
alter table "payment_discrepancies" add constraint "payment_discrepancies_amounts" check (asked_cents > 0 and said_cents > 0);
alter table "payment_discrepancies" add constraint "payment_discrepancies_currencies" check (asked_currency ~ '^[A-Z]{3}$' and said_currency ~ '^[A-Z]{3}$');
alter table "payment_discrepancies" add constraint "payment_discrepancies_refund" check ((kind = 'wrong_refund') = (refund_id is not null));
alter table "payment_discrepancies" add constraint "payment_discrepancies_resolved" check (num_nonnulls(resolution, resolved_at, resolved_by) in (0, 3));
alter table "payment_discrepancies" add constraint "payment_discrepancies_returned" check (return_reference is null or return_called_at is not null);
alter table "payment_discrepancies" add constraint "payment_discrepancies_payment_id_foreign" foreign key ("payment_id") references "payments" ("id");
alter table "payment_discrepancies" add constraint "payment_discrepancies_refund_id_foreign" foreign key ("refund_id") references "refunds" ("id");
create index "payment_discrepancies_payment_id_index" on "payment_discrepancies" ("payment_id");
create index "payment_discrepancies_refund_id_index" on "payment_discrepancies" ("refund_id");
create unique index payment_discrepancies_once on payment_discrepancies (payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency);
create index payment_discrepancies_open on payment_discrepancies (first_seen_at) where resolved_at is null;
`);
  }
}
