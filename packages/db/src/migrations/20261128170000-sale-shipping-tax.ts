/**
 * Sets the shipping tax of flash-sale orders, which was stored as 0 although their total tax and their total contain it: the tax of the
 * order minus the tax of its lines.
 */
import { Migration } from '@mikro-orm/migrations';

export class SaleShippingTax extends Migration {
  override up(): void {
    this.addSql(`update orders o set shipping_tax_cents = o.tax_cents - i.tax_cents
      from (select order_id, sum(tax_cents) as tax_cents from order_items group by order_id) i
      where i.order_id = o.id and o.checkout_key like 'flash|%' and o.shipping_tax_cents = 0 and o.tax_cents > i.tax_cents;`);
  }
}
