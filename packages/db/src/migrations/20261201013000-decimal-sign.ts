/** Staff say which sign begins the decimals of a product file; without a word, the file decides as before. */
import { Migration } from '@mikro-orm/migrations';

export class DecimalSign extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "catalog_imports" add column "decimal_sign" text null;
alter table "catalog_imports" add constraint "catalog_imports_decimal_sign_check" check ("decimal_sign" in ('comma', 'point'));
`);
  }
}
