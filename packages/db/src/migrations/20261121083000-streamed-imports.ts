/** Imports that are uploaded in parts, processed by the holder of a lease, and resumed where they stopped. */
import { Migration } from '@mikro-orm/migrations';

export class StreamedImports extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "catalog_imports" drop constraint if exists "catalog_imports_status_check";
alter table "catalog_imports" alter column "status" set default 'uploading';
alter table "catalog_imports" add constraint "catalog_imports_status_check" check ("status" in ('uploading', 'queued', 'running', 'finished', 'failed'));
alter table "catalog_imports" add column "processed_count" int not null default 0;
alter table "catalog_imports" add column "cursor_line" int not null default 0;
alter table "catalog_imports" add column "checked_at" timestamptz null;
alter table "catalog_imports" add column "problem" text null;
alter table "catalog_imports" add column "fence" int not null default 0;
alter table "catalog_imports" add column "locked_until" timestamptz null;
create index catalog_imports_open on catalog_imports (created_at) where status in ('queued', 'running');
create table "catalog_import_chunks" ("import_id" uuid not null, "position" int not null, "content" text not null, primary key ("import_id", "position"));
alter table "catalog_import_chunks" add constraint "catalog_import_chunks_import_id_foreign" foreign key ("import_id") references "catalog_imports" ("id") on delete cascade;
alter table "catalog_import_chunks" add constraint "catalog_import_chunks_position" check (position >= 0);
`);
  }
}
