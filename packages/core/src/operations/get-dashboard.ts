import type { Currency, Dashboard, ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { toOrderSummary } from '../orders/index.ts';
import { readNewestOrders } from '../read-models/order-list.ts';
import { liveLevels } from '../read-models/stock-levels.ts';

interface DashboardRow {
  readonly currency: Currency;
  readonly currencies: Dashboard['currencies'];
  readonly ordersToShip: number;
  readonly failedPaymentsToday: number;
  readonly pendingEvents: number;
  readonly deadEvents: number;
  readonly days: Dashboard['days'];
  readonly topProducts: (Omit<Dashboard['topProducts'][number], 'productId'> & { productId: ProductId })[];
  readonly lowStock: (Omit<Dashboard['lowStock'][number], 'productId' | 'variantId'> & { productId: ProductId; variantId: VariantId })[];
}

/** The metrics of today (UTC) in one currency, by default that of the store. Two statements. */
export const getDashboard = async (
  core: Core,
  actor: Actor,
  { currency }: z.output<ShopContract['system']['dashboard']['input']>,
): Promise<Dashboard> => {
  requireScope(actor, 'orders:read');
  const { rows } = await sql<DashboardRow>`
    with s as (select coalesce(${currency ?? null}, currency) as currency, currency as own from store_settings),
    every_sale as (
      select (placed_at at time zone 'UTC')::date as day, currency, count(*)::int as orders, sum(total_cents)::bigint as revenue
      from orders where placed_at >= (date_trunc('day', now() at time zone 'UTC') - interval '29 days') at time zone 'UTC'
        and status <> 'cancelled' and paid_at is not null group by 1, 2),
    sales as (select every_sale.* from every_sale, s where every_sale.currency = s.currency)
    select s.currency,
      (select json_agg(json_build_object('currency', c.currency, 'ordersToday', coalesce(t.orders, 0), 'revenueTodayCents', coalesce(t.revenue, 0)) order by c.currency <> s.own, c.currency)
       from (select s.own as currency union select currency from every_sale) c
       left join every_sale t on t.currency = c.currency and t.day = (now() at time zone 'UTC')::date) as currencies,
      (select count(*)::int from orders where status = 'confirmed') as "ordersToShip",
      (select count(*)::int from payments where status = 'failed' and decided_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC') as "failedPaymentsToday",
      (select count(*)::int from event_deliveries where state = 'pending') + (select count(*)::int from outbox_events where relayed_at is null) as "pendingEvents",
      (select count(*)::int from event_deliveries where state = 'dead') as "deadEvents",
      (select json_agg(json_build_object('date', to_char(d, 'YYYY-MM-DD'), 'orders', coalesce(sales.orders, 0), 'revenueCents', coalesce(sales.revenue, 0)) order by d)
       from generate_series((now() at time zone 'UTC')::date - 29, (now() at time zone 'UTC')::date, interval '1 day') d left join sales on sales.day = d::date) as days,
      coalesce((select json_agg(t) from (
        select i.product_id as "productId", max(i.product_name) as name, sum(i.quantity)::int as units, sum(i.line_total_cents - i.discount_cents)::bigint as "revenueCents"
        from order_items i join orders o on o.id = i.order_id
        where o.paid_at >= now() - interval '30 days' and o.status <> 'cancelled' and o.currency = s.currency group by i.product_id order by 4 desc limit 5) t), '[]') as "topProducts",
      coalesce((select json_agg(t) from (
        select l.variant_id as "variantId", v.product_id as "productId", v.sku, p.name || case when v.title = '' then '' else ' – ' || v.title end as name,
          l.on_hand - l.reserved as available, l.reorder_threshold as "reorderThreshold"
        from ${liveLevels} l join variants v on v.id = l.variant_id join products p on p.id = v.product_id
        where l.on_hand - l.reserved <= l.reorder_threshold and p.status in ('active', 'unlisted') and p.deleted_at is null order by available, p.name limit 8) t), '[]') as "lowStock"
    from s`.execute(core.db);
  const metrics = rows[0];
  if (!metrics) throw new Error('The store settings row is missing');
  const latest = await readNewestOrders(core, 6);
  const today = metrics.days.at(-1) ?? { orders: 0, revenueCents: 0 };
  const yesterday = metrics.days.at(-2) ?? { orders: 0, revenueCents: 0 };
  return {
    ...metrics,
    today: {
      orders: today.orders,
      revenueCents: today.revenueCents,
      averageOrderCents: today.orders === 0 ? 0 : Math.round(today.revenueCents / today.orders),
    },
    yesterday: { orders: yesterday.orders, revenueCents: yesterday.revenueCents },
    latestOrders: latest.map((row) => toOrderSummary(core.sealer, row)),
  };
};
