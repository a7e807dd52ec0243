/** Guards that entities cannot express: references against the domain order, append-only tables, the order-number sequence. */
import { Migration } from '@mikro-orm/migrations';

export class Guards extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table holds add constraint holds_cart_fk foreign key (cart_id) references carts (id);
alter table holds add constraint holds_order_fk foreign key (order_id) references orders (id);
alter table stock_movements add constraint stock_movements_order_item_fk foreign key (order_item_id) references order_items (id);
alter table promo_redemptions add constraint promo_redemptions_order_fk foreign key (order_id) references orders (id);
create index promo_redemptions_by_user on promo_redemptions (user_id) where user_id is not null;

-- The last four characters of an order number; they repeat only after a million orders, on another day.
create sequence order_number_seq minvalue 0 maxvalue 1048575 start 0 cycle;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger stock_movements_append_only before update or delete on stock_movements for each row execute function refuse_change();
create trigger order_status_changes_append_only before update or delete on order_status_changes for each row execute function refuse_change();
create trigger invoices_append_only before update or delete on invoices for each row execute function refuse_change();
create trigger credit_notes_append_only before update or delete on credit_notes for each row execute function refuse_change();
create trigger audit_log_append_only before update or delete on audit_log for each row execute function refuse_change();
create trigger price_changes_append_only before update on price_changes for each row execute function refuse_change();

insert into store_settings (id, name, currency) values (1, 'Cartwright', 'USD');
`);
  }
}
