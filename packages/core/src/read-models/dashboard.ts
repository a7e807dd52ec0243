/** The metrics of the dashboard: sales, work that waits, products that sell best and stock that is low. */
import type { Currency, Dashboard, ProductId, VariantId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type NotNull, type QueryCreator } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { cappedSumOf, commonTables, emptyList, rowCount, type Reader } from '../kernel/index.ts';
import { onSale } from './on-sale.ts';
import { isLowLevel, liveLevels } from './stock-levels.ts';
import { variantLabel } from './variant-names.ts';

/** The metrics that one statement reads. */
export type DashboardMetrics = Omit<Dashboard, 'today' | 'yesterday' | 'latestOrders'>;

const eb = expressionBuilder<Database>();
const todayUtc = sql<string>`(now() at time zone 'UTC')::date`;
/** The start of a day some days ago, by UTC. */
const startOfDay = (daysAgo: number) =>
  sql<Date>`(date_trunc('day', now() at time zone 'UTC') - make_interval(days => ${daysAgo})) at time zone 'UTC'`;

/** The five products with the highest sales of the last 30 days in a currency. */
const topProducts = (currency: Expression<string>) => {
  const best = eb
    .selectFrom('order_items as i')
    .innerJoin('orders as o', 'o.id', 'i.orderId')
    .select((row) => [
      'i.productId',
      row.fn.max('i.productName').as('name'),
      cappedSumOf(row.ref('i.quantity')).as('units'),
      cappedSumOf(row('i.lineTotalCents', '-', row.ref('i.discountCents'))).as('revenueCents'),
    ])
    .where('o.paidAt', '>=', sql<Date>`now() - interval '30 days'`)
    .where('o.status', '<>', sql.lit('cancelled'))
    .where('o.currency', '=', currency)
    .groupBy('i.productId')
    .orderBy('revenueCents', 'desc')
    .limit(5)
    .as('best');
  return eb.selectFrom(best).select((row) =>
    row.fn
      .jsonAgg(
        jsonBuildObject({
          productId: row.ref('best.productId').$castTo<ProductId>(),
          name: row.ref('best.name'),
          units: row.ref('best.units'),
          revenueCents: row.ref('best.revenueCents'),
        }),
      )
      .as('list'),
  );
};

/** The eight tracked variants on sale that have the fewest units, of those at or below their threshold. */
const lowStock = () => {
  const low = eb
    .selectFrom(liveLevels.as('l'))
    .innerJoin('variants as v', 'v.id', 'l.variantId')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select((row) => [
      'l.variantId',
      'v.productId',
      'v.sku',
      variantLabel.as('label'),
      row('l.onHand', '-', row.ref('l.reserved')).as('available'),
      'l.reorderThreshold',
    ])
    .where(isLowLevel('l'))
    .where(onSale)
    .orderBy('available')
    .orderBy('p.name')
    .limit(8)
    .as('low');
  return eb.selectFrom(low).select((row) =>
    row.fn
      .jsonAgg(
        jsonBuildObject({
          variantId: row.ref('low.variantId').$castTo<VariantId>(),
          productId: row.ref('low.productId').$castTo<ProductId>(),
          sku: row.ref('low.sku'),
          name: row.ref('low.label'),
          available: row.ref('low.available'),
          reorderThreshold: row.ref('low.reorderThreshold'),
        }),
      )
      .as('list'),
  );
};

const ordersToShip = () => eb.selectFrom('orders').select(rowCount.as('n')).where('status', '=', sql.lit('confirmed'));
const failedPaymentsToday = () =>
  eb.selectFrom('payments').select(rowCount.as('n')).where('status', '=', sql.lit('failed')).where('decidedAt', '>=', startOfDay(0));
const deliveries = (state: 'pending' | 'dead') =>
  eb.selectFrom('event_deliveries').select(rowCount.as('n')).where('state', '=', sql.lit(state));
const unrelayedEvents = () => eb.selectFrom('outbox_events').select(rowCount.as('n')).where('relayedAt', 'is', null);

