/** The tables of the first release, generated from the entities. Foreign keys against the domain order, triggers and sequences follow in the next migration. */
import { Migration } from '@mikro-orm/migrations';

export class Initial extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "audit_log" ("id" uuid not null, "actor" varchar(80) not null, "action" varchar(60) not null, "subject_type" varchar(30) not null, "subject_id" varchar(64) not null, "outcome" text not null default 'done', "before" jsonb null, "after" jsonb null, "created_at" timestamptz not null default now(), primary key ("id"));
create index "audit_log_created_at_index" on "audit_log" ("created_at");
create index "audit_log_by_subject" on "audit_log" ("subject_type", "subject_id");
alter table "audit_log" add constraint "audit_log_outcome_check" check ("outcome" in ('done', 'denied'));

create table "catalog_imports" ("id" uuid not null, "file_name" varchar(255) not null, "mode" text not null, "status" text not null default 'running', "created_by" uuid null, "row_count" int not null default 0, "created_count" int not null default 0, "updated_count" int not null default 0, "unchanged_count" int not null default 0, "failed_count" int not null default 0, "created_at" timestamptz not null default now(), "finished_at" timestamptz null, primary key ("id"));
alter table "catalog_imports" add constraint "catalog_imports_mode_check" check ("mode" in ('preview', 'commit'));
alter table "catalog_imports" add constraint "catalog_imports_status_check" check ("status" in ('running', 'finished', 'failed'));

create table "catalog_import_rows" ("import_id" uuid not null, "line" int not null, "handle" varchar(255) not null, "sku" varchar(64) null, "outcome" text not null, "message" text null, primary key ("import_id", "line"));
alter table "catalog_import_rows" add constraint "catalog_import_rows_outcome_check" check ("outcome" in ('created', 'updated', 'unchanged', 'failed'));

create table "categories" ("id" uuid not null, "parent_id" uuid null, "name" varchar(100) not null, "slug" varchar(255) not null, "description" text null, "sort_order" int not null default 0, "created_at" timestamptz not null default now(), primary key ("id"));
create index "categories_parent_id_index" on "categories" ("parent_id");
alter table "categories" add constraint "categories_slug_unique" unique ("slug");
alter table "categories" add constraint "categories_not_own_parent" check (parent_id is null or parent_id <> id);

create table "gateway_events" ("provider" text not null, "event_id" varchar(255) not null, "type" varchar(100) not null, "gateway_reference" varchar(255) null, "payload" jsonb not null, "outcome" text not null default 'received', "received_at" timestamptz not null default now(), "handled_at" timestamptz null, primary key ("provider", "event_id"));
create index gateway_events_open on gateway_events (received_at) where handled_at is null;
alter table "gateway_events" add constraint "gateway_events_handled" check ((outcome = 'received') = (handled_at is null));
alter table "gateway_events" add constraint "gateway_events_provider_check" check ("provider" in ('sandbox', 'stripe'));
alter table "gateway_events" add constraint "gateway_events_outcome_check" check ("outcome" in ('received', 'applied', 'ignored', 'orphaned'));

create table "idempotency_keys" ("id" uuid not null, "actor" varchar(80) not null, "endpoint" varchar(60) not null, "key" varchar(64) not null, "fingerprint" varchar(64) not null, "state" text not null default 'in_progress', "fence" int not null default 1, "locked_until" timestamptz not null, "response_status" int null, "response_body" jsonb null, "created_at" timestamptz not null default now(), "completed_at" timestamptz null, primary key ("id"));
create index "idempotency_keys_created_at_index" on "idempotency_keys" ("created_at");
alter table "idempotency_keys" add constraint "idempotency_keys_owner" unique ("actor", "endpoint", "key");
alter table "idempotency_keys" add constraint "idempotency_keys_complete" check ((state = 'complete') = (response_status is not null and completed_at is not null));
alter table "idempotency_keys" add constraint "idempotency_keys_state_check" check ("state" in ('in_progress', 'complete'));

create table "invoice_series" ("series" varchar(20) not null, "last_number" int not null default 0, primary key ("series"));
alter table "invoice_series" add constraint "invoice_series_number" check (last_number >= 0);

