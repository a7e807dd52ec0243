/** The sandbox's signed events -> notices about charges, refunds and disputes. */
import { createHash } from 'node:crypto';
import { currency as currencySchema } from '@cartwright/contracts';
import { sql } from 'kysely';
import { z } from 'zod';
import { emptyNotice, type GatewayEventPage, type GatewayNotice, type ReadOnlyDb, type Sealer } from '../../kernel/index.ts';
import { problemOf } from './read-answer.ts';
import { outcomeOfCharge } from './sandbox.charges.ts';

const pageSize = 100;

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

/** The secret that signs sandbox webhooks, derived from the secret of the shop. */
export const sandboxWebhookSecret = (sealer: Sealer): string => sealer.derive('webhook secret', 'sandbox');

/** An event without an id is identified by its content. */
const idOf = (event: unknown): string => {
  const hash = createHash('sha256').update(JSON.stringify(event) ?? '');
  return anEvent.parse(event).id ?? `unread_${hash.digest('hex')}`;
};

/** The notice of an event. An unreadable event becomes a notice with a `problem`. */
export const readSandboxNotice = (event: unknown, publicUrl: string): GatewayNotice => {
  const parsed = notice.safeParse(event);
  if (!parsed.success)
    return { ...emptyNotice, eventId: idOf(event), type: 'unread', problem: problemOf(parsed.error, event), payload: {} };
  const { id, type, data } = parsed.data;
  const { reference, paymentId, amountCents, currency, status, objectReference = null } = data;
  const known = { ...emptyNotice, eventId: id, type, reference, paymentId, objectReference, amountCents, currency, payload: parsed.data };
  return status === 'refund' || status === 'dispute'
    ? { ...known, subject: status }
    : { ...known, subject: 'charge', outcome: outcomeOfCharge({ reference, amountCents, currency, status }, publicUrl) };
};

interface EventList {
  readonly since: Date;
  readonly from: string | null;
}

/** A page of the sandbox's events since an instant, newest first. */
export const listSandboxEvents = async (db: ReadOnlyDb, { since, from }: EventList, publicUrl: string): Promise<GatewayEventPage> => {
  const rows = await db
    .selectFrom('sandbox_events')
    .select(['id', 'body'])
    .where('occurredAt', '>=', since)
    .$if(from !== null, (rest) =>
      rest.where(sql<boolean>`(occurred_at, id) < (select occurred_at, id from sandbox_events where id = ${from})`),
    )
    .orderBy('occurredAt', 'desc')
    .orderBy('id', 'desc')
    .limit(pageSize)
    .execute();
  const notices = rows.map((row) => readSandboxNotice(row.body, publicUrl));
  return { notices, next: rows.length === pageSize ? (rows.at(-1)?.id ?? null) : null };
};
