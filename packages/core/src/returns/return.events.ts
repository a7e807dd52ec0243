/** What the events about returns contain. */
import type { OrderReturnId } from '@cartwright/contracts';
import type { OrderRow } from '../orders/index.ts';

/** The fields that every event about a return contains. */
export const returnFacts = (order: OrderRow, returnId: OrderReturnId) => ({
  returnId,
  orderId: order.id,
  orderNumber: order.orderNumber,
  userId: order.userId,
});
