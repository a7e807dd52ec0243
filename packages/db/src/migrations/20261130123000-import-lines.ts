/** The rows of a product file are stored by product, so that rows of one product may be anywhere in it. */
import { Migration } from '@mikro-orm/migrations';

export class ImportLines extends Migration {
  override up(): void {
    this.addSql(String.raw`
create table "catalog_import_lines" ("import_id" uuid not null, "position" int not null, "line" int not null, "product_key" varchar(255) not null, "cells" jsonb not null, primary key ("import_id", "position"));
alter table "catalog_import_lines" add constraint "catalog_import_lines_import_id_foreign" foreign key ("import_id") references "catalog_imports" ("id") on delete cascade;
create index catalog_import_lines_product on catalog_import_lines (import_id, product_key, position);

create table "catalog_import_keys" ("import_id" uuid not null, "product_key" varchar(255) not null, "first_position" int not null, "first_line" int not null, "row_count" int not null, "refused" boolean not null default false, primary key ("import_id", "product_key"));
alter table "catalog_import_keys" add constraint "catalog_import_keys_import_id_foreign" foreign key ("import_id") references "catalog_imports" ("id") on delete cascade;
create index catalog_import_keys_position on catalog_import_keys (import_id, first_position);

alter table "catalog_imports" add column "staged_at" timestamptz null, add column "header" jsonb null;
`);
  }
}
