import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import {
  anyText,
  emptyNotice,
  literals,
  workOff,
  transact,
  type Core,
  type GatewayNotice,
  type ProviderDispute,
  type ProviderRefund,
  type UnreadRecord,
} from '../kernel/index.ts';
import { sumOverProviders } from './each-provider.ts';
import { hoursBefore, readCatchUp } from './gateway-catch-up.queries.ts';
import { setRecordsListedUntil } from './gateway-catch-up.store.ts';
import { aboutText } from './gateway-event.payload.ts';
import { takeNotice } from './handle-gateway-webhook.ts';
import { findReturned } from './discrepancy.queries.ts';
import { paymentColumns, type PaymentRow } from './payment.row.ts';
import { createProviderReads, readAll } from './read-records.ts';
import { syncRecords } from './sync-records.ts';

/** How far each run reaches back behind the one before: for clocks that differ, and records that were listed late. */
const overlapHours = 1;
/** The first run reaches back this far; older records were settled by events. */
const firstHours = 29 * 24;
const most = 5_000;
const sideBySide = { atOnce: 4, forMs: 60_000 };

/**
 * Imports refunds and disputes that the provider has and this shop lacks, whether or not their events arrived: reads
 * the lists of the provider since the last run, and queries undecided ones again. A missing record is handled like an
 * event, so that a record that does not match is kept for staff. Returns how many records and charges were handled. A
 * provider that does not respond is queried again in the next run.
 */
export const reconcileRecords = (core: Core): Promise<number> =>
  sumOverProviders(core, 'the provider did not list its refunds and disputes; they are asked for again', (provider) =>
    reconcile(core, provider),
  );

const reconcile = async (core: Core, provider: PaymentProvider): Promise<number> => {
  const look = await begin(core, provider);
  if (!look) return 0;
  const refunds = await readAll(core, provider, 'listRefunds', { since: look.since });
  const disputes = await readAll(core, provider, 'listDisputes', { since: look.since });
  const missed = [
    ...(await withoutKnownRefunds(core, provider, refunds.items)).map((refund) => toNotice('refund', refund, refund.refundId)),
    ...(await withoutKnown(core, provider, 'disputes', disputes.items)).map((dispute) => toNotice('dispute', dispute, null)),
  ];
  const unread = [...refunds.unread.map((one) => toUnread('refund', one)), ...disputes.unread.map((one) => toUnread('dispute', one))];
  for (const notice of unread) await takeNotice(core, provider, notice);
  const reads = createProviderReads(core);
  for (const notice of missed) {
    const result = await takeNotice(core, provider, notice, reads);
    core.log.warn({ provider, reference: notice.objectReference, result }, `a ${notice.subject} of a provider had no event`);
  }
  await transact(core, { oneStatement: true }, (tx) => setRecordsListedUntil(tx, provider, look.now));
  const undecided = await findUndecided(core, provider);
  await workOff(core, undecided, { what: 'the comparison of refunds and disputes', ...sideBySide }, async (payment) => {
    await syncRecords(core, payment);
    return true;
  });
  return missed.length + undecided.length;
};

/** The inbox id of a record without an event. */
const listedId = (reference: string): string => `listed_${reference}`;

/** A record found in a list is handled like the event that should have reported it, once. */
const toNotice = (
  subject: 'refund' | 'dispute',
  { reference, chargeReference, amountCents, currency }: ProviderRefund | ProviderDispute,
  refundId: string | null,
): GatewayNotice => ({
  ...emptyNotice,
  eventId: listedId(reference),
  type: `${subject}.listed`,
  subject,
  reference: chargeReference,
  objectReference: reference,
  refundId,
  amountCents,
  currency,
  payload: {},
});
/** An unreadable entry is kept for staff once, and does not delay the others. */
const toUnread = (subject: 'refund' | 'dispute', { reference, problem }: UnreadRecord): GatewayNotice => ({
  ...emptyNotice,
  eventId: listedId(reference),
  type: `${subject}.listed`,
  subject,
  reference,
  objectReference: reference,
  problem,
  payload: {},
});

const begin = async (core: Core, provider: PaymentProvider): Promise<{ since: Date; now: Date } | null> => {
  const { now, recordsListedUntil, firstPaymentAt } = await readCatchUp(core, provider);
  if (!firstPaymentAt) return null;
  const longest = hoursBefore(now, firstHours);
  const from = recordsListedUntil ?? (firstPaymentAt < longest ? longest : firstPaymentAt);
  return { since: hoursBefore(from, overlapHours), now };
};

/** Also without the refunds of wrong charges: they had their effect when staff requested them. */
const withoutKnownRefunds = async (
  core: Core,
  provider: PaymentProvider,
  refunds: readonly ProviderRefund[],
): Promise<ProviderRefund[]> => {
  const returned = await findReturned(
    core,
    refunds.map(({ refundId }) => refundId),
  );
  const others = refunds.filter(({ refundId }) => refundId === null || !returned.has(refundId));
  return withoutKnown(core, provider, 'refunds', others);
};

/**
 * The records without a row of this shop, without a waiting or listed event, and without a charge that is known to be foreign: an
 * unknown charge has one entry for staff, whatever happens to it. Other events of the same charge do not cover
 * a record.
 */
const withoutKnown = async <R extends ProviderRefund | ProviderDispute>(
  { db }: Core,
  provider: PaymentProvider,
  table: 'refunds' | 'disputes',
  records: readonly R[],
): Promise<R[]> => {
  const references = records.map((record) => record.reference);
  const charges = anyText(records.map((record) => record.chargeReference));
  const events = db.selectFrom('gateway_events').where('provider', '=', provider);
  const subjects = events.select(aboutText('objectReference').as('reference'));
  const rows = await db
    .selectFrom(table as 'refunds')
    .select('gatewayReference as reference')
    .where('gatewayReference', '=', anyText(references))
    .union(
      events.select('gatewayReference as reference').where('outcome', '=', sql.lit('orphaned')).where('gatewayReference', '=', charges),
    )
    .union(subjects.where('outcome', 'in', literals('conflicting', 'dead')).where('gatewayReference', '=', charges))
    .union(subjects.where('handledAt', 'is', null).where('gatewayReference', '=', charges))
    .union(subjects.where('eventId', '=', anyText(references.map(listedId))))
    .execute();
  const known = new Set(rows.map((row) => row.reference));
  return records.filter((record) => !known.has(record.reference) && !known.has(record.chargeReference));
};

/** Payments with pending refunds of the provider, or with disputes that were not queried for an hour. */
const findUndecided = async ({ db }: Core, provider: PaymentProvider): Promise<PaymentRow[]> => {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments p where p.provider = ${provider} and p.id in (
      select payment_id from refunds where status = 'pending' and origin = 'provider'
      union select payment_id from disputes where status in ('inquiry', 'open') and seen_at < now() - interval '1 hour')
    order by random() limit ${most}`.execute(db);
  return rows;
};
