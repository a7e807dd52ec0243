/** Shipped units of a cancelled order: expected back by a date, then written off. */
import { Migration } from '@mikro-orm/migrations';

export class ReturnsInTransit extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "order_returns" add column "due_at" timestamptz null, add column "written_off_at" timestamptz null, add column "written_off_by" varchar(64) null;
alter table "order_returns" drop constraint "order_returns_status_check";
alter table "order_returns" add constraint "order_returns_status_check" check ("status" in ('requested', 'approved', 'rejected', 'in_transit', 'received', 'written_off'));
alter table "order_returns" add constraint "order_returns_due" check (status <> 'in_transit' or due_at is not null);
alter table "order_returns" add constraint "order_returns_written_off" check (status <> 'written_off' or written_off_at is not null);
create index order_returns_in_transit on order_returns (due_at) where status = 'in_transit';

-- Earlier versions counted shipped units of a cancelled order as back at once. Those orders keep their ledger and say so.
alter table "orders" add column "restocked_at_cancellation" boolean not null default false;
update orders set restocked_at_cancellation = true where status = 'cancelled' and paid_at is not null and shipped_count > returned_count;
`);
  }
}
