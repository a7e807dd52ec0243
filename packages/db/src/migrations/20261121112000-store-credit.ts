/** Gift cards and account credit as payment, with their ledger. */
import { Migration } from '@mikro-orm/migrations';

export class StoreCredit extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "store_credits" ("id" uuid not null, "kind" text not null, "code_hash" varchar(64) null, "last_four" char(4) null, "user_id" uuid null, "currency" char(3) not null, "balance_cents" bigint not null, "expires_at" timestamptz null, "state" text not null default 'active', "note" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "store_credits" add constraint "store_credits_code_hash_unique" unique ("code_hash");
create index store_credits_newest on store_credits (created_at desc, id desc);
create unique index store_credits_one_account on store_credits (user_id, currency) where kind = 'account';
create index store_credits_to_expire on store_credits (expires_at) where balance_cents > 0 and expires_at is not null;
alter table "store_credits" add constraint "store_credits_kind_check" check ("kind" in ('gift_card', 'account'));
alter table "store_credits" add constraint "store_credits_state_check" check ("state" in ('active', 'disabled'));
alter table "store_credits" add constraint "store_credits_balance" check (balance_cents >= 0);
alter table "store_credits" add constraint "store_credits_kind_fields" check (case kind when 'gift_card' then code_hash is not null and last_four is not null and user_id is null else code_hash is null and last_four is null and user_id is not null and expires_at is null end);
alter table "store_credits" add constraint "store_credits_user_id_foreign" foreign key ("user_id") references "users" ("id");

create table "store_credit_movements" ("id" uuid not null, "credit_id" uuid not null, "kind" text not null, "amount_cents" bigint not null, "balance_cents" bigint not null, "order_id" uuid null, "reason" text null, "actor" varchar(64) not null, "created_at" timestamptz not null default clock_timestamp(), primary key ("id"));
create index "store_credit_movements_order_id_index" on "store_credit_movements" ("order_id");
create index store_credit_movements_newest on store_credit_movements (credit_id, created_at desc, id desc);
alter table "store_credit_movements" add constraint "store_credit_movements_kind_check" check ("kind" in ('grant', 'spend', 'give_back', 'expire', 'adjust'));
alter table "store_credit_movements" add constraint "store_credit_movements_amount" check (case kind when 'spend' then amount_cents < 0 and order_id is not null when 'expire' then amount_cents < 0 when 'adjust' then amount_cents <> 0 and reason is not null when 'give_back' then amount_cents > 0 and order_id is not null else amount_cents > 0 end);
alter table "store_credit_movements" add constraint "store_credit_movements_balance" check (balance_cents >= 0);
alter table "store_credit_movements" add constraint "store_credit_movements_credit_id_foreign" foreign key ("credit_id") references "store_credits" ("id");
alter table "store_credit_movements" add constraint "store_credit_movements_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "carts" add column "credits" jsonb not null default '[]';
alter table "carts" add constraint "carts_credits" check (jsonb_array_length(credits) <= 5);

create table "order_credits" ("order_id" uuid not null, "credit_id" uuid not null, "amount_cents" bigint not null, "returned_cents" bigint not null default 0, primary key ("order_id", "credit_id"));
create index "order_credits_credit_id_index" on "order_credits" ("credit_id");
alter table "order_credits" add constraint "order_credits_amounts" check (amount_cents > 0 and returned_cents between 0 and amount_cents);
alter table "order_credits" add constraint "order_credits_order_id_foreign" foreign key ("order_id") references "orders" ("id");
alter table "order_credits" add constraint "order_credits_credit_id_foreign" foreign key ("credit_id") references "store_credits" ("id");

alter table "orders" add column "store_credit_cents" bigint not null default 0;
alter table "orders" add constraint "orders_store_credit" check (store_credit_cents between 0 and total_cents + credited_cents);
alter table "order_returns" add column "store_credit_cents" bigint not null default 0;
alter table "order_returns" add constraint "order_returns_credit" check (store_credit_cents between 0 and refund_cents);

-- Credit that is given back corrects the invoice as a refund does.
alter table "credit_notes" alter column "refund_id" drop not null, add column "movement_id" uuid null;
alter table "credit_notes" add constraint "credit_notes_movement_id_unique" unique ("movement_id");
alter table "credit_notes" add constraint "credit_notes_one_cause" check (num_nonnulls(refund_id, movement_id) = 1);
alter table "credit_notes" add constraint "credit_notes_movement_id_foreign" foreign key ("movement_id") references "store_credit_movements" ("id");

create trigger store_credit_movements_append_only before update or delete on store_credit_movements for each row execute function refuse_change();
`);
  }
}
