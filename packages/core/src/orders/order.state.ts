/** The statuses of an order: the allowed transitions. `changeOrderStatuses` in `order.store.ts` checks them and is the only writer. */
import type { CancellationReason, OrderStatus } from '@cartwright/contracts';
import { transitionsOf } from '../kernel/index.ts';

export const orderTransitions = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered', 'cancelled'],
  delivered: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

export const { mayBecome, assertTransition } = transitionsOf<OrderStatus>('An order', orderTransitions);

/** A step to a status, with the cancellation reason for `cancelled`. */
export type StatusStep =
  | { readonly to: 'cancelled'; readonly reason: CancellationReason }
  | { readonly to: Exclude<OrderStatus, 'pending' | 'cancelled'> };
