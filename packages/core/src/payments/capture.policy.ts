/** What a capture means for the payment and its order. Pure: decided by locked rows when it is settled, by read rows for lists. */
import type { ChargeOutcome } from '../kernel/index.ts';
import type { ChargeRow, PaymentRow } from './payment.row.ts';

/** What the provider has captured. */
export type Capture = Omit<Extract<ChargeOutcome, { status: 'captured' }>, 'status'>;

/**
 * - `pays`: it pays the order, or the edit, that the payment is for
 * - `recorded`: it was recorded before
 * - `unneeded`: what it was for no longer waits for it; the money is refunded
 * - `wrong`: another amount or currency than requested, or a second charge of the payment; staff decide about the money
 * - `refunded`: it was wrong, and its refund was requested; it pays nothing
 * - `foreign`: it is the charge of another payment; nothing is known about this one
 */
export type CaptureDecision =
  | { readonly kind: 'pays' }
  | { readonly kind: 'recorded' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'refunded' }
  | { readonly kind: 'unneeded'; readonly reason: 'edit_closed' | 'paid_otherwise' | 'order_cancelled' }
  | { readonly kind: 'foreign'; readonly owner: NonNullable<ChargeRow['owner']> };

/** Whether a capture has the requested amount and currency. */
export const isAskedFor = (
  { amountCents, currency }: Pick<PaymentRow, 'amountCents' | 'currency'>,
  capture: Pick<Capture, 'capturedCents' | 'currency'>,
): boolean => capture.capturedCents === amountCents && capture.currency === currency;

/** Decides about a capture of a payment: the one rule for settlements, for decisions of staff and for the list of discrepancies. */
export const decideCapture = (payment: ChargeRow, capture: Capture): CaptureDecision => {
  const { owner, orderEditId, orderStatus } = payment;
  if (owner) return { kind: 'foreign', owner };
  const hasCapture = payment.capturedCents > 0;
  if (!isAskedFor(payment, capture) || (hasCapture && capture.reference !== payment.gatewayReference)) return { kind: 'wrong' };
  if (hasCapture) return { kind: 'recorded' };
  if (payment.refundRequested) return { kind: 'refunded' };
  const isAwaited = orderEditId === null ? orderStatus === 'pending' : payment.editWaits;
  if (isAwaited && !payment.superseded && !payment.replaced) return { kind: 'pays' };
  if (orderEditId !== null) return { kind: 'unneeded', reason: 'edit_closed' };
  return { kind: 'unneeded', reason: orderStatus === 'cancelled' ? 'order_cancelled' : 'paid_otherwise' };
};
