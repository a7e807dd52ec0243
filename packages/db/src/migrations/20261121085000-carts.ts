/** Merged carts, contact data on carts, and the time at which a cart was reported as abandoned. */
import { Migration } from '@mikro-orm/migrations';

export class Carts extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "carts" drop constraint "carts_status_check";
alter table "carts" add constraint "carts_status_check" check ("status" in ('active', 'converted', 'merged'));
alter table "carts" add column "note" varchar(2000) null, add column "email_sealed" text null, add column "shipping_address_sealed" text null, add column "abandoned_at" timestamptz null, add column "merged_into" uuid null;
alter table "carts" add constraint "carts_merged" check ((status = 'merged') = (merged_into is not null));
alter table "carts" add constraint "carts_merged_into_foreign" foreign key ("merged_into") references "carts" ("id");
create index carts_left on carts (updated_at) where status = 'active' and abandoned_at is null;
`);
  }
}
