/** Charge attempts, refunds, disputes and payment discrepancies. */
import { disputeStatuses, paymentMethods, paymentProviders, paymentStatuses, refundOrigins, refundStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Order, OrderEdit } from './orders.entities.ts';

/**
 * One attempt to charge an order. `gatewayPhase` says how far the call to the provider has come:
 * `created` (not called), `calling` (may have charged), `unknown` (no response), `action` (the buyer must
 * confirm at the provider), `decided`.
 */
export const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    /** The order edit whose additional amount is charged; null for the original total. */
    orderEditId: () => p.manyToOne(OrderEdit).mapToPk().fieldName('order_edit_id').deleteRule('no action').nullable().index(),
    provider: p.enum(paymentProviders),
    method: p.enum(paymentMethods),
    token: p.string().length(255),
    status: p.enum(paymentStatuses).default('pending'),
    gatewayPhase: p.enum(['created', 'calling', 'unknown', 'action', 'decided']).default('created'),
    amountCents: p.bigint('number'),
    capturedCents: p.bigint('number').default(0),
    refundClaimedCents: p.bigint('number').default(0),
    refundedCents: p.bigint('number').default(0),
    currency: p.character().length(3),
    gatewayReference: p.string().length(255).nullable(),
    failureCode: p.string().length(100).nullable(),
    /** The message for the buyer, never the issuer's reason: that would help to test stolen cards. */
    failureMessage: p.text().nullable(),
    /** The issuer's reason, for staff. */
    failureDetail: p.text().nullable(),
    /** Actor, endpoint and key of the request that made the attempt; a repeat of the request finds it by this. */
    requestKey: p.string().length(200).nullable().unique(),
    /** The URL to which the provider returns the buyer. */
    returnUrl: p.string().length(500).nullable(),
    /** Why the last response of the provider was invalid, while the payment is undecided. */
    answerProblem: p.text().nullable(),
    /** The action that the buyer must complete: URL and client secret, encrypted. */
    actionSealed: p.text().nullable(),
    /** Set when another attempt replaces this one: money that this attempt still captures is refunded. */
    supersededAt: p.datetime().nullable(),
    /** Keyed hash of the network address of the request, to limit card testing. */
    ipIndex: p.string().length(64).nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    calledAt: p.datetime().nullable(),
    decidedAt: p.datetime().nullable(),
    capturedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'payments_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'payments_amounts', expression: 'amount_cents > 0 and captured_cents between 0 and amount_cents' },
    {
      name: 'payments_refund_room',
      expression: 'refunded_cents >= 0 and refunded_cents <= refund_claimed_cents and refund_claimed_cents <= captured_cents',
    },
    { name: 'payments_answer_problem', expression: `answer_problem is null or status = 'pending'` },
    { name: 'payments_action', expression: `(gateway_phase = 'action') = (action_sealed is not null)` },
    { name: 'payments_decided', expression: `(gateway_phase = 'decided') = (status <> 'pending')` },
    {
      name: 'payments_captured',
      expression: `(status in ('captured', 'partially_refunded', 'refunded', 'disputed')) = (captured_cents > 0)`,
    },
    {
      name: 'payments_refund_status',
      expression:
        `(status <> 'refunded' or refunded_cents = captured_cents) and (status <> 'partially_refunded' or (refunded_cents > 0 and ` +
        'refunded_cents < captured_cents))',
    },
  ],
  indexes: [
    {
      name: 'payments_one_active_charge',
      expression:
        'create unique index payments_one_active_charge on payments (order_id) ' +
        'where order_edit_id is null and superseded_at is null ' +
        `and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed')`,
    },
    {
      name: 'payments_one_active_edit_charge',
      expression:
        'create unique index payments_one_active_edit_charge on payments (order_edit_id) ' +
        'where superseded_at is null ' +
        `and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed')`,
    },
    {
      name: 'payments_reference',
      expression: 'create unique index payments_reference on payments (provider, gateway_reference) where gateway_reference is not null',
    },
    { name: 'payments_by_status', properties: ['status', 'orderId'] },
    { name: 'payments_undecided', expression: `create index payments_undecided on payments (created_at) where status = 'pending'` },
    { name: 'payments_failed_recent', expression: `create index payments_failed_recent on payments (decided_at) where status = 'failed'` },
    {
      name: 'payments_open_by_address',
      expression: `create index payments_open_by_address on payments (ip_index) where status = 'pending' and ip_index is not null`,
    },
    {
      name: 'payments_declined_by_address',
      expression:
        `create index payments_declined_by_address on payments (ip_index, decided_at) where status = 'failed' and ip_index is not ` +
        'null',
    },
  ],
});

