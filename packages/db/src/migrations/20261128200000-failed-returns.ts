/** A return of a wrong charge that failed is followed by one under a key of its own, so the failed ones are counted. */
import { Migration } from '@mikro-orm/migrations';

export class FailedReturns extends Migration {
  override up(): void {
    this.addSql(`alter table "payment_discrepancies" add column "returns_failed" integer not null default 0;`);
    this.addSql(
      `alter table "payment_discrepancies" add constraint "payment_discrepancies_returns_failed" check (returns_failed >= 0);`,
    );
  }
}
