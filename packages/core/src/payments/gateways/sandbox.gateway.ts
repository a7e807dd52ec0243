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
import { createHash } from 'node:crypto';
import { currency as currencySchema, type Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  emptyNotice,
  GatewayUnavailable,
  type ChargeOutcome,
  type ChargeRequest,
  type GatewayNotice,
  type Ids,
  type PaymentGateway,
  type ReadOnlyDb,
  type RefundOutcome,
  type Sealer,
  type WriteStatement,
} from '../../kernel/index.ts';
import { parseSigned, problemOf } from './read-answer.ts';
import { listSandboxDisputes, listSandboxRefunds } from './sandbox.records.ts';
import { decideCharge, insertSandboxCharge, insertSandboxRefund, type ChargeRow } from './sandbox.store.ts';
import { verifyWebhook } from './webhook-signature.ts';

const notice = z.object({
  id: z.string(),
  type: z.string(),
  data: z.object({
    reference: z.string(),
    paymentId: z.string().nullable(),
    status: z.enum(['captured', 'declined', 'voided', 'refund', 'dispute']),
    /** Reference of the charge, refund or dispute. */
    amountCents: z.int(),
    currency: currencySchema,
    /** Reference of the refund or dispute. */
    objectReference: z.string().optional(),
  }),
});

const anEvent = z.object({ id: z.string().min(1).max(255).nullable().catch(null) }).catch({ id: null });

const eventsAPage = 100;

const toOutcome = ({ reference, amountCents, currency, status }: ChargeRow, publicUrl: string): ChargeOutcome => {
  if (status === 'action') return { status, reference, url: `${publicUrl}${sandboxPagePath(reference)}`, clientSecret: null };
  if (status === 'captured') return { status, reference, capturedCents: amountCents, currency };
  if (status === 'declined') return { status, reference, code: 'card_declined', message: 'The card was declined.' };
  return { status, reference };
};

interface SandboxRefund {
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: 'pending' | 'processed' | 'failed';
}
const toRefundOutcome = ({ status, ...refund }: SandboxRefund): RefundOutcome => {
  if (status === 'failed') return { status, message: 'The bank did not accept the refund.' };
  return status === 'processed' ? { status, ...refund } : { status, reference: refund.reference };
};

/** Where the buyer confirms a charge, below the shop's public address. */
export const sandboxPagePath = (reference: string): string => `/sandbox/payments/${reference}`;

/** The secret that signs sandbox webhooks, derived from the secret of the shop. */
export const sandboxWebhookSecret = (sealer: Sealer): string => sealer.derive('webhook secret', 'sandbox');

export interface SandboxOptions {
  readonly db: ReadOnlyDb;
  readonly write: WriteStatement;
  readonly ids: Ids;
  /** Signs and checks the sandbox's webhooks. */
  readonly webhookSecret: string;
  /** The shop's public address, below which the sandbox's page is. */
  readonly publicUrl: string;
}

const statusOf = (token: string): ChargeRow['status'] => {
  if (token === 'tok_late') return 'pending';
  if (token === 'tok_3ds') return 'action';
  return token === 'tok_success' || token === 'tok_timeout' || token === 'tok_once' ? 'captured' : 'declined';
};

