/** The waiting room of a flash sale. */
import { Migration } from '@mikro-orm/migrations';

export class WaitingRoom extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "flash_sales" add column "admit_per_second" int not null default 50, add column "minutes_inside" int not null default 5, add column "overbooking_basis_points" int not null default 5000;
alter table "flash_sales" add constraint "flash_sales_admission" check (admit_per_second > 0 and minutes_inside > 0 and overbooking_basis_points >= 0);

create table "waiting_rooms" ("sale_id" uuid not null, "last_number" bigint not null default 0, "admitted_through" bigint not null default 0, "ticked_at" timestamptz not null default now(), primary key ("sale_id"));
alter table "waiting_rooms" add constraint "waiting_rooms_order" check (admitted_through between 0 and last_number);
alter table "waiting_rooms" add constraint "waiting_rooms_sale_id_foreign" foreign key ("sale_id") references "flash_sales" ("id") on update cascade on delete cascade;

create table "waiting_places" ("id" uuid not null, "sale_id" uuid not null, "identity" varchar(64) not null, "number" bigint not null, "joined_at" timestamptz not null default now(), "admitted_at" timestamptz null, "admitted_until" timestamptz null, "used_at" timestamptz null, primary key ("id"));
alter table "waiting_places" add constraint "waiting_places_one_per_buyer" unique ("sale_id", "identity");
alter table "waiting_places" add constraint "waiting_places_number" unique ("sale_id", "number");
create index waiting_places_inside on waiting_places (sale_id, admitted_until) where admitted_at is not null and used_at is null;
alter table "waiting_places" add constraint "waiting_places_admission" check ((admitted_at is null) = (admitted_until is null));
alter table "waiting_places" add constraint "waiting_places_use" check (used_at is null or admitted_at is not null);
alter table "waiting_places" add constraint "waiting_places_sale_id_foreign" foreign key ("sale_id") references "flash_sales" ("id");
`);
  }
}
