/** A row of a product file has remarks on how it could be read: on its quotes, and on zero bytes. */
import { Migration } from '@mikro-orm/migrations';

export class ImportRemarks extends Migration {
  override up(): void {
    this.addSql('alter table "catalog_import_lines" add column "remarks" jsonb null;');
  }
}
