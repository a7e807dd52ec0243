/** Stored events: their columns, and their content besides these, so that they can be retried. */
import type { PaymentProvider } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type InferResult, type InsertObject, type RawBuilder } from 'kysely';
import { emptyNotice, minutesFromNow, now, storableText, type GatewayNotice, type Reader } from '../kernel/index.ts';
import { waitMinutes } from './gateway-event.state.ts';

/** The subject of an event and what it says about it. */
export type About = Omit<GatewayNotice, 'type' | 'problem' | 'payload'>;

/** The JSON of an event for the inbox, with any text of a provider made storable for PostgreSQL. */
const toStored = (notice: GatewayNotice): RawBuilder<Record<string, unknown>> => {
  const text = JSON.stringify(storedOf(notice), (_key, value: unknown) =>
    typeof value === 'string' ? storableText(value, value.length) : value,
  );
  return sql`${text}::jsonb`;
};

/** The columns of an event that is stored for the first time. */
export const eventColumns = (provider: PaymentProvider, notice: GatewayNotice) =>
  ({
    provider,
    eventId: notice.eventId,
    type: notice.type,
    gatewayReference: notice.reference,
    paymentId: notice.paymentId,
    payload: toStored(notice),
  }) satisfies InsertObject<Database, 'gateway_events'>;

/** SQL: what a stored event says in a field about its subject. */
export const aboutText = (field: keyof About): RawBuilder<string | null> => sql`payload -> 'about' ->> ${sql.lit(field)}`;

const storedOf = ({ payload, subject, orderId, objectReference, refundId, amountCents, currency, outcome, foreign }: GatewayNotice) => ({
  ...payload,
  about: { subject, orderId, objectReference, refundId, amountCents, currency, outcome, foreign },
});

/** A stored event that is not handled yet. */
export interface OpenEvent {
  readonly provider: PaymentProvider;
  readonly about: About;
  readonly attempts: number;
  /** Whether it has waited for its subject for the whole allowed time. */
  readonly overdue: boolean;
}

/** The stored events that have not taken effect. */
const openEvents = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom('gateway_events')
    .select((eb) => [
      'provider',
      'eventId',
      'gatewayReference as reference',
      'paymentId',
      eb.ref('payload', '->').key('about').$castTo<Omit<About, 'eventId' | 'reference' | 'paymentId'> | null>().as('about'),
      'attempts',
      eb('receivedAt', '<=', minutesFromNow(-waitMinutes)).$castTo<boolean>().as('overdue'),
    ])
    .where('handledAt', 'is', null);

type EventRow = InferResult<ReturnType<typeof openEvents>>[number];
const toOpenEvent = ({ provider, attempts, overdue, about, ...names }: EventRow): OpenEvent => ({
  provider,
  attempts,
  overdue,
  // Events of versions that did not store them whole name a charge.
  about: { ...(about ?? { ...emptyNotice, subject: 'charge' }), ...names },
});

/** Reads the stored events that are to be retried now, the longest due first. */
export const readDueEvents = async (core: Pick<Reader, 'db'>, most: number): Promise<OpenEvent[]> => {
  const rows = await openEvents(core).where('retryAt', '<=', now).orderBy('retryAt').limit(most).execute();
  return rows.map(toOpenEvent);
};

/** Reads a stored event; null for one that has taken effect. */
export const findOpenEvent = async (
  core: Pick<Reader, 'db'>,
  { provider, eventId }: { readonly provider: PaymentProvider; readonly eventId: string },
): Promise<OpenEvent | null> => {
  const row = await openEvents(core).where('provider', '=', provider).where('eventId', '=', eventId).executeTakeFirst();
  return row ? toOpenEvent(row) : null;
};
