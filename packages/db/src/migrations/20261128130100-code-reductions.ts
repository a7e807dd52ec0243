/** Stores by how much a promo code reduced an order, and releases uses by orders that it did not reduce. */
import { Migration } from '@mikro-orm/migrations';

export class CodeReductions extends Migration {
  override up(): void {
    this.addSql(String.raw`
alter table "promo_redemptions" add column "reduced_cents" bigint null, add column "reduction" jsonb null;
alter table "promo_redemptions" add constraint "promo_redemptions_reduced" check (reduced_cents > 0);

-- Earlier versions counted every order with a code. A use is given back where the order is cancelled, or where its sums
-- show that the code took nothing off and no rule asks for it. What cannot be told any more stays as it is, without a sum.
create temporary table uses_of_nothing on commit drop as
  select r.id, r.order_id from promo_redemptions r join promo_codes c on c.id = r.promo_code_id join orders o on o.id = r.order_id
  where r.state = 'redeemed' and o.status <> 'cancelled' and not exists (select 1 from pricing_rules p where p.code = c.code)
    and ((c.percent_basis_points is not null or c.amount_cents is not null) and o.discount_cents = 0 or c.free_shipping and o.shipping_cents > 0);
update promo_redemptions set state = 'released', released_at = now()
  where state = 'redeemed' and (id in (select id from uses_of_nothing) or order_id in (select id from orders where status = 'cancelled'));
update orders set promo_code = null where id in (select order_id from uses_of_nothing);
update promo_codes c set used_count = (select count(*) from promo_redemptions r where r.promo_code_id = c.id and r.state = 'redeemed')
  where c.used_count <> (select count(*) from promo_redemptions r where r.promo_code_id = c.id and r.state = 'redeemed');
`);
  }
}
