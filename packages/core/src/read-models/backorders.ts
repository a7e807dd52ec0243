/** Units of order lines that were paid before they arrived. */
import type { OrderId, OrderItemId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder } from 'kysely';
import type { Reader } from '../kernel/index.ts';

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
