/** Demo data: an order that was placed some days ago. */
import type { OrderId } from '@cartwright/contracts';
import { transact, type Core } from '../kernel/index.ts';
import { moveOrderDates } from './order-change.store.ts';

/** Moves the dates on which an order was placed and paid into the past. For the demo shop, which shows a month of orders. */
export const backdateOrder = async (core: Core, { orderId, days }: { readonly orderId: OrderId; readonly days: number }): Promise<void> => {
  await transact(core, { oneStatement: true }, (tx) => moveOrderDates(tx, orderId, days));
};
