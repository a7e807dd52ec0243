/** Removes the telephone number of accounts; addresses keep theirs. */
import { Migration } from '@mikro-orm/migrations';

export class UnusedColumns extends Migration {
  override up(): void {
    this.addSql('alter table "users" drop column "phone_sealed";');
  }
}
