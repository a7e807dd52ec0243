/** Units of order lines that were paid before they arrived. */
import type { OrderId, OrderItemId, VariantId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder } from 'kysely';
import { anyId, type Reader } from '../kernel/index.ts';
import { isRefundedOrder } from './order-money.ts';

const line = expressionBuilder<Database & { i: Database['order_items'] }, 'i'>();

/** SQL: units of the order line with the alias `i` that are backordered. */
export const backorderedUnits = line.fn.coalesce(
  line
    .selectFrom('backorders as w')
    .select('w.quantity')
    .whereRef('w.orderId', '=', 'i.orderId')
    .whereRef('w.variantId', '=', 'i.variantId'),
  line.lit(0),
);

/** Units of a line that were not shipped, and how many of them are backordered. */
export interface UnitsToShip {
  readonly id: OrderItemId;
  readonly productName: string;
  readonly left: number;
  readonly backordered: number;
}

/** The lines of an order by what can be shipped of them. */
export const readUnitsToShip = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<UnitsToShip[]> =>
  db
    .selectFrom('order_items as i')
    .select((eb) => [
      'i.id',
      'i.productName',
      eb('i.quantity', '-', eb.ref('i.shippedQuantity')).as('left'),
      backorderedUnits.as('backordered'),
    ])
    .where('i.orderId', '=', orderId)
    .orderBy('i.position')
    .$narrowType<{ id: OrderItemId; backordered: number }>()
    .execute();

const order = expressionBuilder<Database & { o: Database['orders'] }, 'o'>();

/** SQL: `orders o` gets the units that it waits for. A cancelled one does not want them, a fully refunded one must not be shipped. */
const getsUnits = order.and([order('o.status', '<>', 'cancelled'), order.not(isRefundedOrder)]);

const waiting = expressionBuilder<Database & { b: Database['backorders'] }, 'b'>();
const orderOf = waiting.selectFrom('orders as o').select(waiting.lit(1).as('one')).whereRef('o.id', '=', 'b.orderId');
/** SQL: the order of `backorders b` gets units that arrive: it is neither cancelled nor fully refunded. */
export const isOfOrderThatGetsUnits = waiting.exists(orderOf.where(getsUnits));
/** SQL: the order of `backorders b` is cancelled. */
export const isOfCancelledOrder = waiting.exists(orderOf.where('o.status', '=', 'cancelled'));

const level = expressionBuilder<Database & { s: Database['stock_levels'] }, 's'>();
const freeUnits = level
  .selectFrom('stock_allocations as a')
  .select(({ fn }) => fn.sum<number>('a.unitsFree').as('units'))
  .whereRef('a.variantId', '=', 's.variantId');
const heldUnits = level
  .selectFrom('holds as h')
  .select(({ fn }) => fn.sum<number>('h.quantity').as('units'))
  .whereRef('h.variantId', '=', 's.variantId')
  .where('h.state', '=', 'active')
  .where('h.allocationId', 'is not', null);
/** SQL: units of the variant of `stock_levels s` that sales set aside: free, or held by their orders. */
export const unitsOfSales = level.cast<number>(
  level(level.fn.coalesce(freeUnits, level.lit(0)), '+', level.fn.coalesce(heldUnits, level.lit(0))),
  'integer',
);

/** The units that orders wait for of a variant. */
export interface AwaitedVariant {
  readonly variantId: VariantId;
  readonly sku: string;
  readonly onHand: number;
  /** Units that orders get as they arrive. */
  readonly waiting: number;
  /** Units of cancelled orders, which no longer wait. */
  readonly unwanted: number;
  /** Units on hand that sales set aside: free, or held by their orders. */
  readonly allocated: number;
}

/** The variants, of some or of all, with backordered units. */
export const readAwaitedVariants = ({ db }: Pick<Reader, 'db'>, variantIds: readonly VariantId[] | undefined): Promise<AwaitedVariant[]> =>
  db
    .selectFrom('backorders as b')
    .innerJoin('orders as o', 'o.id', 'b.orderId')
    .innerJoin('stock_levels as s', 's.variantId', 'b.variantId')
    .innerJoin('variants as v', 'v.id', 'b.variantId')
    .where('b.quantity', '>', ({ lit }) => lit(0))
    .$if(variantIds !== undefined, (some) => some.where('b.variantId', '=', anyId(variantIds ?? [])))
    .groupBy(['b.variantId', 'v.sku', 's.variantId'])
    .orderBy('v.sku')
    .select((eb) => {
      const units = eb.fn.sum<number>('b.quantity');
      const none = eb.lit(0);
      return [
        'b.variantId',
        'v.sku',
        's.onHand',
        eb.cast<number>(eb.fn.coalesce(units.filterWhere(getsUnits), none), 'integer').as('waiting'),
        eb.cast<number>(eb.fn.coalesce(units.filterWhere('o.status', '=', 'cancelled'), none), 'integer').as('unwanted'),
        unitsOfSales.as('allocated'),
      ];
    })
    .$narrowType<{ variantId: VariantId }>()
    .execute();
