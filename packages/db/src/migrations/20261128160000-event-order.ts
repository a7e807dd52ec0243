/** Events store the transaction that wrote them, so that live feeds read them in an order in which no event appears late. */
import { Migration } from '@mikro-orm/migrations';

export class EventOrder extends Migration {
  override up(): void {
    // Existing events get transaction 0: their ids alone order them, and the table is not rewritten.
    this.addSql(String.raw`
alter table outbox_events add column transaction_id xid8 not null default '0';
alter table outbox_events alter column transaction_id set default pg_current_xact_id();
create index outbox_events_by_transaction on outbox_events (transaction_id, id);
`);
  }
}
