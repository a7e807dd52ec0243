/** The lines of a locked order, by units. */
import type { OrderId, OrderItemId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { countedAre, DomainError, notFound, type Tx } from '../kernel/index.ts';

export interface LineUnits {
  readonly orderItemId: OrderItemId;
  readonly quantity: number;
}

/** The error for lines without enough units; `left` selects the units to compare. `NOT_FOUND` for a line of another order. */
export const exceedsOrder = async (
  tx: Tx,
  orderId: OrderId,
  wanted: readonly LineUnits[],
  granted: readonly LineUnits[],
  left: RawBuilder<unknown>,
): Promise<DomainError> => {
  const { rows } = await sql<{ orderItemId: OrderItemId; productName: string; left: number }>`
    select id as "orderItemId", product_name as "productName", ${left} as left from order_items where order_id = ${orderId}`.execute(tx.db);
  const lines = new Map(rows.map((row) => [row.orderItemId, row]));
  for (const { orderItemId, quantity } of wanted) {
    if (granted.some((line) => line.orderItemId === orderItemId)) continue;
    const line = lines.get(orderItemId);
    if (!line) return notFound('This line of the order');
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
