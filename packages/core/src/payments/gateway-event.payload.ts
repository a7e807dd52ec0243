/** The content of a stored event besides its own columns, so that it can be retried. */
import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { emptyNotice, storableText, type GatewayNotice, type Reader } from '../kernel/index.ts';

/** The subject of an event and what it says about it. */
export type About = Omit<GatewayNotice, 'type' | 'problem' | 'payload'>;

/** The JSON of an event for the inbox, with any text of a provider made storable for PostgreSQL. */
export const toStored = (notice: GatewayNotice): string =>
  JSON.stringify(storedOf(notice), (_key, value: unknown) => (typeof value === 'string' ? storableText(value, value.length) : value));

const storedOf = ({ payload, subject, orderId, objectReference, refundId, amountCents, currency, outcome, foreign }: GatewayNotice) => ({
  ...payload,
  about: { subject, orderId, objectReference, refundId, amountCents, currency, outcome, foreign },
});

export interface OpenEvent {
  readonly provider: PaymentProvider;
  readonly about: About;
  readonly attempts: number;
  /** Whether it has waited for its subject for the whole allowed time. */
  readonly overdue: boolean;
}

interface EventRow {
  readonly provider: PaymentProvider;
  readonly eventId: string;
  readonly reference: string | null;
  readonly paymentId: string | null;
  readonly about: Omit<About, 'eventId' | 'reference' | 'paymentId'> | null;
  readonly attempts: number;
  readonly overdue: boolean;
}

/** Reads stored events by a condition on `gateway_events`. */
export const readEvents = async ({ db }: Pick<Reader, 'db'>, where: ReturnType<typeof sql>, waitMinutes: number): Promise<OpenEvent[]> => {
  const { rows } = await sql<EventRow>`
    select provider, event_id as "eventId", gateway_reference as reference, payment_id as "paymentId", payload -> 'about' as about, attempts,
      received_at <= now() - make_interval(mins => ${waitMinutes}) as overdue
    from gateway_events where ${where}`.execute(db);
  return rows.map(({ provider, attempts, overdue, about, ...names }) => ({
    provider,
    attempts,
    overdue,
    // Events of versions that did not store them whole name a charge.
    about: { ...(about ?? { ...emptyNotice, subject: 'charge' }), ...names },
  }));
};
