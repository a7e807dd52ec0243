/** Payments: charges through a provider, refunds, and invoices as their paper trail. */
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
/** Who made a refund: this shop, or somebody in the provider's own dashboard. */
export const refundOrigins = ['shop', 'provider'] as const;
export type RefundOrigin = (typeof refundOrigins)[number];
/**
 * How far the request of a buyer's bank for its money has come. `inquiry`: a question that moves no money; `inquiry_closed`: it ended
 * without a dispute; `open`: the bank has the money and decides; `won`: the shop keeps the money; `lost`: the buyer keeps it.
 */
export const disputeStatuses = ['inquiry', 'inquiry_closed', 'open', 'won', 'lost'] as const;
export type DisputeStatus = (typeof disputeStatuses)[number];
export const paymentMethods = ['credit_card', 'debit_card', 'wallet'] as const;
export const paymentProviders = ['sandbox', 'stripe'] as const;
export type PaymentProvider = (typeof paymentProviders)[number];

/** What a charge is for: an order as it was placed, or what an edit made it dearer by. */
export const paymentPurposes = ['order', 'difference'] as const;
export type PaymentPurpose = (typeof paymentPurposes)[number];

/**
 * How the buyer pays: a token from the provider's own browser library, never card data.
 * The sandbox provider knows `tok_success`, `tok_decline`, `tok_timeout`, `tok_late`, `tok_3ds`, and `tok_once`,
 * which it cannot charge a second time without the buyer.
 */
