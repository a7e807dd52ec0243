/** Renames indexes to terms of the glossary: published products, active payments. */
import { Migration } from '@mikro-orm/migrations';

export class IndexNames extends Migration {
  override up(): void {
    this.addSql(`alter index products_shelf rename to products_published;`);
    this.addSql(`alter index payments_one_standing_charge rename to payments_one_active_charge;`);
    this.addSql(`alter index payments_one_standing_difference rename to payments_one_active_edit_charge;`);
  }
}
