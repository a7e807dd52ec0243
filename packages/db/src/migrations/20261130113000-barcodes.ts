/** An index of barcodes: staff find a variant by the barcode that they scan. */
import { Migration } from '@mikro-orm/migrations';

export class Barcodes extends Migration {
  override up(): void {
    this.addSql(`create index variants_by_barcode on variants (barcode) where barcode is not null and deleted_at is null;`);
  }
}
