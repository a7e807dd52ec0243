/** Counts wrong codes and tokens in the database, so that all processes share the limits. */
import { Migration } from '@mikro-orm/migrations';

export class LimitCounters extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "limit_counters" ("key" varchar(64) not null, "open" int not null default 0, "missed" int not null default 0, "round" int not null default 1, "ends_at" timestamptz not null, primary key ("key"));
create index "limit_counters_ends_at_index" on "limit_counters" ("ends_at");
alter table "limit_counters" add constraint "limit_counters_amounts" check (open >= 0 and missed >= 0);
`);
  }
}
