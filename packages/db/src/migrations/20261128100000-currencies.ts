/** A currency column is never empty, and a refund stores the currency of its payment. */
import { Migration } from '@mikro-orm/migrations';

const tables = [
  'carts',
  'flash_sale_items',
  'invoices',
  'orders',
  'payments',
  'pricing_rules',
  'promo_codes',
  'sandbox_charges',
  'shipping_methods',
  'store_credits',
  'store_settings',
];

export class Currencies extends Migration {
  override up(): void {
    this.addSql(String.raw`
-- A payment without a currency was made in that of its order.
update payments p set currency = o.currency from orders o where o.id = p.order_id and p.currency !~ '^[A-Z]{3}$';
update sandbox_charges c set currency = p.currency from payments p where p.id::text = c.idempotency_key and c.currency !~ '^[A-Z]{3}$';

alter table refunds add column currency character(3) null;
update refunds r set currency = p.currency from payments p where p.id = r.payment_id;
alter table refunds alter column currency set not null;
alter table refunds add constraint refunds_currency check (currency ~ '^[A-Z]{3}$');

-- Guards the currency of a refund; derives it for a process of the version before, which does not know the column.
create function refund_currency() returns trigger language plpgsql as $$
declare paid_in character(3);
begin
  select currency into paid_in from payments where id = new.payment_id;
  new.currency := coalesce(new.currency, paid_in);
  if new.currency <> paid_in then
    raise exception 'refund % is in %, but its payment is in %', new.id, new.currency, paid_in using errcode = 'check_violation', constraint = 'refunds_currency_of_payment';
  end if;
  return new;
end $$;
create trigger refunds_currency_of_payment before insert or update of currency, payment_id on refunds for each row execute function refund_currency();

-- Events of the sandbox name the currency of their charge.
update sandbox_events e set body = jsonb_set(e.body, '{data,currency}', to_jsonb(c.currency::text)) from sandbox_charges c
  where c.reference = e.body -> 'data' ->> 'reference' and not e.body -> 'data' ? 'currency';
`);
    for (const table of tables)
      this.addSql(`alter table "${table}" add constraint "${table}_currency" check (currency ~ '^[A-Z]{3}$');`);
  }
}
