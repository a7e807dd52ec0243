/** Schemas of payments: charges, refunds, disputes and payment discrepancies. */
import { z } from 'zod';
import { cents, instant, text, createdAt } from './common.ts';
import { currency } from './currency.ts';
import { idOf, orderId, paymentId, refundId } from './ids.ts';

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
const refundStatus = z.enum(refundStatuses).meta({
  description:
    '`pending`: the provider has not paid it yet; `processed`: paid; `failed`: the provider refused it; `voided`: ' +
    'withdrawn before it was sent to the provider',
});
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
  'The `details` of `PAYMENT_DECLINED`, and of `TOO_MANY_DECLINES` after a payment was begun, are `orderId`, ' +
  '`orderNumber` and `expiresAt`, ' +
  'until when another payment method can be used; it is null when no payment is possible any more.';

/**
 * Payment method of the buyer: a token from the provider's browser library, never card data.
 * The sandbox provider accepts `tok_success`; `tok_decline`, which it declines, as every unknown token; `tok_timeout`, whose answer
 * is lost; `tok_late`, which is captured later; `tok_3ds`, which the buyer confirms on a page; and `tok_once`, which it cannot charge
 * a second time without the buyer.
 */
export const paymentMethodInput = z
  .strictObject({
    /** Payment provider that issued the token. */
    provider: z.enum(paymentProviders).default('sandbox'),
    /** Token of the payment method, from the provider's browser library. */
    token: text(255),
    /** Kind of the payment method, for the records of the shop; the provider charges the token. */
    method: z.enum(paymentMethods).default('credit_card'),
    /** Where the provider redirects the buyer after a confirmation on its page. */
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  })
  .meta({ id: 'PaymentMethodInput' });
export type PaymentMethodInput = z.infer<typeof paymentMethodInput>;

/**
 * What the buyer must do before the provider captures the payment, such as 3-D Secure: open `url`, or pass `clientSecret` to the
 * provider's library.
 */
export const paymentActionSchema = z
  .object({
    paymentId,
    /** Provider at which the buyer confirms. */
    provider: z.enum(paymentProviders),
    /** Page of the provider that the buyer opens; null if the provider has none, or if the stored action cannot be read. */
    url: z.string().nullable(),
    /**
     * Secret for the provider's browser library, with which anybody can confirm this payment; null for providers without one, on a
     * payment page, or if the stored action cannot be read.
     */
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
    /** Why the money was refunded. */
    reason: z.string(),
    status: refundStatus,
    origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
    createdAt,
    processedAt: instant.nullable().describe('When the provider paid the refund. It does not change if the refund fails later.'),
  })
  .meta({ id: 'Refund' });
export type Refund = z.infer<typeof refundSchema>;

/** One attempt to charge, as the order and the payment show it. */
const attempt = {
  id: paymentId,
  /** `order`: the total of the placed order; `difference`: the additional cost of an edit. */
  purpose: z.enum(paymentPurposes),
  /** Payment provider of the charge. */
  provider: z.string(),
  /**
   * `pending`: not decided, or waits for the buyer; `authorized`: confirmed, not captured; `captured`: paid; `partially_refunded`,
   * `refunded`; `failed`: declined; `voided`: cancelled before it was captured; `disputed`: under dispute.
   */
  status: z.enum(paymentStatuses),
  /** Part of the charge that was refunded. */
  refundedCents: cents,
  /** Why the payment failed and how to go on, addressed to the buyer; null for a payment that did not fail. */
  failureMessage: z.string().nullable(),
  /** Whether the buyer must confirm at the provider. */
  needsAction: z.boolean(),
  /**
   * When this attempt stopped counting while it was undecided, because another attempt replaced it or its edit ended, or when its
   * money was captured although it pays nothing; such money is refunded. Null for every other attempt, also a declined or cancelled
   * one.
   */
  supersededAt: instant.nullable(),
  createdAt,
  /** When the provider captured the charge; null before. */
  capturedAt: instant.nullable(),
};

export const paymentSchema = z
  .object({
    ...attempt,
    orderId,
    /** Kind of the payment method, as the checkout request named it. */
    method: z.enum(paymentMethods),
    /** Amount of the charge in `currency`. */
    amountCents: cents,
    currency,
    /**
     * Code of the card issuer, such as `generic_decline`, or `dismissed` for a charge that staff dismissed; null for callers without
     * `payments:read`.
     */
    failureCode: z.string().nullable(),
    /** Text of the card issuer, or who dismissed the charge with their note; null for callers without `payments:read`. */
    failureDetail: z.string().nullable(),
  })
  .meta({ id: 'Payment' });
export type Payment = z.infer<typeof paymentSchema>;

/** A charge of an order, with its refunds and disputes. */
export const orderPaymentSchema = z
  .object({
    ...attempt,
    /** Amount of the charge, in the currency of the order. */
    amountCents: cents,
    /** Refunds of the charge. */
    refunds: z.array(
      z.object({
        id: refundId,
        /** Amount of the refund, in the currency of the payment. */
        amountCents: cents,
        status: refundStatus,
        origin: z.enum(refundOrigins).describe('`provider`: made in the dashboard of the payment provider.'),
        /** Why the money was refunded. */
        reason: z.string(),
        createdAt,
      }),
    ),
    /** Disputes of the charge by the buyer's bank. */
    disputes: z.array(
      z.object({
        id: idOf('dispute', '`disputes` of the payment'),
        /** Amount under dispute, in `currency`. */
        amountCents: cents,
        currency: z.string().describe('Can differ from the currency of the payment.'),
        /**
         * `inquiry`: a question that moves no money; `inquiry_closed`: ended without a dispute; `open`: the bank has the money and
         * decides; `won`: the shop gets the money; `lost`: the buyer gets the money.
         */
        status: z.enum(disputeStatuses),
        reason: z.string().nullable().describe('Reason of the bank, as reported by the provider.'),
        createdAt,
        /** When the dispute ended; null while it is open. */
        closedAt: instant.nullable(),
      }),
    ),
  })
  .meta({ id: 'OrderPayment' });

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
 * shop does not know; `conflicting_event`: an event names two payments, or differs from its payment in amount, currency or mode, and
 * nothing
 * was changed; `dead_event`: an event has failed for 15 minutes, or permanently; `undecided_charge`, `undecided_refund`: no response for 15
 * minutes, or an invalid response; `refund_missing`: captured, but the order is cancelled or was paid another way;
 * `wrong_charge`, `wrong_refund`: the provider charged or refunded another amount or currency than requested, or charged twice.
 */
export const paymentDiscrepancySchema = z
  .object({
    /** What is wrong; see the text of this model. */
    kind: z.enum(discrepancyKinds),
    id: z.string().describe('Id of the event, the payment, the refund or the discrepancy. Events of two providers can have the same id.'),
    /** Provider that disagrees with the shop. */
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
    detail: z.string().describe('What is wrong, as a text for staff.'),
    actions: z.array(z.enum(discrepancyActions)).describe('Actions that are available now.'),
    /** When the event was received, the charge was captured, the undecided charge or refund began, or the wrong amount was found. */
    since: instant,
  })
  .meta({ id: 'PaymentDiscrepancy' });
export type PaymentDiscrepancy = z.infer<typeof paymentDiscrepancySchema>;
