/** The statuses of a refund and the allowed transitions. `refund.store.ts` writes them. */
import type { RefundStatus } from '@cartwright/contracts';
import { transitionsOf } from '../kernel/index.ts';

/**
 * A provider may report that a processed refund failed and its money was returned. A refund that this shop had cancelled
 * may have been processed.
 */
export const refundTransitions = {
  pending: ['processed', 'failed', 'voided'],
  processed: ['failed'],
  failed: ['processed'],
  voided: ['processed'],
} as const satisfies Record<RefundStatus, readonly RefundStatus[]>;

/** Throws `INVALID_TRANSITION` for a transition that the table lacks. */
export const { assertTransition: assertRefundTransition } = transitionsOf<RefundStatus>('A refund', refundTransitions);
