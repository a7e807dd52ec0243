/** Registers consumers of events in the database, so that every relay writes deliveries for all of them. */
import { Migration } from '@mikro-orm/migrations';

export class EventConsumers extends Migration {
  override up(): void {
    // Existing consumers are found by their deliveries; events relayed until now are not processed again.
    this.addSql(String.raw`
create table event_consumers (name varchar(60) not null, registered_at timestamptz not null default clock_timestamp(), last_seen_at timestamptz not null default now(), primary key (name));
create table event_subscriptions (consumer varchar(60) not null, event varchar(60) not null, since timestamptz not null default clock_timestamp(), "from" text not null default 'registration', caught_up_to uuid null, caught_up_at timestamptz null, primary key (consumer, event));
create index event_subscriptions_by_event on event_subscriptions (event);
alter table event_subscriptions add constraint event_subscriptions_from_check check ("from" in ('registration', 'beginning'));
alter table event_subscriptions add constraint event_subscriptions_consumer_foreign foreign key (consumer) references event_consumers (name) on delete cascade;
insert into event_consumers (name) select distinct consumer from event_deliveries;
insert into event_subscriptions (consumer, event) select distinct d.consumer, e.name from event_deliveries d join outbox_events e on e.id = d.event_id;
drop index event_deliveries_open;
create index event_deliveries_open on event_deliveries (consumer, enqueued_at) where state = 'pending';
`);
  }
}
