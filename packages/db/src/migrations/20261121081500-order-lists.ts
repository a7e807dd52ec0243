/** Indexes for the filters of the order list: by number, total, SKU, payment, and by orders that need attention. */
import { Migration } from '@mikro-orm/migrations';

export class OrderLists extends Migration {
  override up(): void {
    this.addSql(String.raw`
create index orders_by_total on orders (total_cents, id);
create index orders_to_ship on orders (paid_at) where status = 'confirmed';
create index orders_by_number_start on orders (order_number text_pattern_ops);
create index orders_by_number_end on orders (right(order_number, 4));
create index "order_items_by_sku" on "order_items" ("sku", "order_id");
create index "payments_by_status" on "payments" ("status", "order_id");
create index refunds_failed on refunds (payment_id) where status = 'failed';
`);
  }
}