export const createSandboxGateway = ({ db, write, ids, webhookSecret, publicUrl }: SandboxOptions): PaymentGateway => {
  const tell = (charge: ChargeRow): ChargeOutcome => toOutcome(charge, publicUrl);
  const find = async (key: string, reference: string | null): Promise<ChargeRow | null> => {
    const row = await db
      .selectFrom('sandbox_charges')
      .select(['reference', 'amountCents', 'currency', 'status'])
      .where((eb) => eb.or([eb('idempotencyKey', '=', key), eb('reference', '=', eb.val(reference))]))
      .$narrowType<{ currency: Currency }>()
      .executeTakeFirst();
    return row ?? null;
  };
  /** Returns the existing charge of a key that was used before. */
  const writeCharge = async (request: Omit<ChargeRequest, 'token'>, status: ChargeRow['status']): Promise<ChargeRow> => {
    const { amountCents, currency } = request;
    const charge = await write((tx) => insertSandboxCharge(tx, `sbx_${ids.next()}`, request, status));
    if (charge.amountCents !== amountCents || charge.currency !== currency)
      throw new GatewayUnavailable('sandbox: this key was used for a charge over another amount');
    return charge;
  };
  const findRefund = async (key: string): Promise<SandboxRefund | null> => {
    const row = await db
      .selectFrom('sandbox_refunds as r')
      .innerJoin('sandbox_charges as c', 'c.reference', 'r.chargeReference')
      .select(['r.reference', 'r.amountCents', 'c.currency', 'r.status'])
      .where('r.idempotencyKey', '=', key)
      .$narrowType<{ currency: Currency }>()
      .executeTakeFirst();
    return row ?? null;
  };
  const resolve = async (charge: ChargeRow, status: 'captured' | 'voided'): Promise<ChargeOutcome> => {
    const decided = await write((tx) => decideCharge(tx, charge.reference, ['pending', 'action'], status));
    return tell(decided ?? (await find('', charge.reference)) ?? charge);
  };

  const readNotice = (event: unknown): GatewayNotice => {
    const parsed = notice.safeParse(event);
    if (!parsed.success) {
      const { id } = anEvent.parse(event);
      const eventId =
        id ??
        `unread_${createHash('sha256')
          .update(JSON.stringify(event) ?? '')
          .digest('hex')}`;
      const problem = problemOf(parsed.error, event);
      return { ...emptyNotice, eventId, type: 'unread', problem, payload: {} };
    }
    const { id, type, data } = parsed.data;
    const { reference, paymentId, amountCents, currency, status, objectReference = null } = data;
    const known = { ...emptyNotice, eventId: id, type, reference, paymentId, objectReference, amountCents, currency, payload: parsed.data };
    return status === 'refund' || status === 'dispute'
      ? { ...known, subject: status }
      : { ...known, subject: 'charge', outcome: tell({ reference, amountCents, currency, status }) };
  };

  return {
    provider: 'sandbox',
    charge: async (request) => {
      const charge = await writeCharge(request, statusOf(request.token));
      if (request.token === 'tok_timeout') throw new GatewayUnavailable('sandbox: the answer was lost');
      return tell(charge);
    },
    chargesAgain: (token) => token !== 'tok_once',
    openPage: async (request) => tell(await writeCharge(request, 'action')),
    findCharge: async ({ idempotencyKey, reference }) => {
      const charge = await find(idempotencyKey, reference);
      return charge && (charge.status === 'pending' ? resolve(charge, 'captured') : tell(charge));
    },
    cancelCharge: async ({ idempotencyKey, reference }) => {
      const charge = await find(idempotencyKey, reference);
      return charge && (charge.status === 'pending' || charge.status === 'action' ? resolve(charge, 'voided') : tell(charge));
    },
    refund: async (request) => {
      const { idempotencyKey, amountCents, currency } = request;
      const reference = await write((tx) => insertSandboxRefund(tx, `sbr_${ids.next()}`, request));
      if (reference) return { status: 'processed', reference: reference, amountCents, currency };
      const before = await findRefund(idempotencyKey);
      if (before && (before.amountCents !== amountCents || before.currency !== currency))
        throw new GatewayUnavailable('sandbox: this key was used for a refund over another amount');
      return before
        ? toRefundOutcome(before)
        : { status: 'failed', message: `The charge has less than that left to refund in ${currency}.` };
    },
    findRefund: async ({ idempotencyKey }) => {
      const found = await findRefund(idempotencyKey);
      return found && toRefundOutcome(found);
    },
    listRefunds: (query) => listSandboxRefunds(db, query),
    listDisputes: (query) => listSandboxDisputes(db, query),
    parseWebhook: (rawBody, headers, now) => {
      verifyWebhook(webhookSecret, rawBody, headers['sandbox-signature'], now);
      return readNotice(parseSigned(rawBody));
    },
    listEvents: async ({ since, from }) => {
      const rows = await db
        .selectFrom('sandbox_events')
        .select(['id', 'body'])
        .where('occurredAt', '>=', since)
        .$if(from !== null, (rest) =>
          rest.where(sql<boolean>`(occurred_at, id) < (select occurred_at, id from sandbox_events where id = ${from})`),
        )
        .orderBy('occurredAt', 'desc')
        .orderBy('id', 'desc')
        .limit(eventsAPage)
        .execute();
      return { notices: rows.map((row) => readNotice(row.body)), next: rows.length === eventsAPage ? (rows.at(-1)?.id ?? null) : null };
    },
  };
};