/** A refund of a payment, requested by the shop or made at the provider. */
export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    amountCents: p.bigint('number'),
    /** The currency of the payment; a trigger refuses any other. */
    currency: p.character().length(3),
    reason: p.string().length(500),
    status: p.enum(refundStatuses).default('pending'),
    /** The requested amount, where the provider refunded another amount and staff accepted it. */
    requestedCents: p.bigint('number').nullable(),
    /** Why the last response of the provider was invalid, while the refund is undecided. */
    answerProblem: p.text().nullable(),
    gatewayReference: p.string().length(255).nullable(),
    failureMessage: p.text().nullable(),
    requestedBy: p.string().length(64),
    /** The idempotency key of the call: one call refunds a payment once, permanently. Null for automatic refunds. */
    requestKey: p.string().length(64).nullable(),
    /** `provider`: made at the provider, such as in its dashboard; the shop never sends it. */
    origin: p.enum(refundOrigins).default('shop'),
    createdAt: p.datetime().defaultRaw('now()'),
    calledAt: p.datetime().nullable(),
    /** Kept when the refund fails later, because the money had left. */
    processedAt: p.datetime().nullable(),
    failedAt: p.datetime().nullable(),
  },
  uniques: [{ name: 'refunds_request_key_unique', properties: ['requestKey', 'paymentId'] }],
  checks: [
    { name: 'refunds_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'refunds_amount', expression: 'amount_cents > 0' },
    {
      name: 'refunds_processed',
      expression: `(status <> 'processed' or processed_at is not null) and (processed_at is null or status in ('processed', 'failed'))`,
    },
    { name: 'refunds_from_provider', expression: `origin = 'shop' or gateway_reference is not null` },
    { name: 'refunds_answer_problem', expression: `answer_problem is null or status = 'pending'` },
    { name: 'refunds_requested', expression: 'requested_cents is null or requested_cents > 0' },
  ],
  indexes: [
    {
      name: 'refunds_reference',
      expression: 'create unique index refunds_reference on refunds (gateway_reference) where gateway_reference is not null',
    },
    { name: 'refunds_pending', expression: `create index refunds_pending on refunds (created_at) where status = 'pending'` },
    { name: 'refunds_failed', expression: `create index refunds_failed on refunds (payment_id) where status = 'failed'` },
  ],
});

/** A dispute: the buyer's bank asks for the money of a charge back. One row for each dispute at the provider. */
export const Dispute = defineEntity({
  name: 'Dispute',
  tableName: 'disputes',
  properties: {
    id: p.uuid().primary(),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    /** Null for disputes recorded before references were stored, until the provider was queried. */
    gatewayReference: p.string().length(255).nullable(),
    amountCents: p.bigint('number'),
    currency: p.character().length(3),
    /** An inquiry moves no money; `open` and `lost` block refunds. */
    status: p.enum(disputeStatuses),
    reason: p.string().length(100).nullable(),
    /** Whether the bank has the money. */
    fundsWithdrawn: p.boolean().default(false),
    /** When the provider was queried for this state; an older response changes nothing. */
    seenAt: p.datetime().defaultRaw('now()'),
    createdAt: p.datetime().defaultRaw('now()'),
    openedAt: p.datetime().nullable(),
    closedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'disputes_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'disputes_amount', expression: 'amount_cents >= 0' },
    { name: 'disputes_opened', expression: `status not in ('open', 'lost') or opened_at is not null` },
  ],
  indexes: [
    {
      name: 'disputes_reference',
      expression: 'create unique index disputes_reference on disputes (gateway_reference) where gateway_reference is not null',
    },
    {
      name: 'disputes_unresolved',
      expression: `create index disputes_unresolved on disputes (seen_at) where status in ('inquiry', 'open')`,
    },
  ],
});

/**
 * A payment discrepancy: a provider charged or refunded another amount or currency than requested, or twice. It counts for no
 * order; staff decide about it. One row for each statement of the provider, however often the provider repeats it.
 */
export const PaymentDiscrepancy = defineEntity({
  name: 'PaymentDiscrepancy',
  tableName: 'payment_discrepancies',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(['wrong_charge', 'wrong_refund']),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    refundId: () => p.manyToOne(Refund).mapToPk().fieldName('refund_id').deleteRule('no action').nullable().index(),
    /** The provider's reference of the charge or refund. */
    reference: p.string().length(255),
    askedCents: p.bigint('number'),
    askedCurrency: p.character().length(3),
    saidCents: p.bigint('number'),
    saidCurrency: p.character().length(3),
    seenCount: p.integer().default(1),
    firstSeenAt: p.datetime().defaultRaw('now()'),
    lastSeenAt: p.datetime().defaultRaw('now()'),
    /** When a refund was first requested from the provider; null again after it failed. */
    returnCalledAt: p.datetime().nullable(),
    /** How many refunds have failed; the next one gets a new key. */
    returnsFailed: p.integer().default(0),
    returnReference: p.string().length(255).nullable(),
    /** `settled`: the provider now reports what was requested. */
    resolution: p.enum(['settled', 'returned', 'adopted', 'dismissed']).nullable(),
    resolvedAt: p.datetime().nullable(),
    resolvedBy: p.string().length(64).nullable(),
    note: p.string().length(500).nullable(),
  },
  checks: [
    { name: 'payment_discrepancies_amounts', expression: 'asked_cents > 0 and said_cents > 0' },
    { name: 'payment_discrepancies_currencies', expression: `asked_currency ~ '^[A-Z]{3}$' and said_currency ~ '^[A-Z]{3}$'` },
    { name: 'payment_discrepancies_refund', expression: `(kind = 'wrong_refund') = (refund_id is not null)` },
    { name: 'payment_discrepancies_resolved', expression: 'num_nonnulls(resolution, resolved_at, resolved_by) in (0, 3)' },
    { name: 'payment_discrepancies_returned', expression: 'return_reference is null or return_called_at is not null' },
    { name: 'payment_discrepancies_returns_failed', expression: 'returns_failed >= 0' },
  ],
  indexes: [
    {
      name: 'payment_discrepancies_once',
      expression:
        'create unique index payment_discrepancies_once on payment_discrepancies ' +
        '(payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency)',
    },
    {
      name: 'payment_discrepancies_open',
      expression: 'create index payment_discrepancies_open on payment_discrepancies (first_seen_at) where resolved_at is null',
    },
  ],
});
