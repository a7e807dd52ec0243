/** Payments: charges and refunds through a provider, payment discrepancies, and invoices. */
import { z } from 'zod';
import { cents, instant, pageInput, pageOf, text } from './common.ts';
import { currency } from './currency.ts';
import { invoiceId, orderId, paymentId, refundId } from './ids.ts';
import { mutation, query } from './procedure.ts';

export const paymentStatuses = [
  'pending',
  'authorized',
  'captured',
  'partially_refunded',
  'refunded',
  'failed',
  'voided',
  'disputed',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];
export const refundStatuses = ['pending', 'processed', 'failed', 'voided'] as const;
export type RefundStatus = (typeof refundStatuses)[number];
/** Where a refund was made: in this shop or in the provider's dashboard. */
export const refundOrigins = ['shop', 'provider'] as const;
export type RefundOrigin = (typeof refundOrigins)[number];
/**
 * Status of a dispute by the buyer's bank. `inquiry`: a question that moves no money; `inquiry_closed`: the inquiry ended without
 * a dispute; `open`: the bank has the money and decides; `won`: the shop gets the money; `lost`: the buyer gets the money.
 */
export const disputeStatuses = ['inquiry', 'inquiry_closed', 'open', 'won', 'lost'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];
export const paymentMethods = ['credit_card', 'debit_card', 'wallet'] as const;
export const paymentProviders = ['sandbox', 'stripe'] as const;
export type PaymentProvider = (typeof paymentProviders)[number];

/** Purpose of a charge: the placed order, or the additional cost of an edit. */
export const paymentPurposes = ['order', 'difference'] as const;
export type PaymentPurpose = (typeof paymentPurposes)[number];

/** For the descriptions of calls that charge. */
export const declineDetails =
  'The `details` of `PAYMENT_DECLINED`, and of `TOO_MANY_DECLINES` after a payment was begun, are `orderId`, `orderNumber` and `expiresAt`, ' +
  'until when another payment method can be used; it is null when no payment is possible any more.';

/**
 * Payment method of the buyer: a token from the provider's browser library, never card data.
 * The sandbox provider accepts `tok_success`, `tok_decline`, `tok_timeout`, `tok_late`, `tok_3ds`, and `tok_once`,
 * which it cannot charge a second time without the buyer.
 */