create table "mails" ("id" uuid not null, "to_sealed" text not null, "to_index" varchar(64) not null, "subject" varchar(255) not null, "template" varchar(100) not null, "html_sealed" text not null, "text_sealed" text not null, "sent_at" timestamptz not null default now(), primary key ("id"));
create index "mails_to_index_index" on "mails" ("to_index");
create index "mails_sent_at_index" on "mails" ("sent_at");

create table "notifications" ("id" uuid not null, "dedupe_key" varchar(120) not null, "user_id" uuid null, "order_id" uuid null, "channel" text not null, "template_name" varchar(100) not null, "recipient_sealed" text not null, "subject" varchar(255) null, "payload" jsonb not null, "status" text not null default 'queued', "retry_count" int not null default 0, "failure_reason" text null, "created_at" timestamptz not null default now(), "sent_at" timestamptz null, primary key ("id"));
alter table "notifications" add constraint "notifications_dedupe_key_unique" unique ("dedupe_key");
create index "notifications_user_id_index" on "notifications" ("user_id");
create index "notifications_order_id_index" on "notifications" ("order_id");
alter table "notifications" add constraint "notifications_sent" check ((status = 'sent') = (sent_at is not null));
alter table "notifications" add constraint "notifications_channel_check" check ("channel" in ('email', 'sms', 'push'));
alter table "notifications" add constraint "notifications_status_check" check ("status" in ('queued', 'sent', 'failed', 'bounced'));

create table "outbox_events" ("id" uuid not null, "name" varchar(60) not null, "aggregate_type" varchar(30) not null, "aggregate_id" uuid not null, "payload" jsonb not null, "occurred_at" timestamptz not null default clock_timestamp(), "relayed_at" timestamptz null, primary key ("id"));
create index outbox_events_waiting on outbox_events (id) where relayed_at is null;
create index outbox_events_newest on outbox_events (id desc);
create index "outbox_events_by_name" on "outbox_events" ("name", "id");
create index "outbox_events_by_aggregate" on "outbox_events" ("aggregate_id", "name");

create table "event_deliveries" ("event_id" uuid not null, "consumer" varchar(60) not null, "state" text not null default 'pending', "attempts" int not null default 0, "enqueued_at" timestamptz not null default now(), "done_at" timestamptz null, "last_error" text null, primary key ("event_id", "consumer"));
create index event_deliveries_open on event_deliveries (enqueued_at) where state = 'pending';
create index event_deliveries_dead on event_deliveries (event_id) where state = 'dead';
alter table "event_deliveries" add constraint "event_deliveries_done" check ((state = 'done') = (done_at is not null));
alter table "event_deliveries" add constraint "event_deliveries_state_check" check ("state" in ('pending', 'done', 'dead'));

