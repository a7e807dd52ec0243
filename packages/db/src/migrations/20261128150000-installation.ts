/** One row that binds the database to one secret. Existing shops write it at their next start, after a check of what their secret decrypts. */
import { Migration } from '@mikro-orm/migrations';

export class Installation extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "installation" ("id" int not null default 1, "secret_check_sealed" text not null, "setup_nonce" uuid not null default gen_random_uuid(), "created_at" timestamptz not null default now(), primary key ("id"));
alter table "installation" add constraint "installation_one_row" check (id = 1);
`);
  }
}
