/** A lease of imports that workers of the version before do not take: they would write products of a file a second time. */
import { Migration } from '@mikro-orm/migrations';

export class ImportLeases extends Migration {
  override up(): void {
    this.addSql(`alter table "catalog_imports" add column "leased_until" timestamptz null;`);
  }
}
