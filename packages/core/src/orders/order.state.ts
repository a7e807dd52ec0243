/** The statuses of an order: the allowed transitions. `changeOrderStatuses` in `order.store.ts` checks them and is the only writer. */
import type { CancellationReason, OrderStatus } from '@cartwright/contracts';
import { transitionsOf } from '../kernel/index.ts';
import { statusInWords } from './order.policy.ts';
import type { OrderRow } from './order.row.ts';

/** The statuses that may follow each status of an order. */
export const orderTransitions = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered', 'cancelled'],
  delivered: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

const transitions = transitionsOf<OrderStatus>('An order', orderTransitions, (status) => statusInWords({ status, shippedCount: 0 }));
/** Whether an order may get a status after another. */
export const { mayBecome } = transitions;

/** Throws `INVALID_TRANSITION` with the number of the order unless it may become `to`. */
export const assertTransition = (order: Pick<OrderRow, 'orderNumber' | 'status' | 'shippedCount'>, to: OrderStatus): void =>
  transitions.assertTransition(order.status, to, `Order ${order.orderNumber}`, statusInWords(order));

/** A step to a status, with the cancellation reason for `cancelled`. */
export type StatusStep =
  | { readonly to: 'cancelled'; readonly reason: CancellationReason }
  | { readonly to: Exclude<OrderStatus, 'pending' | 'cancelled'> };
