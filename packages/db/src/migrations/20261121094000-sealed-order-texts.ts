/** Encrypts the reasons of returns and the notes on orders. No release contained the plain columns. */
import { Migration } from '@mikro-orm/migrations';

export class SealedOrderTexts extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "order_returns" drop column "reason", add column "reason_sealed" text not null;
alter table "order_log" drop column "text", add column "text_sealed" text not null;
`);
  }
}
