/** Provider events that never arrived are found in the lists of the providers: how far these were read, and the list of the sandbox. */
import { Migration } from '@mikro-orm/migrations';

export class EventLists extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "gateway_catch_ups" ("provider" varchar(32) not null, "listed_until" timestamptz not null, primary key ("provider"));
create table "sandbox_events" ("id" varchar(255) not null, "body" jsonb not null, "occurred_at" timestamptz not null default now(), primary key ("id"));
create index "sandbox_events_occurred_at_index" on "sandbox_events" ("occurred_at");
`);
  }
}