create table "products" ("id" uuid not null, "slug" varchar(255) not null, "name" varchar(255) not null, "description" text null, "brand" varchar(100) null, "category_id" uuid null, "tags" text[] not null default '{}', "options" jsonb not null default '[]', "status" text not null default 'draft', "currency" char(3) not null, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, "search" tsvector generated always as (setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', coalesce(brand, '')), 'B') || setweight(to_tsvector('simple', coalesce(description, '')), 'D')) stored null, primary key ("id"));
create index "products_category_id_index" on "products" ("category_id");
create unique index products_slug_unique on products (slug) where deleted_at is null;
create index products_shelf on products (created_at desc, id desc) where status = 'active' and deleted_at is null;
create index products_by_name on products (lower(name), id) where deleted_at is null;
create index products_tags on products using gin (tags);
create index products_search on products using gin (search);
alter table "products" add constraint "products_currency_code" check (currency ~ '^[A-Z]{3}$');
alter table "products" add constraint "products_status_check" check ("status" in ('draft', 'active', 'archived'));

create table "product_images" ("id" uuid not null, "product_id" uuid not null, "url" varchar(2048) not null, "alt_text" varchar(500) not null default '', "position" int not null, primary key ("id"));
alter table "product_images" add constraint "product_images_position_unique" unique ("product_id", "position");

create table "promo_codes" ("id" uuid not null, "code" varchar(64) not null, "percent_basis_points" int null, "amount_cents" bigint null, "currency" char(3) null, "usage_limit" int null, "per_customer_limit" int null, "used_count" int not null default 0, "starts_at" timestamptz null, "ends_at" timestamptz null, "active" boolean not null default true, "created_at" timestamptz not null default now(), primary key ("id"));
alter table "promo_codes" add constraint "promo_codes_code_unique" unique ("code");
alter table "promo_codes" add constraint "promo_codes_limit" check (used_count >= 0 and (usage_limit is null or used_count <= usage_limit));
alter table "promo_codes" add constraint "promo_codes_one_effect" check ((percent_basis_points is null) <> (amount_cents is null));
alter table "promo_codes" add constraint "promo_codes_percent_range" check (percent_basis_points is null or percent_basis_points between 1 and 10000);
alter table "promo_codes" add constraint "promo_codes_amount" check (amount_cents is null or (amount_cents > 0 and currency is not null));

create table "sandbox_charges" ("reference" varchar(255) not null, "idempotency_key" varchar(255) not null, "amount_cents" bigint not null, "refunded_cents" bigint not null default '0', "currency" char(3) not null, "status" text not null, "call_count" int not null default 1, "created_at" timestamptz not null default now(), primary key ("reference"));
alter table "sandbox_charges" add constraint "sandbox_charges_idempotency_key_unique" unique ("idempotency_key");
alter table "sandbox_charges" add constraint "sandbox_charges_status_check" check ("status" in ('captured', 'declined', 'pending', 'voided'));

create table "sandbox_refunds" ("reference" varchar(255) not null, "idempotency_key" varchar(255) not null, "charge_reference" varchar(255) not null, "amount_cents" bigint not null, "created_at" timestamptz not null default now(), primary key ("reference"));
alter table "sandbox_refunds" add constraint "sandbox_refunds_idempotency_key_unique" unique ("idempotency_key");
create index "sandbox_refunds_charge_reference_index" on "sandbox_refunds" ("charge_reference");

create table "shipping_rates" ("country_code" char(2) not null, "currency" char(3) not null, "price_cents" bigint not null, "free_from_cents" bigint null, primary key ("country_code", "currency"));
alter table "shipping_rates" add constraint "shipping_rates_price" check (price_cents >= 0);

create table "signing_keys" ("kid" varchar(64) not null, "public_jwk" jsonb not null, "private_jwk_sealed" text not null, "created_at" timestamptz not null default now(), "retired_at" timestamptz null, primary key ("kid"));

create table "store_settings" ("id" serial primary key, "name" varchar(100) not null, "currency" char(3) not null, "prices_include_tax" boolean not null default false, "updated_at" timestamptz not null default now());
alter table "store_settings" add constraint "store_settings_one_row" check (id = 1);

create table "tax_rates" ("country_code" char(2) not null, "name" varchar(50) not null, "basis_points" int not null, primary key ("country_code"));
alter table "tax_rates" add constraint "tax_rates_range" check (basis_points between 0 and 10000);

create table "users" ("id" uuid not null, "email_sealed" text not null, "email_index" varchar(64) not null, "password_hash" text not null, "first_name_sealed" text not null, "last_name_sealed" text not null, "phone_sealed" text null, "role" text not null default 'customer', "account_status" text not null default 'active', "email_verified" boolean not null default false, "customer_group" varchar(50) null, "failed_login_count" int not null default 0, "locked_until" timestamptz null, "last_login_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "users" add constraint "users_email_index_unique" unique ("email_index");
alter table "users" add constraint "users_role_check" check ("role" in ('customer', 'support', 'admin'));
alter table "users" add constraint "users_account_status_check" check ("account_status" in ('active', 'suspended', 'deactivated'));

create table "sessions" ("id" uuid not null, "user_id" uuid not null, "created_at" timestamptz not null default now(), "expires_at" timestamptz not null, "revoked_at" timestamptz null, "revoked_reason" varchar(50) null, primary key ("id"));
create index "sessions_user_id_index" on "sessions" ("user_id");
alter table "sessions" add constraint "sessions_revocation_has_reason" check ((revoked_at is null) = (revoked_reason is null));

create table "refresh_tokens" ("id" uuid not null, "session_id" uuid not null, "token_hash" varchar(64) not null, "created_at" timestamptz not null default now(), "expires_at" timestamptz not null, "used_at" timestamptz null, "child_id" uuid null, primary key ("id"));
create index "refresh_tokens_session_id_index" on "refresh_tokens" ("session_id");
alter table "refresh_tokens" add constraint "refresh_tokens_token_hash_unique" unique ("token_hash");
alter table "refresh_tokens" add constraint "refresh_tokens_child_id_unique" unique ("child_id");
create unique index refresh_tokens_one_live_per_session on refresh_tokens (session_id) where used_at is null;

create table "promo_redemptions" ("id" uuid not null, "promo_code_id" uuid not null, "order_id" uuid not null, "user_id" uuid null, "identity" varchar(64) not null, "state" text not null default 'redeemed', "created_at" timestamptz not null default now(), "released_at" timestamptz null, primary key ("id"));
create index "promo_redemptions_promo_code_id_index" on "promo_redemptions" ("promo_code_id");
alter table "promo_redemptions" add constraint "promo_redemptions_order_id_unique" unique ("order_id");
create index "promo_redemptions_by_identity" on "promo_redemptions" ("promo_code_id", "identity");
alter table "promo_redemptions" add constraint "promo_redemptions_state_check" check ("state" in ('redeemed', 'released'));

create table "carts" ("id" uuid not null, "user_id" uuid null, "guest_token_hash" varchar(64) null, "status" text not null default 'active', "currency" char(3) not null, "country_code" char(2) null, "promo_code" varchar(64) null, "version" int not null default 1, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
create index "carts_user_id_index" on "carts" ("user_id");
create index carts_recent on carts (updated_at) where status = 'active';
alter table "carts" add constraint "carts_one_owner" check ((user_id is null) <> (guest_token_hash is null));
alter table "carts" add constraint "carts_status_check" check ("status" in ('active', 'converted', 'abandoned'));

create table "orders" ("id" uuid not null, "order_number" varchar(32) not null, "cart_id" uuid not null, "user_id" uuid null, "guest_token_hash" varchar(64) null, "email_sealed" text not null, "email_index" varchar(64) not null, "shipping_address_sealed" text not null, "status" text not null default 'pending', "cancellation_reason" text null, "currency" char(3) not null, "subtotal_cents" bigint not null, "discount_cents" bigint not null default '0', "shipping_cents" bigint not null default '0', "tax_cents" bigint not null default '0', "total_cents" bigint not null, "tax_included" boolean not null default false, "tax_basis_points" int not null default 0, "item_count" int not null, "promo_code" varchar(64) null, "notes" text null, "checkout_key" varchar(200) not null, "placed_at" timestamptz not null default now(), "expires_at" timestamptz null, "paid_at" timestamptz null, "updated_at" timestamptz not null default now(), primary key ("id"));
alter table "orders" add constraint "orders_order_number_unique" unique ("order_number");
alter table "orders" add constraint "orders_cart_id_unique" unique ("cart_id");
create index "orders_email_index_index" on "orders" ("email_index");
alter table "orders" add constraint "orders_checkout_key_unique" unique ("checkout_key");
create index orders_newest on orders (placed_at desc, id desc);
create index orders_by_status on orders (status, placed_at desc);
create index orders_by_user on orders (user_id, placed_at desc) where user_id is not null;
create index orders_unpaid on orders (expires_at) where status = 'pending';
alter table "orders" add constraint "orders_money" check (subtotal_cents >= 0 and discount_cents between 0 and subtotal_cents and shipping_cents >= 0 and tax_cents >= 0 and total_cents = subtotal_cents - discount_cents + shipping_cents + case when tax_included then 0 else tax_cents end);
alter table "orders" add constraint "orders_cancellation" check ((status = 'cancelled') = (cancellation_reason is not null));
alter table "orders" add constraint "orders_paid" check (status not in ('confirmed', 'shipped', 'delivered') or paid_at is not null);
alter table "orders" add constraint "orders_not_empty" check (item_count > 0);
alter table "orders" add constraint "orders_status_check" check ("status" in ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled'));
alter table "orders" add constraint "orders_cancellation_reason_check" check ("cancellation_reason" in ('payment_failed', 'expired', 'customer', 'staff', 'returned', 'user_deactivated'));

create table "shipments" ("id" uuid not null, "order_id" uuid not null, "carrier" varchar(60) not null, "tracking_number" varchar(100) not null, "tracking_url" varchar(500) null, "shipped_at" timestamptz not null default now(), primary key ("id"));
create index "shipments_order_id_index" on "shipments" ("order_id");

create table "payments" ("id" uuid not null, "order_id" uuid not null, "provider" text not null, "method" text not null, "token" varchar(255) not null, "status" text not null default 'pending', "gateway_phase" text not null default 'created', "amount_cents" bigint not null, "captured_cents" bigint not null default '0', "refund_claimed_cents" bigint not null default '0', "refunded_cents" bigint not null default '0', "currency" char(3) not null, "gateway_reference" varchar(255) null, "failure_code" varchar(100) null, "failure_message" text null, "created_at" timestamptz not null default now(), "called_at" timestamptz null, "decided_at" timestamptz null, "captured_at" timestamptz null, primary key ("id"));
create index "payments_order_id_index" on "payments" ("order_id");
create unique index payments_one_standing_charge on payments (order_id) where status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed');
create unique index payments_reference on payments (provider, gateway_reference) where gateway_reference is not null;
create index payments_undecided on payments (created_at) where status = 'pending';
create index payments_failed_recent on payments (decided_at) where status = 'failed';
alter table "payments" add constraint "payments_amounts" check (amount_cents > 0 and captured_cents between 0 and amount_cents);
alter table "payments" add constraint "payments_refund_room" check (refunded_cents >= 0 and refunded_cents <= refund_claimed_cents and refund_claimed_cents <= captured_cents);
alter table "payments" add constraint "payments_decided" check ((gateway_phase = 'decided') = (status <> 'pending'));
alter table "payments" add constraint "payments_captured" check ((status in ('captured', 'partially_refunded', 'refunded', 'disputed')) = (captured_cents > 0));
alter table "payments" add constraint "payments_refund_status" check ((status <> 'refunded' or refunded_cents = captured_cents) and (status <> 'partially_refunded' or (refunded_cents > 0 and refunded_cents < captured_cents)));
alter table "payments" add constraint "payments_provider_check" check ("provider" in ('sandbox', 'stripe'));
alter table "payments" add constraint "payments_method_check" check ("method" in ('credit_card', 'debit_card', 'wallet'));
alter table "payments" add constraint "payments_status_check" check ("status" in ('pending', 'authorized', 'captured', 'partially_refunded', 'refunded', 'failed', 'voided', 'disputed'));
alter table "payments" add constraint "payments_gateway_phase_check" check ("gateway_phase" in ('created', 'calling', 'unknown', 'decided'));

create table "refunds" ("id" uuid not null, "payment_id" uuid not null, "amount_cents" bigint not null, "reason" varchar(500) not null, "status" text not null default 'pending', "gateway_reference" varchar(255) null, "failure_message" text null, "requested_by" varchar(64) not null, "created_at" timestamptz not null default now(), "called_at" timestamptz null, "processed_at" timestamptz null, primary key ("id"));
create index "refunds_payment_id_index" on "refunds" ("payment_id");
create index refunds_pending on refunds (created_at) where status = 'pending';
alter table "refunds" add constraint "refunds_amount" check (amount_cents > 0);
alter table "refunds" add constraint "refunds_processed" check ((status = 'processed') = (processed_at is not null));
alter table "refunds" add constraint "refunds_status_check" check ("status" in ('pending', 'processed', 'failed', 'voided'));

create table "order_status_changes" ("order_id" uuid not null, "position" int not null, "from_status" text null, "to_status" text not null, "actor" varchar(64) not null, "note" text null, "created_at" timestamptz not null default now(), primary key ("order_id", "position"));
alter table "order_status_changes" add constraint "order_status_changes_start" check ((position = 1) = (from_status is null));
alter table "order_status_changes" add constraint "order_status_changes_from_status_check" check ("from_status" in ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled'));
alter table "order_status_changes" add constraint "order_status_changes_to_status_check" check ("to_status" in ('pending', 'confirmed', 'shipped', 'delivered', 'cancelled'));

create table "invoices" ("id" uuid not null, "series" varchar(20) not null, "sequence" int not null, "number" varchar(32) not null, "order_id" uuid not null, "currency" char(3) not null, "net_cents" bigint not null, "tax_cents" bigint not null, "total_cents" bigint not null, "issued_at" timestamptz not null default now(), primary key ("id"));
alter table "invoices" add constraint "invoices_number_unique" unique ("number");
alter table "invoices" add constraint "invoices_order_id_unique" unique ("order_id");
create index invoices_newest on invoices (issued_at desc, id desc);
alter table "invoices" add constraint "invoices_sequence_unique" unique ("series", "sequence");
alter table "invoices" add constraint "invoices_money" check (net_cents >= 0 and tax_cents >= 0 and total_cents = net_cents + tax_cents);

create table "credit_notes" ("id" uuid not null, "series" varchar(20) not null, "sequence" int not null, "number" varchar(32) not null, "invoice_id" uuid not null, "refund_id" uuid not null, "total_cents" bigint not null, "issued_at" timestamptz not null default now(), primary key ("id"));
alter table "credit_notes" add constraint "credit_notes_number_unique" unique ("number");
create index "credit_notes_invoice_id_index" on "credit_notes" ("invoice_id");
alter table "credit_notes" add constraint "credit_notes_refund_id_unique" unique ("refund_id");
alter table "credit_notes" add constraint "credit_notes_sequence_unique" unique ("series", "sequence");
alter table "credit_notes" add constraint "credit_notes_total" check (total_cents > 0);

create table "variants" ("id" uuid not null, "product_id" uuid not null, "sku" varchar(64) not null, "title" varchar(255) not null, "options" jsonb not null default '{}', "position" int not null default 0, "price_cents" bigint not null, "compare_at_price_cents" bigint null, "weight_grams" int null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
create index "variants_product_id_index" on "variants" ("product_id");
alter table "variants" add constraint "variants_sku_unique" unique ("sku");
alter table "variants" add constraint "variants_price_not_negative" check (price_cents >= 0);
alter table "variants" add constraint "variants_compare_at_not_negative" check (compare_at_price_cents is null or compare_at_price_cents >= 0);
alter table "variants" add constraint "variants_weight_not_negative" check (weight_grams is null or weight_grams >= 0);

create table "stock_movements" ("id" uuid not null, "variant_id" uuid not null, "kind" text not null, "quantity" int not null, "reason" varchar(200) not null, "order_item_id" uuid null, "actor" varchar(64) not null, "created_at" timestamptz not null default now(), primary key ("id"));
create index "stock_movements_by_variant" on "stock_movements" ("variant_id", "created_at");
create unique index stock_movements_once on stock_movements (order_item_id, kind) where order_item_id is not null;
alter table "stock_movements" add constraint "stock_movements_not_zero" check (quantity <> 0);
alter table "stock_movements" add constraint "stock_movements_order_kinds" check ((kind in ('sold', 'restocked')) = (order_item_id is not null));
alter table "stock_movements" add constraint "stock_movements_signs" check ((kind <> 'sold' or quantity < 0) and (kind not in ('received', 'restocked') or quantity > 0));
alter table "stock_movements" add constraint "stock_movements_kind_check" check ("kind" in ('received', 'adjusted', 'sold', 'restocked'));

create table "stock_levels" ("variant_id" uuid not null, "on_hand" int not null default 0, "reserved" int not null default 0, "reorder_threshold" int not null default 10, "version" int not null default 1, "updated_at" timestamptz not null default now(), primary key ("variant_id"));
create index stock_levels_low on stock_levels (variant_id) where on_hand - reserved <= reorder_threshold;
alter table "stock_levels" add constraint "stock_levels_bounds" check (reserved >= 0 and on_hand >= reserved);

create table "pricing_rules" ("id" uuid not null, "name" varchar(120) not null, "effect" text not null, "percent_basis_points" int null, "amount_cents" bigint null, "variant_id" uuid null, "product_id" uuid null, "min_quantity" int not null default 1, "audience" text not null default 'everyone', "customer_group" varchar(50) null, "starts_at" timestamptz null, "ends_at" timestamptz null, "priority" int not null default 0, "stackable" boolean not null default false, "active" boolean not null default true, "created_at" timestamptz not null default now(), primary key ("id"));
create index "pricing_rules_variant_id_index" on "pricing_rules" ("variant_id");
create index "pricing_rules_product_id_index" on "pricing_rules" ("product_id");
create index pricing_rules_global on pricing_rules (priority) where active and variant_id is null and product_id is null;
alter table "pricing_rules" add constraint "pricing_rules_effect_has_value" check ((effect = 'percent_off') = (percent_basis_points is not null) and (effect <> 'percent_off') = (amount_cents is not null));
alter table "pricing_rules" add constraint "pricing_rules_percent_range" check (percent_basis_points is null or percent_basis_points between 0 and 10000);
alter table "pricing_rules" add constraint "pricing_rules_amount_not_negative" check (amount_cents is null or amount_cents >= 0);
alter table "pricing_rules" add constraint "pricing_rules_window" check (starts_at is null or ends_at is null or starts_at < ends_at);
alter table "pricing_rules" add constraint "pricing_rules_one_scope" check (variant_id is null or product_id is null);
alter table "pricing_rules" add constraint "pricing_rules_min_quantity" check (min_quantity >= 1);
alter table "pricing_rules" add constraint "pricing_rules_effect_check" check ("effect" in ('percent_off', 'amount_off', 'fixed_price'));
alter table "pricing_rules" add constraint "pricing_rules_audience_check" check ("audience" in ('everyone', 'guest', 'signed_in'));

create table "price_changes" ("id" uuid not null, "variant_id" uuid not null, "price_cents" bigint not null, "changed_by" varchar(64) not null, "created_at" timestamptz not null default now(), primary key ("id"));
create index "price_changes_by_variant" on "price_changes" ("variant_id", "created_at");

create table "order_items" ("id" uuid not null, "order_id" uuid not null, "product_id" uuid not null, "variant_id" uuid not null, "product_name" varchar(255) not null, "variant_title" varchar(255) not null, "sku" varchar(64) not null, "quantity" int not null, "unit_price_cents" bigint not null, "line_total_cents" bigint not null, "discount_cents" bigint not null default '0', "tax_cents" bigint not null default '0', "position" int not null, primary key ("id"));
create index "order_items_product_id_index" on "order_items" ("product_id");
create index "order_items_variant_id_index" on "order_items" ("variant_id");
alter table "order_items" add constraint "order_items_one_line_per_variant" unique ("order_id", "variant_id");
alter table "order_items" add constraint "order_items_quantity" check (quantity between 1 and 10000);
alter table "order_items" add constraint "order_items_arithmetic" check (line_total_cents = unit_price_cents * quantity and unit_price_cents >= 0);
alter table "order_items" add constraint "order_items_components" check (discount_cents between 0 and line_total_cents and tax_cents >= 0);

create table "holds" ("id" uuid not null, "variant_id" uuid not null, "quantity" int not null, "cart_id" uuid null, "order_id" uuid null, "state" text not null default 'active', "expires_at" timestamptz not null, "created_at" timestamptz not null default now(), "ended_at" timestamptz null, primary key ("id"));
create unique index holds_cart_line on holds (cart_id, variant_id) where state = 'active';
create unique index holds_order_line on holds (order_id, variant_id) where order_id is not null;
create index holds_expiry on holds (expires_at) where state = 'active' and cart_id is not null;
create index holds_active_by_variant on holds (variant_id, expires_at) where state = 'active';
alter table "holds" add constraint "holds_quantity" check (quantity > 0);
alter table "holds" add constraint "holds_one_holder" check ((cart_id is null) <> (order_id is null));
alter table "holds" add constraint "holds_end" check ((state = 'active') = (ended_at is null));
alter table "holds" add constraint "holds_state_check" check ("state" in ('active', 'committed', 'released'));

create table "cart_items" ("id" uuid not null, "cart_id" uuid not null, "variant_id" uuid not null, "quantity" int not null, "base_unit_price_cents" bigint not null, "unit_price_cents" bigint not null, "applied_rules" jsonb not null default '[]', "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("id"));
create index "cart_items_variant_id_index" on "cart_items" ("variant_id");
alter table "cart_items" add constraint "cart_items_one_line_per_variant" unique ("cart_id", "variant_id");
alter table "cart_items" add constraint "cart_items_quantity" check (quantity between 1 and 10000);
alter table "cart_items" add constraint "cart_items_price" check (unit_price_cents >= 0 and base_unit_price_cents >= 0);

alter table "catalog_import_rows" add constraint "catalog_import_rows_import_id_foreign" foreign key ("import_id") references "catalog_imports" ("id") on delete cascade;

alter table "categories" add constraint "categories_parent_id_foreign" foreign key ("parent_id") references "categories" ("id") on delete set null;

alter table "event_deliveries" add constraint "event_deliveries_event_id_foreign" foreign key ("event_id") references "outbox_events" ("id") on delete cascade;

alter table "products" add constraint "products_category_id_foreign" foreign key ("category_id") references "categories" ("id") on delete set null;

alter table "product_images" add constraint "product_images_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete cascade;

alter table "sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;

alter table "refresh_tokens" add constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "sessions" ("id") on delete cascade;

alter table "promo_redemptions" add constraint "promo_redemptions_promo_code_id_foreign" foreign key ("promo_code_id") references "promo_codes" ("id");
alter table "promo_redemptions" add constraint "promo_redemptions_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;

alter table "carts" add constraint "carts_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;

alter table "orders" add constraint "orders_cart_id_foreign" foreign key ("cart_id") references "carts" ("id");
alter table "orders" add constraint "orders_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete set null;

alter table "shipments" add constraint "shipments_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "payments" add constraint "payments_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "refunds" add constraint "refunds_payment_id_foreign" foreign key ("payment_id") references "payments" ("id");

alter table "order_status_changes" add constraint "order_status_changes_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "invoices" add constraint "invoices_order_id_foreign" foreign key ("order_id") references "orders" ("id");

alter table "credit_notes" add constraint "credit_notes_invoice_id_foreign" foreign key ("invoice_id") references "invoices" ("id");
alter table "credit_notes" add constraint "credit_notes_refund_id_foreign" foreign key ("refund_id") references "refunds" ("id");

alter table "variants" add constraint "variants_product_id_foreign" foreign key ("product_id") references "products" ("id");

alter table "stock_movements" add constraint "stock_movements_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");

alter table "stock_levels" add constraint "stock_levels_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on update cascade on delete cascade;

alter table "pricing_rules" add constraint "pricing_rules_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete set null;
alter table "pricing_rules" add constraint "pricing_rules_product_id_foreign" foreign key ("product_id") references "products" ("id") on delete set null;

alter table "price_changes" add constraint "price_changes_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete cascade;

alter table "order_items" add constraint "order_items_order_id_foreign" foreign key ("order_id") references "orders" ("id");
alter table "order_items" add constraint "order_items_product_id_foreign" foreign key ("product_id") references "products" ("id");
alter table "order_items" add constraint "order_items_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");

alter table "holds" add constraint "holds_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");

alter table "cart_items" add constraint "cart_items_cart_id_foreign" foreign key ("cart_id") references "carts" ("id") on delete cascade;
alter table "cart_items" add constraint "cart_items_variant_id_foreign" foreign key ("variant_id") references "variants" ("id");
`);
  }
}
