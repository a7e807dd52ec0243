/** A variant that was never sold can be deleted with its holds, cart lines and ledger; sold variants stay for their orders. */
import { Migration } from '@mikro-orm/migrations';

export class Purge extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "cart_items" drop constraint "cart_items_variant_id_foreign";
alter table "cart_items" add constraint "cart_items_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete cascade;
alter table "holds" drop constraint "holds_variant_id_foreign";
alter table "holds" add constraint "holds_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete cascade;
alter table "stock_movements" drop constraint "stock_movements_variant_id_foreign";
alter table "stock_movements" add constraint "stock_movements_variant_id_foreign" foreign key ("variant_id") references "variants" ("id") on delete cascade;

-- The ledger stays append-only: its rows go with their variant and never without it.
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select 1 from variants where id = old.variant_id) then return old; end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
drop trigger stock_movements_append_only on stock_movements;
create trigger stock_movements_append_only before update or delete on stock_movements for each row execute function refuse_ledger_change();

-- What was purged by an earlier version is gone through once more.
update products set purged_at = null where purged_at is not null;
`);
  }
}
