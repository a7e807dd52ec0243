import type { OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { lockPaymentsOfOrders } from './payment.locks.ts';
import { voidUnsentRefunds } from './refund.state.ts';

/**
 * Tx step on a locked order: takes back the refunds that no provider was asked for yet; returns how many. One that was
 * sent may have moved money and stays.
 */
export const voidPendingRefunds = async (tx: Tx, orderId: OrderId): Promise<number> => {
  await lockPaymentsOfOrders(tx, [orderId]);
  return voidUnsentRefunds(tx, orderId);
};
