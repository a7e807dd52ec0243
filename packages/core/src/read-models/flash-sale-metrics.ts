/** The metrics of a sale: its units, orders and revenue, its waiting room and its pace. */
import type { FlashSaleId, FlashSaleMetrics } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type ExpressionBuilder } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { minutesFromNow, now, rowCount, sumOf, type ReadOnlyDb } from '../kernel/index.ts';
import { stateOf } from './flash-sales.ts';
import { buyersInside } from './waiting-rooms.ts';

/** The width of an interval of the pace. */
const paceInterval = sql.lit('10 seconds');
const mostIntervals = 60;

type ItemJoin = ExpressionBuilder<Database & { i: Database['flash_sale_items'] }, 'i'>;
const ofSale = expressionBuilder<Database & { s: Database['flash_sales'] }, 's'>();

/** SQL: the held and the sold units of an item `i`. */
const unitsOfItem = (join: ItemJoin) =>
  join
    .selectFrom('holds')
    .select(({ fn }) => [
      fn.sum<number>('quantity').filterWhere('state', '=', sql.lit('active')).as('held'),
      fn.sum<number>('quantity').filterWhere('state', '=', sql.lit('committed')).as('sold'),
    ])
    .whereRef('allocationId', '=', 'i.id')
    .as('h');

/** SQL: the orders of an item `i`, and what the goods of those cost that are paid and not cancelled. */
const ordersOfItem = (join: ItemJoin) =>
  join
    .selectFrom('flash_purchases as x')
    .innerJoin('orders as o', 'o.id', 'x.orderId')
    .select((order) => [
      rowCount.as('orders'),
      order.fn
        .sum<number>(order('o.subtotalCents', '-', order.ref('o.discountCents')))
        .filterWhere('o.paidAt', 'is not', null)
        .filterWhere('o.status', '<>', sql.lit('cancelled'))
        .as('revenue'),
    ])
    .whereRef('x.itemId', '=', 'i.id')
    .as('f');

/** SQL: the items of the sale `s` as JSON, in their order. */
const items = ofSale
  .selectFrom('flash_sale_items as i')
  .innerJoin('stock_allocations as a', 'a.id', 'i.id')
  .innerJoin('variants as v', 'v.id', 'i.variantId')
  .innerJoin('products as p', 'p.id', 'v.productId')
  .leftJoinLateral(unitsOfItem, (join) => join.onTrue())
  .leftJoinLateral(ordersOfItem, (join) => join.onTrue())
  .select((item) => {
    const orZero = (value: 'h.held' | 'h.sold' | 'f.orders' | 'f.revenue') => item.fn.coalesce(value, sql.lit(0));
    const fields = jsonBuildObject({
      itemId: item.ref('i.id'),
      sku: item.ref('v.sku'),
      productName: item.ref('p.name'),
      unitsAllocated: item.ref('i.unitsAllocated'),
      unitsFree: item.ref('a.unitsFree'),
      unitsHeld: orZero('h.held'),
      unitsSold: orZero('h.sold'),
      orders: orZero('f.orders'),
      revenueCents: orZero('f.revenue'),
      currency: item.ref('i.currency'),
    });
    return item.fn.jsonAgg(fields).orderBy('i.position').as('items');
  })
  .whereRef('i.saleId', '=', 's.id')
  .$asScalar();

/** SQL: the purchases of the sale `s`. */
const purchases = ofSale
  .selectFrom('flash_purchases as x')
  .innerJoin('flash_sale_items as i', 'i.id', 'x.itemId')
  .whereRef('i.saleId', '=', 's.id');

const ordersLastMinute = purchases.select(rowCount.as('count')).where('x.createdAt', '>', minutesFromNow(-1)).$asScalar();

/** SQL: the number of buyers of the sale `s` who have not been admitted; null without a waiting room. */
const waiting = ofSale
  .selectFrom('waiting_rooms as r')
  .select((room) => room('r.lastNumber', '-', room.ref('r.admittedThrough')).as('waiting'))
  .whereRef('r.saleId', '=', 's.id');

/** SQL: the ordered units of each of the last intervals with a purchase, as JSON; null before the first purchase. */
const pace = ofSale
  .selectFrom(
    purchases
      .select((x) => [
        x.fn<Date>('date_bin', [paceInterval, 'x.createdAt', sql.lit('2000-01-01')]).as('at'),
        sumOf(x.ref('x.quantity')).as('units'),
      ])
      .groupBy(sql.lit(1))
      .orderBy(sql.lit(1), 'desc')
      .limit(sql.lit(mostIntervals))
      .as('b'),
  )
  .select(({ fn, ref }) => {
    const at = fn<string>('to_char', [fn('timezone', [sql.lit('UTC'), 'b.at']), sql.lit('YYYY-MM-DD"T"HH24:MI:SS"Z"')]);
    return fn
      .jsonAgg(jsonBuildObject({ at, units: ref('b.units') }))
      .orderBy('b.at')
      .as('pace');
  });

/** The metrics of a sale in one statement, so that they fit each other; undefined when the sale does not exist. */
export const readSaleMetrics = async (db: ReadOnlyDb, saleId: FlashSaleId): Promise<FlashSaleMetrics | undefined> => {
  const row = await db
    .selectFrom('flash_sales as s')
    .select([
      's.id as saleId',
      stateOf.as('state'),
      now.as('at'),
      items.as('items'),
      ordersLastMinute.as('ordersLastMinute'),
      waiting.as('waiting'),
      buyersInside.as('inside'),
      pace.as('pace'),
    ])
    .where('s.id', '=', saleId)
    .$narrowType<{ saleId: FlashSaleId; items: FlashSaleMetrics['items'] }>()
    .executeTakeFirst();
  return row && { ...row, at: row.at.toISOString(), waiting: row.waiting ?? 0, pace: row.pace ?? [] };
};
