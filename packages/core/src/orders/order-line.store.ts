/** Writes `order_items`, the lines of orders; `insertOrders` in `order.store.ts` writes those of new orders. */
import type { OrderId, OrderItemId, ProductId, VariantId } from '@cartwright/contracts';
import { rowsAs, type Tx } from '../kernel/index.ts';
import { backorderedUnits } from '../read-models/backorders.ts';
import type { LineUnits } from './order.lines.ts';

/** A line as it is after a change of its order. */
export interface ChangedLine {
  readonly orderItemId: OrderItemId;
  /** Whether the order gets this line by the change. */
  readonly isNew: boolean;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
  readonly taxRatePpm: number | null;
  readonly tracked: boolean;
}

/** Tx step on a locked order: writes its changed lines, new ones after the others. */
export const changeOrderLines = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, lines: readonly ChangedLine[]): Promise<void> => {
  const changed = rowsAs<'l', ChangedLine>('l', lines, {
    orderItemId: 'uuid',
    isNew: 'boolean',
    variantId: 'uuid',
    productId: 'uuid',
    sku: 'text',
    productName: 'text',
    variantTitle: 'text',
    quantity: 'int',
    unitPriceCents: 'bigint',
    lineTotalCents: 'bigint',
    discountCents: 'bigint',
    taxCents: 'bigint',
    taxRatePpm: 'int',
    tracked: 'boolean',
  });
  await db
    .updateTable('order_items as i')
    .from(changed)
    .set(({ ref }) => ({
      quantity: ref('l.quantity'),
      unitPriceCents: ref('l.unitPriceCents'),
      lineTotalCents: ref('l.lineTotalCents'),
      discountCents: ref('l.discountCents'),
      taxCents: ref('l.taxCents'),
      taxRatePpm: ref('l.taxRatePpm'),
      tracked: ref('l.tracked'),
    }))
    .whereRef('i.id', '=', 'l.orderItemId')
    .where(({ not, ref }) => not(ref('l.isNew')))
    .execute();
  const copied = [
    'productId',
    'variantId',
    'productName',
    'variantTitle',
    'sku',
    'quantity',
    'unitPriceCents',
    'lineTotalCents',
    'discountCents',
    'taxCents',
    'taxRatePpm',
    'tracked',
  ] as const;
  await db
    .insertInto('order_items')
    .columns(['id', 'orderId', 'position', ...copied])
    .expression(
      db
        .selectFrom(changed)
        .select((eb) => {
          const last = eb
            .selectFrom('order_items as i')
            .select(({ fn }) => fn.max('i.position').as('position'))
            .where('i.orderId', '=', orderId);
          const place = eb.fn.agg<number>('row_number').over();
          return ['l.orderItemId as id', eb.val(orderId).as('orderId'), eb(last, '+', place).as('position')];
        })
        .select(copied)
        .where('l.isNew', 'is', true),
    )
    .execute();
};

/** Units of lines as a table `w` of a statement. */
const unitsOf = (lines: readonly LineUnits[]) => rowsAs<'w', LineUnits>('w', lines, { orderItemId: 'uuid', quantity: 'int' });
const changedUnits = ['i.id as orderItemId', 'w.quantity'] as const;

/**
 * Tx step on a locked order: counts units as shipped. Returns the lines that had enough units left that are not backordered; the others
 * stay as they are.
 */
export const shipUnits = ({ db }: Pick<Tx, 'db'>, orderId: OrderId, wanted: readonly LineUnits[]): Promise<LineUnits[]> =>
  db
    .updateTable('order_items as i')
    .from(unitsOf(wanted))
    .set((eb) => ({ shippedQuantity: eb('i.shippedQuantity', '+', eb.ref('w.quantity')) }))
    .whereRef('i.id', '=', 'w.orderItemId')
    .where('i.orderId', '=', orderId)
    .where((eb) => eb(eb('i.shippedQuantity', '+', eb.ref('w.quantity')), '<=', eb('i.quantity', '-', backorderedUnits)))
    .returning(changedUnits)
    .$narrowType<LineUnits>()
    .execute();

/**
 * Tx step on a locked order: counts every unit as shipped that was not, of lines without backordered units; returns these units by line.
 */
export const shipAllUnits = ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<LineUnits[]> =>
  db
    .with('w', (rest) =>
      rest
        .selectFrom('order_items as i')
        .select((eb) => ['i.id', eb('i.quantity', '-', eb.ref('i.shippedQuantity')).as('quantity')])
        .where('i.orderId', '=', orderId)
        .whereRef('i.shippedQuantity', '<', 'i.quantity')
        .where(backorderedUnits, '=', 0),
    )
    .updateTable('order_items as i')
    .from('w')
    .set(({ ref }) => ({ shippedQuantity: ref('i.quantity') }))
    .whereRef('i.id', '=', 'w.id')
    .returning(changedUnits)
    .$narrowType<LineUnits>()
    .execute();

/**
 * Tx step on a locked order: claims shipped units for a return. Returns the lines that had enough units in no return; the
 * others stay as they are.
 */
export const claimUnits = ({ db }: Pick<Tx, 'db'>, orderId: OrderId, wanted: readonly LineUnits[]): Promise<LineUnits[]> =>
  db
    .updateTable('order_items as i')
    .from(unitsOf(wanted))
    .set((eb) => ({ claimedQuantity: eb('i.claimedQuantity', '+', eb.ref('w.quantity')) }))
    .whereRef('i.id', '=', 'w.orderItemId')
    .where('i.orderId', '=', orderId)
    .where((eb) => eb(eb('i.claimedQuantity', '+', eb.ref('w.quantity')), '<=', eb.ref('i.shippedQuantity')))
    .returning(changedUnits)
    .$narrowType<LineUnits>()
    .execute();

/** Tx step on a locked order: claims every shipped unit that is in no return; returns them by line. */
export const claimUnreturnedUnits = ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<LineUnits[]> =>
  db
    .with('w', (rest) =>
      rest
        .selectFrom('order_items')
        .select((eb) => ['id', eb('shippedQuantity', '-', eb.ref('claimedQuantity')).as('quantity')])
        .where('orderId', '=', orderId)
        .whereRef('claimedQuantity', '<', 'shippedQuantity'),
    )
    .updateTable('order_items as i')
    .from('w')
    .set(({ ref }) => ({ claimedQuantity: ref('i.shippedQuantity') }))
    .whereRef('i.id', '=', 'w.id')
    .returning(changedUnits)
    .$narrowType<LineUnits>()
    .execute();

/** Tx step on a locked order: releases claimed units, which stay with the buyer: the return was refused, or they did not arrive. */
export const releaseReturnUnits = async ({ db }: Pick<Tx, 'db'>, lines: readonly LineUnits[]): Promise<void> => {
  await db
    .updateTable('order_items as i')
    .from(unitsOf(lines))
    .set((eb) => ({ claimedQuantity: eb('i.claimedQuantity', '-', eb.ref('w.quantity')) }))
    .whereRef('i.id', '=', 'w.orderItemId')
    .execute();
};

/** Tx step on a locked order: counts units of its lines as returned. */
export const returnUnits = async ({ db }: Pick<Tx, 'db'>, arrived: readonly LineUnits[]): Promise<void> => {
  await db
    .updateTable('order_items as i')
    .from(unitsOf(arrived))
    .set((eb) => ({ returnedQuantity: eb('i.returnedQuantity', '+', eb.ref('w.quantity')) }))
    .whereRef('i.id', '=', 'w.orderItemId')
    .execute();
};
