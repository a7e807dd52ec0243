/** Payments: charges and refunds through a provider, and payment discrepancies. */
import { z } from 'zod';
import { cents, text } from './common.ts';
import { orderId, paymentId, refundId } from './ids.ts';
import {
  discrepancyActions,
  discrepancyKinds,
  paymentDiscrepancySchema,
  paymentProviders,
  paymentSchema,
  refundSchema,
} from './payments.schemas.ts';
import { mutation, query } from './procedure.ts';

export const paymentsContract = {
  listForOrder: query({
    summary: 'Every charge attempt of an order, newest first',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    rest: { method: 'GET', path: '/orders/{orderId}/payments' },
    input: z.strictObject({ orderId }),
    output: z.object({
      /** Charge attempts, newest first. */
      items: z.array(paymentSchema),
    }),
    errors: ['NOT_FOUND'],
  }),
  get: query({
    summary: 'A charge attempt',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    rest: { method: 'GET', path: '/payments/{paymentId}' },
    input: z.strictObject({ paymentId }),
    output: paymentSchema,
    errors: ['NOT_FOUND'],
  }),
  verify: mutation({
    summary: 'Ask the provider for the status of a charge',
    description:
      'Called when the buyer returns from the provider’s page. Safe to repeat. The provider’s webhook may already ' +
      'have settled the charge.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    repeatable: true,
    rest: { method: 'POST', path: '/payments/{paymentId}/verify' },
    input: z.strictObject({ paymentId }),
    output: paymentSchema,
    errors: ['NOT_FOUND'],
  }),
  listDiscrepancies: query({
    summary: 'Payment discrepancies between the shop and its providers, oldest first',
    access: { scope: 'payments:read' },
    rest: { method: 'GET', path: '/payment-discrepancies' },
    input: z.strictObject({
      /** Only discrepancies of this order. */
      orderId: orderId.optional(),
    }),
    output: z.object({
      /** At most the oldest 200. */
      items: z.array(paymentDiscrepancySchema),
      /** Number of discrepancies that match, also beyond the 200 of the list. */
      totalCount: z.int(),
    }),
  }),
  resolveDiscrepancy: mutation({
    summary: 'Resolve a payment discrepancy',
    description:
      'The list shows the available actions of each discrepancy. `ask` asks the provider again. `refund` refunds exactly the ' +
      'charged amount, in its currency. ' +
      '`accept` accepts what the provider reports: a wrong charge pays its order, or the change of it, and the excess is ' +
      'refunded; a refund counts as made. ' +
      '`dismiss` closes it with a reason: an event or a wrong charge is closed; an undecided charge or refund counts as not made.',
    access: { scope: 'payments:refund' },
    idempotency: 'optional',
    uniqueBy: 'state',
    rest: { method: 'POST', path: '/payment-discrepancies' },
    input: z.strictObject({
      /** Kind of the discrepancy, from `payments.listDiscrepancies`. */
      kind: z.enum(discrepancyKinds),
      id: text(255).meta({ description: 'Id of the discrepancy, from `payments.listDiscrepancies`' }),
      provider: z
        .enum(paymentProviders)
        .optional()
        .describe('Provider of the discrepancy, as listed. Required if events of two providers have the same id.'),
      /** One of the `actions` of the discrepancy. */
      action: z.enum(discrepancyActions),
      /**
       * Why staff decided so; stored with the decision. For a refund it is also the reason of the refund: the provider gets it, and
       * the buyer sees it on a refund of their order.
       */
      note: text(500),
    }),
    output: z.object({
      /** Whether the discrepancy is gone; false when it needs another decision. */
      resolved: z.boolean(),
    }),
    errors: [
      'NOT_FOUND',
      'ACTION_NOT_AVAILABLE',
      'PROVIDER_REQUIRED',
      'CHARGE_NOT_FOUND',
      'CHARGE_IN_USE',
      'CHARGE_ALREADY_REFUNDED',
      'CHARGE_AMOUNT_MISMATCH',
      'ORDER_NOT_PAYABLE',
      'PAYMENT_DISPUTED',
      'REFUND_REFUSED',
      'PROVIDER_RESPONSE_INVALID',
    ],
  }),
  refund: mutation({
    summary: 'Refund a captured payment',
    access: { scope: 'payments:refund' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/payments/{paymentId}/refund', status: 201 },
    input: z.strictObject({
      paymentId,
      /** Amount to refund, in the currency of the payment. */
      amountCents: cents.min(1),
      /** Why the money is refunded. The buyer sees it. */
      reason: text(500),
    }),
    output: refundSchema,
    errors: ['NOT_FOUND', 'REFUND_EXCEEDS_CAPTURED', 'PAYMENT_NOT_CAPTURED', 'PAYMENT_DISPUTED'],
  }),
  refundOrder: mutation({
    summary: 'Refund an order to all its payment methods',
    description:
      'Refunds the newest charge first, then gift cards and store credit, and never more to each than it paid. ' +
      'Refunds at the provider are in progress when the call returns; credit can be spent again at once.',
    access: { scope: 'payments:refund' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/refunds', status: 201 },
    input: z.strictObject({
      orderId,
      /** Amount to refund, in the currency of the order. */
      amountCents: cents.min(1),
      /** Why the money is refunded. The buyer sees it. */
      reason: text(500),
    }),
    output: z.object({
      orderId,
      /** Ids of the refunds of charges; empty if gift cards and store credit get everything. */
      refundIds: z.array(refundId),
      /** Part of the amount that goes back to charges. */
      refundCents: cents,
      /** Part of the amount that goes back to gift cards and store credit. */
      creditCents: cents,
    }),
    errors: ['NOT_FOUND', 'REFUND_EXCEEDS_CAPTURED', 'ORDER_NOT_PAID', 'PAYMENT_DISPUTED'],
  }),
} as const;
