import type { OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { lockPaymentsOfOrders } from './payment.locks.ts';
import { voidUnsentRefunds } from './refund.store.ts';

/**
 * Tx step on a locked order: voids the refunds that were not sent to a provider yet; returns how many. A refund that was
 * sent may have moved money and stays.
 */
export const voidPendingRefunds = async (tx: Tx, orderId: OrderId): Promise<number> => {
  await lockPaymentsOfOrders(tx, [orderId]);
  return voidUnsentRefunds(tx, orderId);
};
