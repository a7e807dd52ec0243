/** Refunds and disputes that were made at the provider, and provider events that wait for their subject. */
import { Migration } from '@mikro-orm/migrations';

export class ProviderRecords extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table refunds add column origin text not null default 'shop', add column failed_at timestamptz null;
alter table refunds add constraint refunds_origin_check check (origin in ('shop', 'provider'));
alter table refunds drop constraint refunds_processed;
alter table refunds add constraint refunds_processed check ((status <> 'processed' or processed_at is not null) and (processed_at is null or status in ('processed', 'failed')));
alter table refunds add constraint refunds_from_provider check (origin = 'shop' or gateway_reference is not null);
create unique index refunds_reference on refunds (gateway_reference) where gateway_reference is not null;
create table disputes (id uuid not null, payment_id uuid not null, gateway_reference varchar(255) null, amount_cents bigint not null, currency char(3) not null,
  status text not null, reason varchar(100) null, funds_withdrawn boolean not null default false, seen_at timestamptz not null default now(), created_at timestamptz not null default now(),
  opened_at timestamptz null, closed_at timestamptz null, primary key (id));
alter table disputes add constraint disputes_status_check check (status in ('inquiry', 'inquiry_closed', 'open', 'won', 'lost'));
alter table disputes add constraint disputes_currency check (currency ~ '^[A-Z]{3}$');
alter table disputes add constraint disputes_amount check (amount_cents >= 0);
alter table disputes add constraint disputes_opened check (status not in ('open', 'lost') or opened_at is not null);
alter table disputes add constraint disputes_payment_id_foreign foreign key (payment_id) references payments (id);
create index disputes_payment_id_index on disputes (payment_id);
create unique index disputes_reference on disputes (gateway_reference) where gateway_reference is not null;
create index disputes_unresolved on disputes (seen_at) where status in ('inquiry', 'open');
insert into disputes (id, payment_id, amount_cents, currency, status, funds_withdrawn, seen_at, opened_at)
  select gen_random_uuid(), id, captured_cents, currency, 'open', true, '2000-01-01', now() from payments where status = 'disputed';
alter table credit_notes add column reverses_id uuid null;
alter table credit_notes drop constraint credit_notes_one_cause;
alter table credit_notes add constraint credit_notes_one_cause check (num_nonnulls(refund_id, movement_id, reverses_id) = 1);
alter table credit_notes add constraint credit_notes_reverses_id_unique unique (reverses_id);
alter table credit_notes add constraint credit_notes_reverses_id_foreign foreign key (reverses_id) references credit_notes (id);
alter table gateway_events drop constraint gateway_events_outcome_check;
alter table gateway_events add constraint gateway_events_outcome_check check (outcome in ('received', 'waiting', 'applied', 'ignored', 'orphaned', 'conflicting', 'dead'));
alter table gateway_events drop constraint gateway_events_handled;
alter table gateway_events add constraint gateway_events_handled check ((outcome in ('received', 'waiting')) = (handled_at is null));
alter table gateway_events add constraint gateway_events_waiting check (outcome <> 'waiting' or retry_at is not null);
drop index gateway_events_unresolved;
create index gateway_events_unresolved on gateway_events (received_at) where outcome in ('orphaned', 'conflicting', 'dead') and resolved_at is null;
update gateway_events set payload = payload || jsonb_build_object('about', jsonb_build_object('orderId', null, 'objectReference', null, 'amountCents', null, 'currency', null, 'foreign', false,
    'subject', case when payload -> 'outcome' ->> 'status' = 'refund' then 'refund' when payload -> 'outcome' ->> 'status' like 'dispute\_%' then 'dispute' when payload -> 'outcome' ->> 'status' is not null then 'charge' end,
    'refundId', payload -> 'outcome' -> 'refundId', 'outcome', case when payload -> 'outcome' ->> 'status' = 'refund' or payload -> 'outcome' ->> 'status' like 'dispute\_%' then null else payload -> 'outcome' end))
  where handled_at is null or outcome = 'dead';
alter table gateway_catch_ups add column records_listed_until timestamptz null;
alter table gateway_catch_ups alter column listed_until drop not null;
alter table sandbox_refunds alter column idempotency_key drop not null, add column currency char(3) null, add column status text not null default 'processed';
alter table sandbox_refunds add constraint sandbox_refunds_status_check check (status in ('pending', 'processed', 'failed'));
update sandbox_refunds r set currency = c.currency from sandbox_charges c where c.reference = r.charge_reference;
create table sandbox_disputes (reference varchar(255) not null, charge_reference varchar(255) not null, amount_cents bigint not null, currency char(3) not null,
  status text not null, funds_withdrawn boolean not null default false, created_at timestamptz not null default now(), primary key (reference));
alter table sandbox_disputes add constraint sandbox_disputes_status_check check (status in ('inquiry', 'inquiry_closed', 'open', 'won', 'lost'));
create index sandbox_disputes_charge_reference_index on sandbox_disputes (charge_reference);
`);
  }
}
