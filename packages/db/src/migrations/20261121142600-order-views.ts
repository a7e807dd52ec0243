/** Views of the order list that staff save under a name. */
import { Migration } from '@mikro-orm/migrations';

export class OrderViews extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "order_views" ("id" uuid not null, "user_id" uuid not null, "name" varchar(60) not null, "filters" jsonb not null, "sort" text not null default 'newest', "created_at" timestamptz not null default now(), primary key ("id"));
alter table "order_views" add constraint "order_views_sort_check" check ("sort" in ('newest', 'oldest', 'total_high', 'total_low'));
alter table "order_views" add constraint "order_views_name_unique" unique ("user_id", "name");
alter table "order_views" add constraint "order_views_user_id_foreign" foreign key ("user_id") references "users" ("id") on delete cascade;
`);
  }
}
