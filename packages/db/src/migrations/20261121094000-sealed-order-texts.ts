/** Why something is sent back and what is noted on an order is sealed, too. No release has carried the plain columns. */
import { Migration } from '@mikro-orm/migrations';

export class SealedOrderTexts extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "order_returns" drop column "reason", add column "reason_sealed" text not null;
alter table "order_log" drop column "text", add column "text_sealed" text not null;
`);
  }
}
