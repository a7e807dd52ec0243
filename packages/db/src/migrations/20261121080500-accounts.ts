/** Counts sign-in attempts by e-mail address instead of by account. */
import { Migration } from '@mikro-orm/migrations';

export class Accounts extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "sign_in_tries" ("email_index" varchar(64) not null, "tries" int not null default 1, "last_try_at" timestamptz not null default now(), "locked_until" timestamptz null, primary key ("email_index"));
create index "sign_in_tries_last_try_at_index" on "sign_in_tries" ("last_try_at");
alter table "sign_in_tries" add constraint "sign_in_tries_counted" check (tries >= 1);
alter table "users" drop column "failed_login_count", drop column "locked_until";
`);
  }
}
