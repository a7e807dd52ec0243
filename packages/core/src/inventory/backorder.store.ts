/**
 * Writes `backorders`: units of paid order lines that were sold before they arrived, and the counters of `stock_levels` that the same
 * statements move. The caller has locked the stock rows.
 */
import type { OrderId, VariantId } from '@cartwright/contracts';
import { anyId, now, rowsAs, type Tx } from '../kernel/index.ts';
import { isOfCancelledOrder, isOfOrderThatGetsUnits, unitsOfSales } from '../read-models/backorders.ts';
import type { HeldUnits } from './hold.locks.ts';
import type { SoldUnits } from './hold.store.ts';

/** Lists sold units that stay reserved until they arrive; a line that waits already waits for these as well. */
export const insertBackorders = async ({ db }: Tx, units: readonly SoldUnits[]): Promise<void> => {
  await db
    .insertInto('backorders')
    .values(units.map(({ orderId, variantId, quantity }) => ({ orderId, variantId, quantity })))
    .onConflict((conflict) =>
      conflict.columns(['orderId', 'variantId']).doUpdateSet((eb) => ({
        quantity: eb('backorders.quantity', '+', eb.ref('excluded.quantity')),
        since: eb.case().when('backorders.quantity', '=', eb.lit(0)).then(eb.ref('excluded.since')).else(eb.ref('backorders.since')).end(),
      })),
    )
    .execute();
};

/**
 * Gives the units on hand to the lines that wait for them, the oldest first, and takes them off the counters. Units that are allocated, or
 * held from an allocation, are not given away, and cancelled or fully refunded orders get none. Returns what each line got, the oldest
 * first.
 */
export const giveUnitsToBackorders = ({ db }: Tx, variantIds: readonly VariantId[]): Promise<SoldUnits[]> =>
  db
    .with('waiting', (q) =>
      q
        .selectFrom('backorders as b')
        .innerJoin('stock_levels as s', 's.variantId', 'b.variantId')
        .where('b.variantId', '=', anyId(variantIds))
        .where('b.quantity', '>', 0)
        .where(isOfOrderThatGetsUnits)
        .select((eb) => [
          'b.orderId',
          'b.variantId',
          'b.quantity',
          'b.since',
          eb('s.onHand', '-', unitsOfSales).as('there'),
          eb(
            eb.fn.sum<number>('b.quantity').over((line) => line.partitionBy('b.variantId').orderBy('b.since').orderBy('b.orderId')),
            '-',
            eb.ref('b.quantity'),
          ).as('before'),
        ]),
    )
    .with('given', (q) =>
      q
        .selectFrom('waiting as w')
        .whereRef('w.before', '<', 'w.there')
        .select((eb) => [
          'w.orderId',
          'w.variantId',
          'w.since',
          eb.cast<number>(eb.fn<number>('least', [eb.ref('w.quantity'), eb('w.there', '-', eb.ref('w.before'))]), 'integer').as('quantity'),
        ]),
    )
    .with('supplied', (q) =>
      q
        .updateTable('backorders as b')
        .from('given as g')
        .set((eb) => ({ quantity: eb('b.quantity', '-', eb.ref('g.quantity')) }))
        .whereRef('b.orderId', '=', 'g.orderId')
        .whereRef('b.variantId', '=', 'g.variantId'),
    )
    .with('sold', (q) =>
      q
        .updateTable('stock_levels as s')
        .from(
          q
            .selectFrom('given')
            .select(({ cast, fn }) => ['variantId', cast<number>(fn.sum('quantity'), 'integer').as('units')])
            .groupBy('variantId')
            .as('u'),
        )
        .set((eb) => ({
          onHand: eb('s.onHand', '-', eb.ref('u.units')),
          reserved: eb('s.reserved', '-', eb.ref('u.units')),
          version: eb('s.version', '+', 1),
          updatedAt: now,
        }))
        .whereRef('s.variantId', '=', 'u.variantId'),
    )
    .selectFrom('given as g')
    .select(['g.orderId', 'g.variantId', 'g.quantity'])
    .orderBy('g.since')
    .orderBy('g.orderId')
    .orderBy('g.variantId')
    .$narrowType<SoldUnits>()
    .execute();

/** Ends the waiting of cancelled orders. The caller corrects the counters, which still include these units. */
export const endUnwantedBackorders = async ({ db }: Tx, variantIds: readonly VariantId[]): Promise<void> => {
  await db
    .updateTable('backorders as b')
    .set(({ lit }) => ({ quantity: lit(0) }))
    .where(isOfCancelledOrder)
    .where('b.variantId', '=', anyId(variantIds))
    .where('b.quantity', '>', 0)
    .execute();
};

/**
 * Takes units that are no longer wanted off the lines of an order that wait for them, and off the reserved ones; never more than a line
 * waits for. Returns the units of each line.
 */
export const withdrawBackorders = ({ db }: Tx, orderId: OrderId, unwanted: readonly HeldUnits[]): Promise<HeldUnits[]> =>
  db
    .with('withdrawn', (q) =>
      q
        .selectFrom('backorders as b')
        .innerJoin(rowsAs('w', unwanted, { variantId: 'uuid', quantity: 'int' }), 'w.variantId', 'b.variantId')
        .where('b.orderId', '=', orderId)
        .where('b.quantity', '>', 0)
        .select(({ fn }) => ['b.variantId', fn<number>('least', ['b.quantity', 'w.quantity']).as('quantity')]),
    )
    .with('released', (q) =>
      q
        .updateTable('stock_levels as s')
        .from('withdrawn as u')
        .set((eb) => ({ reserved: eb('s.reserved', '-', eb.ref('u.quantity')), updatedAt: now }))
        .whereRef('s.variantId', '=', 'u.variantId'),
    )
    .updateTable('backorders as b')
    .from('withdrawn as u')
    .set((eb) => ({ quantity: eb('b.quantity', '-', eb.ref('u.quantity')) }))
    .where('b.orderId', '=', orderId)
    .whereRef('b.variantId', '=', 'u.variantId')
    .returning(['u.variantId', 'u.quantity'])
    .$narrowType<HeldUnits>()
    .execute();
