/** Runs that rebuild the rows of the search, one at a time. */
import { Migration } from '@mikro-orm/migrations';

export class SearchReindex extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "search_reindexes" ("id" uuid not null, "status" text not null default 'queued', "product_count" int not null, "processed_count" int not null default 0, "cursor_id" uuid null, "fence" int not null default 0, "locked_until" timestamptz null, "created_at" timestamptz not null default now(), "finished_at" timestamptz null, primary key ("id"));
alter table "search_reindexes" add constraint "search_reindexes_status_check" check ("status" in ('queued', 'running', 'finished'));
alter table "search_reindexes" add constraint "search_reindexes_finished" check ((status = 'finished') = (finished_at is not null));
create unique index search_reindexes_one_at_a_time on search_reindexes ((true)) where status <> 'finished';
`);
  }
}
