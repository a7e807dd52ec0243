/** The ledger of the sandbox payment provider. Written outside the shop's transactions. */
import { disputeStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** A charge at the sandbox provider. */
export const SandboxCharge = defineEntity({
  name: 'SandboxCharge',
  tableName: 'sandbox_charges',
  properties: {
    reference: p.string().length(255).primary(),
    idempotencyKey: p.string().length(255).unique(),
    amountCents: p.bigint('number'),
    refundedCents: p.bigint('number').default(0),
    currency: p.character().length(3),
    status: p.enum(['captured', 'declined', 'pending', 'action', 'voided']),
    /** The URL to which the sandbox page returns the buyer. */
    returnUrl: p.string().length(500).nullable(),
    callCount: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'sandbox_charges_currency', expression: `currency ~ '^[A-Z]{3}$'` }],
});
/** A refund at the sandbox provider. */
export const SandboxRefund = defineEntity({
  name: 'SandboxRefund',
  tableName: 'sandbox_refunds',
  properties: {
    reference: p.string().length(255).primary(),
    /** Null for a refund that was made in the sandbox dashboard. */
    idempotencyKey: p.string().length(255).nullable().unique(),
    chargeReference: p.string().length(255).index(),
    amountCents: p.bigint('number'),
    currency: p.character().length(3).nullable(),
    status: p.enum(['pending', 'processed', 'failed']).default('processed'),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
/** A dispute at the sandbox provider. */
export const SandboxDispute = defineEntity({
  name: 'SandboxDispute',
  tableName: 'sandbox_disputes',
  properties: {
    reference: p.string().length(255).primary(),
    chargeReference: p.string().length(255).index(),
    amountCents: p.bigint('number'),
    currency: p.character().length(3),
    status: p.enum(disputeStatuses),
    fundsWithdrawn: p.boolean().default(false),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
/** Events that the sandbox has sent, or tried to send, to the shop. */
export const SandboxEvent = defineEntity({
  name: 'SandboxEvent',
  tableName: 'sandbox_events',
  properties: {
    id: p.string().length(255).primary(),
    body: p.json<Record<string, unknown>>(),
    occurredAt: p.datetime().defaultRaw('now()').index(),
  },
});
