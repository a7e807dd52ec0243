import type { Dashboard, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';
import { toOrderSummary } from '../orders/index.ts';
import { readDashboardMetrics } from '../read-models/dashboard.ts';
import { readNewestOrders } from '../read-models/order-list.ts';

/** The metrics of today (UTC) in one currency, by default that of the shop. Two statements. */
export const getDashboard = async (
  core: Core,
  actor: Actor,
  { currency }: z.output<ShopContract['system']['dashboard']['input']>,
): Promise<Dashboard> => {
  requireScope(actor, 'orders:read');
  const metrics = await readDashboardMetrics(core, currency ?? null);
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
