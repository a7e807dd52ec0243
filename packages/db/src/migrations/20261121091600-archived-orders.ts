/** Orders that staff delete: hidden in every list, kept in the records. */
import { Migration } from '@mikro-orm/migrations';

export class ArchivedOrders extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "orders" add column "archived_at" timestamptz null;
alter table "orders" add constraint "orders_archived" check (archived_at is null or status = 'cancelled');
`);
  }
}
