/** The lines of a locked order, by units. */
import type { OrderId, OrderItemId } from '@cartwright/contracts';
import { countedAre, DomainError, notFound, type Tx } from '../kernel/index.ts';

/** Units of an order line. */
export interface LineUnits {
  readonly orderItemId: OrderItemId;
  readonly quantity: number;
}

/** Units of a line that can still be shipped, or be claimed for a return: of the first number, those that are not in the second. */
export type UnitsLeft = readonly [of: 'quantity' | 'shippedQuantity', taken: 'shippedQuantity' | 'claimedQuantity'];

/** The error for lines without enough units left. `NOT_FOUND` for a line of another order. */
export const exceedsOrder = async (
  tx: Tx,
  orderId: OrderId,
  wanted: readonly LineUnits[],
  granted: readonly LineUnits[],
  [of, taken]: UnitsLeft,
): Promise<DomainError> => {
  const rows = await tx.db
    .selectFrom('order_items')
    .select((eb) => ['id', 'productName', eb(of, '-', eb.ref(taken)).as('left')])
    .where('orderId', '=', orderId)
    .execute();
  const lines = new Map(rows.map((row) => [row.id, row]));
  for (const { orderItemId, quantity } of wanted) {
    if (granted.some((line) => line.orderItemId === orderItemId)) continue;
    const line = lines.get(orderItemId);
    if (!line) return notFound('This line of the order', orderItemId);
    if (quantity > line.left)
      return new DomainError(
        'QUANTITY_EXCEEDS_ORDER',
        `Only ${countedAre(line.left, 'unit')} left of ${line.productName} in this order, fewer than the ${quantity} requested.`,
        {
          details: { orderItemId, requested: quantity, left: line.left },
        },
      );
  }
  throw new Error(`Every line of order ${orderId} had enough units, but one was refused`);
};