export const paymentMethodInput = z
  .strictObject({
    provider: z.enum(paymentProviders).default('sandbox'),
    token: text(255),
    method: z.enum(paymentMethods).default('credit_card'),
    /** Where the provider sends the buyer back to after a confirmation on its page. */
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .meta({ id: 'PaymentMethodInput' });
export type PaymentMethodInput = z.infer<typeof paymentMethodInput>;

/** What the buyer must do before the provider takes the money, such as 3-D Secure: open `url`, or hand `clientSecret` to the provider's library. */
export const paymentActionSchema = z
  .object({ paymentId, provider: z.enum(paymentProviders), url: z.string().nullable(), clientSecret: z.string().nullable() })
  .meta({ id: 'PaymentAction' });
export type PaymentAction = z.infer<typeof paymentActionSchema>;

export const refundSchema = z
  .object({
    id: refundId,
    paymentId,
    orderId,
    amountCents: cents,
    currency,
    reason: z.string(),
    status: z.enum(refundStatuses),
    origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
    createdAt: instant,
    processedAt: instant.nullable().describe('When the money left. It stays when the refund fails later and the money comes back.'),
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
    amountCents: cents,
    refundedCents: cents,
    currency,
    failureMessage: z.string().nullable(),
    /** The issuer's reason and words; shown to staff only. */
    failureCode: z.string().nullable(),
    failureDetail: z.string().nullable(),
    /** Whether the provider waits for the buyer to confirm. */
    needsAction: z.boolean(),
    /** When the buyer turned to another means of payment; what this attempt brings afterwards is given back. */
    supersededAt: instant.nullable(),
    createdAt: instant,
    capturedAt: instant.nullable(),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof paymentSchema>;

export const differenceKinds = [
  'unknown_charge',
  'conflicting_event',
  'dead_event',
  'undecided_charge',
  'unreturned_money',
  'undecided_refund',
  'wrong_charge',
  'wrong_refund',
] as const;
export const differenceActions = ['ask', 'refund', 'adopt', 'dismiss'] as const;

/**
 * Something that does not settle by itself. `unknown_charge`: a provider reports a charge the shop does not know;
 * `conflicting_event`: an event names two payments, or another amount, currency or mode than the payment it names; nothing was changed;
 * `dead_event`: an event that has failed for a quarter of an hour, or for good; `undecided_charge`, `undecided_refund`: no answer for a quarter of an
 * hour, or an answer that cannot be used; `unreturned_money`: captured, but the order is cancelled or was paid another way;
 * `wrong_charge`, `wrong_refund`: the provider took or gave back another amount or currency than it was asked to, or charged twice.
 */
export const paymentDifferenceSchema = z
  .object({
    kind: z.enum(differenceKinds),
    id: z.string().describe('Id of the event, the payment, the refund or the discrepancy. Events of two providers can have the same id.'),
    provider: z.enum(paymentProviders),
    reference: z.string().nullable(),
    orderId: orderId.nullable(),
    orderNumber: z.string().nullable(),
    amountCents: cents.nullable().describe('What the shop asked for, or what is to be decided about.'),
    currency: currency.nullable().describe('Currency of `amountCents`.'),
    providerAmountCents: cents.nullable().describe('What the provider says that it took or gave back, where that is not what was asked.'),
    providerCurrency: currency.nullable().describe('Currency of `providerAmountCents`.'),
    detail: z.string().describe('What is wrong, in words.'),
    actions: z.array(z.enum(differenceActions)).describe('What can be done about it now.'),
    since: instant,
  })
  .meta({ id: 'PaymentDifference' });
export type PaymentDifference = z.infer<typeof paymentDifferenceSchema>;

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
    summary: 'One charge attempt',
    access: 'public',
    rest: { method: 'GET', path: '/payments/{paymentId}' },
    input: z.strictObject({ paymentId }),
    output: paymentSchema,
    errors: ['NOT_FOUND'],
  }),
  verify: mutation({
    summary: 'Ask the provider how a charge stands',
    description:
      'For the buyer who comes back from the provider’s page, and for staff. Safe to call again; the provider’s webhook may have been faster.',
    access: 'public',
    repeatable: true,
    rest: { method: 'POST', path: '/payments/{paymentId}/verify' },
    input: z.strictObject({ paymentId }),
    output: paymentSchema,
    errors: ['NOT_FOUND'],
  }),
  listDifferences: query({
    summary: 'Where the shop’s books and a provider’s do not meet by themselves, oldest first',
    access: { scope: 'payments:read' },
    rest: { method: 'GET', path: '/payment-differences' },
    input: z.strictObject({ /** Those of one order only. */ orderId: orderId.optional() }),
    output: z.object({
      /** The oldest 200 at most. */
      items: z.array(paymentDifferenceSchema),
      /** How many there are in all. */
      totalCount: z.int(),
    }),
  }),
  resolveDifference: mutation({
    summary: 'Deal with one difference',
    description:
      'Each difference is listed with the actions that are possible. `ask` the provider again. `refund` gives back exactly what was taken, in its own currency. ' +
      '`adopt` counts what the provider says: a wrong charge pays its order and what is too much goes back; a refund counts as made. ' +
      '`dismiss` ends it with a reason: an event or a wrong charge is closed, an undecided charge took no money, a refund was not made.',
    access: { scope: 'payments:refund' },
    idempotency: 'optional',
    uniqueBy: 'state',
    rest: { method: 'POST', path: '/payment-differences' },
    input: z.strictObject({
      kind: z.enum(differenceKinds),
      id: text(255),
      provider: z
        .enum(paymentProviders)
        .optional()
        .describe('Provider of the difference, as listed. Needed where events of two providers have the same id.'),
      action: z.enum(differenceActions),
      note: text(500),
    }),
    output: z.object({ resolved: z.boolean() }),
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
    summary: 'Give money back on a captured payment',
    access: { scope: 'payments:refund' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/payments/{paymentId}/refund', status: 201 },
    input: z.strictObject({ paymentId, amountCents: cents.min(1), reason: text(500) }),
    output: refundSchema,
    errors: ['NOT_FOUND', 'REFUND_EXCEEDS_CAPTURED', 'PAYMENT_NOT_CAPTURED', 'PAYMENT_DISPUTED'],
  }),
  refundOrder: mutation({
    summary: 'Give money back on an order, whatever it was paid with',
    description:
      'Newest charge first, then the gift cards and account credit that paid the rest, never more to each than it paid. ' +
      'Refunds are under way once it answers; credit can be spent again at once.',
    access: { scope: 'payments:refund' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/refunds', status: 201 },
    input: z.strictObject({ orderId, amountCents: cents.min(1), reason: text(500) }),
    output: z.object({ orderId, refundIds: z.array(refundId), refundCents: cents, creditCents: cents }),
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
    totalCents: cents,
    /** The part that gift cards and account credit paid. */
    storeCreditCents: cents,
    issuedAt: instant,
  })
  .meta({ id: 'InvoiceSummary' });
export const invoicesContract = {
  list: query({
    summary: 'Invoices, newest first',
    description: 'Customers get their own; staff with `payments:read` get all.',
    access: 'signed-in',
    rest: { method: 'GET', path: '/invoices' },
    input: z.strictObject({ ...pageInput }),
    output: pageOf(invoiceSummarySchema),
  }),
} as const;
