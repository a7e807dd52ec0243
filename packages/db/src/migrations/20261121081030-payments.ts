/** Several attempts per order, payments that wait for the buyer, columns against card testing, and provider events that are retried. */
import { Migration } from '@mikro-orm/migrations';

export class Payments extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table payments add column failure_detail text null, add column request_key varchar(200) null, add column return_url varchar(500) null,
  add column action_sealed text null, add column superseded_at timestamptz null, add column ip_index varchar(64) null;
alter table payments add constraint payments_request_key_unique unique (request_key);
alter table payments drop constraint payments_gateway_phase_check;
alter table payments add constraint payments_gateway_phase_check check (gateway_phase in ('created', 'calling', 'unknown', 'action', 'decided'));
alter table payments add constraint payments_action check ((gateway_phase = 'action') = (action_sealed is not null));
drop index payments_one_standing_charge;
create unique index payments_one_standing_charge on payments (order_id) where superseded_at is null and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed');
create index payments_declined_by_address on payments (ip_index, decided_at) where status = 'failed' and ip_index is not null;
alter table sandbox_charges add column return_url varchar(500) null;
alter table sandbox_charges drop constraint sandbox_charges_status_check;
alter table sandbox_charges add constraint sandbox_charges_status_check check (status in ('captured', 'declined', 'pending', 'action', 'voided'));
alter table gateway_events add column payment_id varchar(255) null, add column attempts int not null default 0, add column retry_at timestamptz null,
  add column last_error text null, add column resolved_at timestamptz null, add column resolved_by varchar(64) null, add column resolution varchar(500) null;
alter table gateway_events drop constraint gateway_events_outcome_check;
alter table gateway_events add constraint gateway_events_outcome_check check (outcome in ('received', 'applied', 'ignored', 'orphaned', 'dead'));
alter table gateway_events add constraint gateway_events_resolved check ((resolved_at is null) = (resolved_by is null));
create index gateway_events_unresolved on gateway_events (received_at) where outcome in ('orphaned', 'dead') and resolved_at is null;
`);
  }
}
