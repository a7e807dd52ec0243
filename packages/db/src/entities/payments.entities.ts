/** Charge attempts, refunds, disputes, and what providers did otherwise than asked. */
import { disputeStatuses, paymentMethods, paymentProviders, paymentStatuses, refundOrigins, refundStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Order, OrderEdit } from './orders.entities.ts';

/**
 * One attempt to charge an order. `gatewayPhase` says how far the call to the provider has come:
 * `created` (not called), `calling` (may have charged), `unknown` (no answer), `action` (the buyer must
 * confirm at the provider), `decided`.
 */
export const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    /** The edit whose difference it is for; none for what the order cost when it was placed. */
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
    /** What the buyer is told: never the issuer's reason, which would help those who try out stolen cards. */
    failureMessage: p.text().nullable(),
    /** The issuer's own words, for staff. */
    failureDetail: p.text().nullable(),
    /** Actor, endpoint and key of the request that made the attempt; its repeats find it by this. */
    requestKey: p.string().length(200).nullable().unique(),
    /** Where the provider sends the buyer back to. */
    returnUrl: p.string().length(500).nullable(),
    /** Why the last answer of the provider could not be used, while the payment is undecided. */
    answerProblem: p.text().nullable(),
    /** What the buyer must do: address and client secret, sealed. */
    actionSealed: p.text().nullable(),
    /** Set once the buyer pays another way: whatever this attempt still brings is given back. */
    supersededAt: p.datetime().nullable(),
    /** Keyed hash of the address the request came from, to slow down those who try out cards. */
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
      expression: `(status <> 'refunded' or refunded_cents = captured_cents) and (status <> 'partially_refunded' or (refunded_cents > 0 and refunded_cents < captured_cents))`,
    },
  ],
  indexes: [
    {
      name: 'payments_one_active_charge',
      expression: `create unique index payments_one_active_charge on payments (order_id) where order_edit_id is null and superseded_at is null and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed')`,
    },
    {
      name: 'payments_one_active_edit_charge',
      expression: `create unique index payments_one_active_edit_charge on payments (order_edit_id) where superseded_at is null and status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed')`,
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
      expression: `create index payments_declined_by_address on payments (ip_index, decided_at) where status = 'failed' and ip_index is not null`,
    },
  ],
});

export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    amountCents: p.bigint('number'),
    /** That of its payment; a trigger refuses any other. */
    currency: p.character().length(3),
    reason: p.string().length(500),
    status: p.enum(refundStatuses).default('pending'),
    /** What was asked for, where the provider gave back another amount and staff recorded that one. */
    requestedCents: p.bigint('number').nullable(),
    /** Why the last answer of the provider could not be used, while the refund is undecided. */
    answerProblem: p.text().nullable(),
    gatewayReference: p.string().length(255).nullable(),
    failureMessage: p.text().nullable(),
    requestedBy: p.string().length(64),
    /** The keyed call that asked for it: one call refunds a payment once, permanently. None for refunds that the shop made by itself. */
    requestKey: p.string().length(64).nullable(),
    /** `provider`: made at the provider, such as in its dashboard; this shop never sends it. */
    origin: p.enum(refundOrigins).default('shop'),
    createdAt: p.datetime().defaultRaw('now()'),
    calledAt: p.datetime().nullable(),
    /** Stays when the refund fails later: the money had left. */
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

/** What a buyer's bank asks back of a charge. One row for each dispute of the provider. */
export const Dispute = defineEntity({
  name: 'Dispute',
  tableName: 'disputes',
  properties: {
    id: p.uuid().primary(),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    /** Unknown for disputes that were recorded before references were kept, until the provider is asked. */
    gatewayReference: p.string().length(255).nullable(),
    amountCents: p.bigint('number'),
    currency: p.character().length(3),
    /** An inquiry moves no money; `open` and `lost` block refunds. */
    status: p.enum(disputeStatuses),
    reason: p.string().length(100).nullable(),
    /** Whether the bank has the money now. */
    fundsWithdrawn: p.boolean().default(false),
    /** When the provider was asked for what the row says; an older answer changes nothing. */
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
 * Money that a provider took or gave back otherwise than it was asked to: another amount or currency, or twice. It counts for no
 * order; staff decide about it. One row for each statement of the provider, however often it repeats it.
 */
export const PaymentDiscrepancy = defineEntity({
  name: 'PaymentDiscrepancy',
  tableName: 'payment_discrepancies',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(['wrong_charge', 'wrong_refund']),
    paymentId: () => p.manyToOne(Payment).mapToPk().fieldName('payment_id').index(),
    refundId: () => p.manyToOne(Refund).mapToPk().fieldName('refund_id').deleteRule('no action').nullable().index(),
    /** Of the charge or refund at the provider. */
    reference: p.string().length(255),
    askedCents: p.bigint('number'),
    askedCurrency: p.character().length(3),
    saidCents: p.bigint('number'),
    saidCurrency: p.character().length(3),
    seenCount: p.integer().default(1),
    firstSeenAt: p.datetime().defaultRaw('now()'),
    lastSeenAt: p.datetime().defaultRaw('now()'),
    /** When the provider was first asked to give the money back; null again once that has failed. */
    returnCalledAt: p.datetime().nullable(),
    /** How many returns have failed; the next one has a key of its own. */
    returnsFailed: p.integer().default(0),
    returnReference: p.string().length(255).nullable(),
    /** `settled`: the provider says by now what was asked. */
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
        'create unique index payment_discrepancies_once on payment_discrepancies (payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency)',
    },
    {
      name: 'payment_discrepancies_open',
      expression: 'create index payment_discrepancies_open on payment_discrepancies (first_seen_at) where resolved_at is null',
    },
  ],
});
