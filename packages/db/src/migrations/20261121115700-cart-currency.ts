/** A cart that has lines, or was ordered, keeps its currency, whichever process writes it. */
import { Migration } from '@mikro-orm/migrations';

export class CartCurrency extends Migration {
  override up(): void {
    this.addSql(String.raw`
create function refuse_currency_of_priced_cart() returns trigger language plpgsql as $$
begin
  if new.status <> 'active' or exists (select 1 from cart_items where cart_id = new.id) then
    raise exception 'the currency of a priced cart does not change' using errcode = 'check_violation', constraint = 'carts_currency_stays';
  end if;
  return new;
end $$;
create trigger carts_currency_stays before update of currency on carts for each row when (old.currency is distinct from new.currency) execute function refuse_currency_of_priced_cart();
`);
  }
}
