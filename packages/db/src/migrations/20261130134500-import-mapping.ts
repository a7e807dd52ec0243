/** What the columns of an imported file mean, when they are not those of a known format. */
import { Migration } from '@mikro-orm/migrations';

export class ImportMapping extends Migration {
  override up(): void {
    this.addSql(`alter table "catalog_imports" add column "mapping" jsonb null;`);
  }
}