export const paymentMethodInput = z
  .strictObject({
    provider: z.enum(paymentProviders).default('sandbox'),
    token: text(255),
    method: z.enum(paymentMethods).default('credit_card'),
    /** Where the provider redirects the buyer after a confirmation on its page. */
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .meta({ id: 'PaymentMethodInput' });
export type PaymentMethodInput = z.infer<typeof paymentMethodInput>;

/** What the buyer must do before the provider captures the payment, such as 3-D Secure: open `url`, or pass `clientSecret` to the provider's library. */
export const paymentActionSchema = z
  .object({
    paymentId,
    provider: z.enum(paymentProviders),
    /** Page of the provider to open; null if there is none. */
    url: z.string().nullable(),
    /** Secret for the provider's library; null if there is none. */
    clientSecret: z.string().nullable(),
  })
  .meta({ id: 'PaymentAction' });
export type PaymentAction = z.infer<typeof paymentActionSchema>;

export const refundSchema = z
  .object({
    id: refundId,
    paymentId,
    orderId,
    /** Amount of the refund in `currency`. */
    amountCents: cents,
    currency,
    reason: z.string(),
    status: z.enum(refundStatuses),
    origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
    createdAt: instant,
    processedAt: instant.nullable().describe('When the provider paid the refund. It does not change if the refund fails later.'),
  })
  .meta({ id: 'Refund' });
export type Refund = z.infer<typeof refundSchema>;

export const paymentSchema = z
  .object({
    id: paymentId,
    orderId,
    purpose: z.enum(paymentPurposes),
    provider: z.string(),
    method: z.enum(paymentMethods),
    status: z.enum(paymentStatuses),
    /** Amount of the charge in `currency`. */
    amountCents: cents,
    /** Part of the charge that was refunded. */
    refundedCents: cents,
    currency,
    /** Why the payment failed and how to go on, addressed to the buyer. */
    failureMessage: z.string().nullable(),
    /** Code and text of the card issuer; only for staff. */
    failureCode: z.string().nullable(),
    /** Text of the card issuer; only for staff. */
    failureDetail: z.string().nullable(),
    /** Whether the buyer must confirm at the provider. */
    needsAction: z.boolean(),
    /** When the buyer chose another payment method. If this attempt is captured later, it is refunded. */
    supersededAt: instant.nullable(),
    createdAt: instant,
    /** When the provider captured the charge; null before. */
    capturedAt: instant.nullable(),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof paymentSchema>;

export const discrepancyKinds = [
  'unknown_charge',
  'conflicting_event',
  'dead_event',
  'undecided_charge',
  'refund_missing',
  'undecided_refund',
  'wrong_charge',
  'wrong_refund',
] as const;
export const discrepancyActions = ['ask', 'refund', 'accept', 'dismiss'] as const;

/**
 * A payment discrepancy: the shop and a provider disagree, and staff must decide. `unknown_charge`: the provider reports a charge that the
 * shop does not know; `conflicting_event`: an event names two payments, or differs from its payment in amount, currency or mode, and nothing
 * was changed; `dead_event`: an event has failed for 15 minutes, or permanently; `undecided_charge`, `undecided_refund`: no response for 15
 * minutes, or an invalid response; `refund_missing`: captured, but the order is cancelled or was paid another way;
 * `wrong_charge`, `wrong_refund`: the provider charged or refunded another amount or currency than requested, or charged twice.
 */
export const paymentDiscrepancySchema = z
  .object({
    kind: z.enum(discrepancyKinds),
    id: z.string().describe('Id of the event, the payment, the refund or the discrepancy. Events of two providers can have the same id.'),
    provider: z.enum(paymentProviders),
    /** The provider's id of the charge or refund; null when none is known. */
    reference: z.string().nullable(),
    orderId: orderId.nullable(),
    /** Number of the order; null when none is known. */
    orderNumber: z.string().nullable(),
    amountCents: cents.nullable().describe('Amount that the shop requested, or that staff must decide about.'),
    currency: currency.nullable().describe('Currency of `amountCents`.'),
    providerAmountCents: cents.nullable().describe('Amount that the provider charged or refunded, if it differs from the request.'),
    providerCurrency: currency.nullable().describe('Currency of `providerAmountCents`.'),
    detail: z.string().describe('What is wrong, as a sentence.'),
    actions: z.array(z.enum(discrepancyActions)).describe('Actions that are available now.'),
    since: instant,
  })
  .meta({ id: 'PaymentDiscrepancy' });
export type PaymentDiscrepancy = z.infer<typeof paymentDiscrepancySchema>;

export const paymentsContract = {
  listForOrder: query({
    summary: 'Every charge attempt of an order, newest first',
    access: 'public',
    rest: { method: 'GET', path: '/orders/{orderId}/payments' },
    input: z.strictObject({ orderId }),
    output: z.object({ items: z.array(paymentSchema) }),
    errors: ['NOT_FOUND'],
  }),
  get: query({
    summary: 'A charge attempt',
    access: 'public',
    rest: { method: 'GET', path: '/payments/{paymentId}' },
    input: z.strictObject({ paymentId }),
    output: paymentSchema,
    errors: ['NOT_FOUND'],
  }),
  verify: mutation({
    summary: 'Ask the provider for the status of a charge',
    description:
      'For the buyer who returns from the provider’s page, and for staff. Safe to repeat. The provider’s webhook may already have settled the charge.',
    access: 'public',
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
      /** Number of all discrepancies. */
      totalCount: z.int(),
    }),
  }),
  resolveDiscrepancy: mutation({
    summary: 'Resolve a payment discrepancy',
    description:
      'The list shows the available actions of each discrepancy. `ask` asks the provider again. `refund` refunds exactly the charged amount, in its currency. ' +
      '`accept` accepts what the provider reports: a wrong charge pays its order, or the change of it, and the excess is refunded; a refund counts as made. ' +
      '`dismiss` closes it with a reason: an event or a wrong charge is closed; an undecided charge or refund counts as not made.',
    access: { scope: 'payments:refund' },
    idempotency: 'optional',
    uniqueBy: 'state',
    rest: { method: 'POST', path: '/payment-discrepancies' },
    input: z.strictObject({
      kind: z.enum(discrepancyKinds),
      id: text(255).meta({ description: 'Id of the discrepancy, from `payments.listDiscrepancies`' }),
      provider: z
        .enum(paymentProviders)
        .optional()
        .describe('Provider of the discrepancy, as listed. Required if events of two providers have the same id.'),
      action: z.enum(discrepancyActions),
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
      'PROVIDER_ANSWER_INVALID',
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
      reason: text(500),
    }),
    output: z.object({
      orderId,
      refundIds: z.array(refundId),
      /** Part of the amount that goes back to charges. */
      refundCents: cents,
      /** Part of the amount that goes back to gift cards and store credit. */
      creditCents: cents,
    }),
    errors: ['NOT_FOUND', 'REFUND_EXCEEDS_CAPTURED', 'ORDER_NOT_PAID', 'PAYMENT_DISPUTED'],
  }),
} as const;

export const invoiceSummarySchema = z
  .object({
    id: invoiceId,
    number: z.string(),
    orderId,
    orderNumber: z.string(),
    currency,
    /** Total of the invoice in `currency`, with tax. */
    totalCents: cents,
    /** Part of the total that gift cards and store credit paid. */
    storeCreditCents: cents,
    issuedAt: instant,
  })
  .meta({ id: 'InvoiceSummary' });
export const invoicesContract = {
  list: query({
    summary: 'Invoices, newest first',
    description: 'Customers get their own invoices; staff with `payments:read` get all.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/invoices' },
    input: z.strictObject({ ...pageInput }),
    output: pageOf(invoiceSummarySchema),
  }),
} as const;
