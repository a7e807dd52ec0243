/** Stores the byte offset of an import, so that it never reads earlier bytes again, and allows cancelling it. A running import starts again. */
import { Migration } from '@mikro-orm/migrations';

export class ImportPlaces extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table catalog_imports drop constraint catalog_imports_status_check;
alter table catalog_imports add constraint catalog_imports_status_check check (status in ('uploading', 'queued', 'running', 'finished', 'failed', 'cancelled'));
alter table catalog_imports add column cursor_byte bigint not null default 0;
delete from catalog_import_rows where import_id in (select id from catalog_imports where status = 'running');
delete from catalog_import_names where import_id in (select id from catalog_imports where status = 'running');
update catalog_imports set status = 'queued', fence = fence + 1, locked_until = null, cursor_line = 0, processed_count = 0, created_count = 0, updated_count = 0, unchanged_count = 0, failed_count = 0
  where status = 'running';
`);
  }
}