type MetricTables = Database & {
  every_sale: { day: string; currency: Currency; orders: number; revenueCents: number };
  /** The shown currency and the currency of the shop. */
  s: { currency: Currency; own: Currency };
  used: { currency: Currency };
};
const metrics = expressionBuilder<MetricTables, 's'>();

/** The paid orders of the last 30 days by day and currency. */
const salesByDay = (cte: Pick<QueryCreator<Database>, 'selectFrom'>) =>
  cte
    .selectFrom('orders')
    .select((row) => [
      sql<string>`(placed_at at time zone 'UTC')::date`.as('day'),
      row.ref('currency').$castTo<Currency>().as('currency'),
      rowCount.as('orders'),
      cappedSumOf(row.ref('totalCents')).as('revenueCents'),
    ])
    .where('placedAt', '>=', startOfDay(29))
    .where('status', '<>', sql.lit('cancelled'))
    .where('paidAt', 'is not', null)
    .groupBy(['day', 'currency']);

/** The sales of today in every currency, the currency of the shop first. */
const salesToday = () =>
  metrics
    .selectFrom('used as u')
    .leftJoin('every_sale as t', (join) => join.onRef('t.currency', '=', 'u.currency').on('t.day', '=', todayUtc))
    .select((used) =>
      used.fn
        .jsonAgg(
          jsonBuildObject({
            currency: used.ref('u.currency').$castTo<Currency>(),
            ordersToday: used.fn.coalesce('t.orders', used.lit(0)),
            revenueTodayCents: used.fn.coalesce('t.revenueCents', used.lit(0)),
          }),
        )
        .orderBy((order) => order('u.currency', '<>', order.ref('s.own')))
        .orderBy('u.currency')
        .as('list'),
    );

/** The sales of each of the last 30 days in the shown currency, days without a sale included. */
const days = () =>
  metrics
    .selectFrom(sql<{ day: Date }>`generate_series(${todayUtc} - 29, ${todayUtc}, interval '1 day')`.as<'d'>(sql`d(day)`))
    .leftJoin('every_sale as e', (join) =>
      join.on((on) => on('e.day', '=', on.cast<string>('d.day', 'date'))).onRef('e.currency', '=', 's.currency'),
    )
    .select((day) =>
      day.fn
        .jsonAgg(
          jsonBuildObject({
            date: day.fn<string>('to_char', ['d.day', sql.lit('YYYY-MM-DD')]),
            orders: day.fn.coalesce('e.orders', day.lit(0)),
            revenueCents: day.fn.coalesce('e.revenueCents', day.lit(0)),
          }),
        )
        .orderBy('d.day')
        .as('list'),
    );

/**
 * The metrics in one currency, by default that of the shop: its sales of the last 30 days, and the sales of today in every currency. One
 * statement.
 */
export const readDashboardMetrics = ({ db }: Pick<Reader, 'db'>, currency: Currency | null): Promise<DashboardMetrics> =>
  commonTables(db)
    .with('settings', (cte) =>
      cte
        .selectFrom('store_settings')
        .select((row) => [
          row.fn.coalesce(row.val(currency), 'currency').$castTo<Currency>().as('currency'),
          row.ref('currency').$castTo<Currency>().as('own'),
        ]),
    )
    .with('every_sale', salesByDay)
    .with('used', (cte) =>
      cte.selectFrom('settings').select('settings.own as currency').union(cte.selectFrom('every_sale').select('every_sale.currency')),
    )
    .selectFrom('settings as s')
    .select((row) => [
      's.currency',
      salesToday().as('currencies'),
      ordersToShip().as('ordersToShip'),
      failedPaymentsToday().as('failedPaymentsToday'),
      row(deliveries('pending'), '+', unrelayedEvents()).as('pendingEvents'),
      deliveries('dead').as('deadEvents'),
      days().as('days'),
      row.fn.coalesce(topProducts(row.ref('s.currency')), emptyList).as('topProducts'),
      row.fn.coalesce(lowStock(), emptyList).as('lowStock'),
    ])
    .$narrowType<{
      currencies: NotNull;
      days: NotNull;
      ordersToShip: NotNull;
      failedPaymentsToday: NotNull;
      pendingEvents: NotNull;
      deadEvents: NotNull;
    }>()
    .executeTakeFirstOrThrow();
