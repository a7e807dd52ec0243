/** Carts keep a region as it was typed where it has no ISO 3166-2 code. */
import { Migration } from '@mikro-orm/migrations';

export class TypedRegions extends Migration {
  override up(): void {
    this.addSql('alter table "carts" alter column "region" type varchar(100);');
  }
}
