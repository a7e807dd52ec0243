/** Undecided payment attempts count towards the decline limit of their network address. */
import { Migration } from '@mikro-orm/migrations';

export class OpenByAddress extends Migration {
  override up(): void {
    this.addSql(`create index payments_open_by_address on payments (ip_index) where status = 'pending' and ip_index is not null;`);
  }
}
