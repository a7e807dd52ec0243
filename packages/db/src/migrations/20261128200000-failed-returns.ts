/** Counts failed refunds of a wrong charge, because the next one needs a new key. */
import { Migration } from '@mikro-orm/migrations';

export class FailedReturns extends Migration {
  override up(): void {
    this.addSql(`alter table "payment_discrepancies" add column "returns_failed" integer not null default 0;`);
    this.addSql(
      `alter table "payment_discrepancies" add constraint "payment_discrepancies_returns_failed" check (returns_failed >= 0);`,
    );
  }
}
