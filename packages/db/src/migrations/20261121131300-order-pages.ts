/** Pages and counts of orders come from indexes alone. The unique order number also serves searches for its start, which saves an index. */
import { Migration } from '@mikro-orm/migrations';

export class OrderPages extends Migration {
  override up(): void {
    this.addSql(String.raw`
drop index orders_by_number_start, orders_by_number_end, orders_newest, orders_by_status, orders_by_total;
alter table orders alter column order_number type varchar(32) collate "C";
create index orders_by_number_end on orders (right(order_number, 4));
create index orders_newest on orders (placed_at desc, id desc) include (archived_at);
create index orders_by_status on orders (status, placed_at desc, id desc) include (archived_at);
create index orders_by_total on orders (total_cents, id) include (archived_at);
`);
  }
}
