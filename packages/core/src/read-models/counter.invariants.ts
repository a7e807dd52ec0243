/** Counters of what a buyer can use up: promo codes, purchase limits, gift cards and store credit. */
import type { Invariant } from './invariant.ts';

/** The invariants of counters. */
export const counterInvariants: readonly Invariant[] = [
  {
    id: 'I31',
    title: 'The use counter of a promo code equals its uses and never exceeds its limit',
    sql: `
      select c.id, c.code, c.used_count, coalesce(r.n, 0) as uses from promo_codes c
        left join (select promo_code_id, count(*) as n from promo_redemptions where state = 'redeemed' group by 1) r
          on r.promo_code_id = c.id
        where c.used_count <> coalesce(r.n, 0) or c.used_count > coalesce(c.usage_limit, c.used_count)
      union all select c.id, c.code, c.per_customer_limit, count(*) from promo_codes c
        join promo_redemptions r on r.promo_code_id = c.id and r.state = 'redeemed'
        group by c.id, r.identity having count(*) > coalesce(c.per_customer_limit, count(*))`,
  },
  {
    id: 'I41',
    title: 'The units counted against a purchase limit equal its claims, and no cancelled order keeps a claim',
    sql: `
      select n.scope_id, n.identity, n.units, coalesce(c.units, 0) as claimed from purchase_counts n
        left join (
          select scope_id, identity, sum(units) as units from purchase_claims group by scope_id, identity
        ) c using (scope_id, identity)
        where n.units <> coalesce(c.units, 0)
      union all select c.scope_id, c.identity, 0, c.units from purchase_claims c join orders o on o.id = c.order_id
        where o.status = 'cancelled'`,
  },
  {
    id: 'I42',
    title: 'The balance of a gift card or store credit equals the sum of its ledger',
    sql: `
      select c.id, c.balance_cents, coalesce(m.total, 0) as ledger from store_credits c
        left join (select credit_id, sum(amount_cents) as total from store_credit_movements group by 1) m on m.credit_id = c.id
        where c.balance_cents <> coalesce(m.total, 0) or c.balance_cents < 0`,
  },
  {
    id: 'I43',
    title: 'The store credit that orders took and returned equals the credit ledger, and a cancelled order keeps none',
    sql: `
      with moved as (
        select order_id, credit_id, -coalesce(sum(amount_cents) filter (where kind = 'spend'), 0) as spent,
          coalesce(sum(amount_cents) filter (where kind = 'give_back'), 0) as back
          from store_credit_movements
          where kind in ('spend', 'give_back') group by 1, 2
      ),
      taken as (select order_id, sum(amount_cents) as amount, sum(returned_cents) as returned from order_credits group by 1)
      select o.id, o.store_credit_cents, coalesce(t.amount, 0) as amount, coalesce(t.returned, 0) as returned from orders o
        left join taken t on t.order_id = o.id
        where o.store_credit_cents <> coalesce(t.amount, 0) or (o.status = 'cancelled' and t.returned <> t.amount)
      union all select coalesce(k.order_id, m.order_id), k.amount_cents, m.spent, m.back from order_credits k
        full join moved m using (order_id, credit_id)
        where k.amount_cents is distinct from m.spent or k.returned_cents is distinct from m.back`,
  },
  {
    id: 'I46',
    title: 'A promo code counts as used by exactly the orders that it reduced',
    sql: `
      select r.id, o.id as order_id, r.reduced_cents from promo_redemptions r
        join promo_codes c on c.id = r.promo_code_id
        join orders o on o.id = r.order_id
        where r.state = 'redeemed'
          and (
            o.status = 'cancelled'
              or o.promo_code is distinct from c.code
              or r.reduced_cents <= 0
              or (r.reduced_cents is null) <> (r.reduction is null)
          )
      union all select null, o.id, null from orders o
        where o.promo_code is not null
          and o.status <> 'cancelled'
          and not exists (select 1 from promo_redemptions r where r.order_id = o.id and r.state = 'redeemed')`,
  },
];
