/** Error codes for failed rows of imports, and the handles and SKUs that a file contains. */
import { Migration } from '@mikro-orm/migrations';

export class ImportNames extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "catalog_import_rows" add column "code" varchar(40) null;

create table "catalog_import_names" ("import_id" uuid not null, "kind" text not null, "name" varchar(255) not null, "handle" varchar(255) not null, "line" int not null, primary key ("import_id", "kind", "name"));
alter table "catalog_import_names" add constraint "catalog_import_names_import_id_foreign" foreign key ("import_id") references "catalog_imports" ("id") on delete cascade;
alter table "catalog_import_names" add constraint "catalog_import_names_kind_check" check ("kind" in ('handle', 'sku'));
`);
  }
}
