/**
 * A payment provider inside the shop, for demos and tests: deterministic by token, with records of its
 * own that outlive a crash of the shop. It behaves like a remote provider: idempotent by key, sometimes
 * without an answer, sometimes late.
 *
 * `tok_success` captures at once; `tok_decline` declines; `tok_timeout` captures, but the answer never
 * arrives; `tok_late` stays pending and is captured at the next query; `tok_3ds` waits until the
 * buyer has decided on the sandbox's own page (`sandbox.page.ts`); `tok_once` captures, and cannot be charged
 * a second time without the buyer.
 */
import type { PaymentGateway } from '../../kernel/index.ts';
import { parseSigned } from './read-answer.ts';
import { cancelCharge, chargeToken, findCharge, openPage, type SandboxCharges } from './sandbox.charges.ts';
import { listSandboxDisputes, listSandboxRefunds } from './sandbox.records.ts';
import { findRefund, refundCharge } from './sandbox.refunds.ts';
import { listSandboxEvents, readSandboxNotice } from './sandbox.webhooks.ts';
import { verifyWebhook } from './webhook-signature.ts';

/** What the sandbox gateway needs. */
export interface SandboxOptions extends SandboxCharges {
  /** Signs and checks the sandbox's webhooks. */
  readonly webhookSecret: string;
}

/** Creates the gateway of the sandbox provider. */
export const createSandboxGateway = ({ webhookSecret, ...sandbox }: SandboxOptions): PaymentGateway => ({
  provider: 'sandbox',
  charge: (request) => chargeToken(sandbox, request),
  chargesAgain: (token) => token !== 'tok_once',
  openPage: (request) => openPage(sandbox, request),
  findCharge: (lookup) => findCharge(sandbox, lookup),
  cancelCharge: (lookup) => cancelCharge(sandbox, lookup),
  refund: (request) => refundCharge(sandbox, request),
  findRefund: ({ idempotencyKey }) => findRefund(sandbox, idempotencyKey),
  listRefunds: (query) => listSandboxRefunds(sandbox.db, query),
  listDisputes: (query) => listSandboxDisputes(sandbox.db, query),
  parseWebhook: (rawBody, headers, now) => {
    verifyWebhook(webhookSecret, rawBody, headers['sandbox-signature'], now);
    return readSandboxNotice(parseSigned(rawBody), sandbox.publicUrl);
  },
  listEvents: (list) => listSandboxEvents(sandbox.db, list, sandbox.publicUrl),
});
