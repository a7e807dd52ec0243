/** The statuses of a payment and the allowed transitions. `payment.store.ts` writes them. */
import type { PaymentStatus } from '@cartwright/contracts';
import { transitionsOf } from '../kernel/index.ts';
import type { PaymentRow } from './payment.row.ts';

/**
 * A failed charge may still be captured, and so may a cancelled one whose answer arrives late. A refund may fail later,
 * and the status of its payment then follows from the other refunds.
 */
export const paymentTransitions = {
  pending: ['captured', 'failed', 'voided'],
  authorized: ['captured', 'failed', 'voided'],
  captured: ['partially_refunded', 'refunded', 'disputed'],
  partially_refunded: ['captured', 'partially_refunded', 'refunded', 'disputed'],
  refunded: ['captured', 'partially_refunded', 'disputed'],
  disputed: ['captured', 'partially_refunded', 'refunded'],
  failed: ['captured'],
  voided: ['captured'],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Throws `INVALID_TRANSITION` for a transition that the table lacks. */
export const { assertTransition: assertPaymentTransition } = transitionsOf<PaymentStatus>('A payment', paymentTransitions);

/** The status of an undisputed payment, by its refunds. */
export const statusAfterRefunds = ({ capturedCents }: Pick<PaymentRow, 'capturedCents'>, refundedCents: number): PaymentStatus => {
  if (refundedCents === 0) return 'captured';
  return refundedCents === capturedCents ? 'refunded' : 'partially_refunded';
};
