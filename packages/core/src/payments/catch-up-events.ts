import type { PaymentProvider } from '@cartwright/contracts';
import { anyText, type Core, type GatewayEventPage, type GatewayNotice, transact } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { sumOverProviders } from './each-provider.ts';
import { hoursBefore, readCatchUp } from './gateway-catch-up.queries.ts';
import { setEventsListedUntil } from './gateway-catch-up.store.ts';
import { takeNotice } from './handle-gateway-webhook.ts';
import { createProviderReads } from './read-records.ts';

/** Providers forget their events after 30 days. */
const longestHours = 29 * 24;
/** How far each run reaches back behind the one before: for clocks that differ, and events that were listed late. */
const overlapHours = 1;

/**
 * Handles events whose webhook never arrived, however long the shop was unreachable: reads the event list of each
 * provider since the last run and applies the events that are missing, oldest first. Returns how many. A provider that
 * does not respond is queried again in the next run.
 */
export const catchUpGatewayEvents = (core: Core): Promise<number> =>
  sumOverProviders(core, 'the events of the provider could not be listed; they are asked for again', (provider) => catchUp(core, provider));

interface Look {
  readonly since: Date;
  readonly now: Date;
}

/** Since the last run; the first run starts at the first payment, because older events belong to earlier users of the account. */
const begin = async (core: Core, provider: PaymentProvider): Promise<Look | null> => {
  const { now, listedUntil, firstPaymentAt } = await readCatchUp(core, provider);
  const from = listedUntil ?? firstPaymentAt;
  if (!from) return null;
  const since = hoursBefore(from, overlapHours);
  const longest = hoursBefore(now, longestHours);
  return { now, since: firstPaymentAt && since < longest ? longest : since };
};

const catchUp = async (core: Core, provider: PaymentProvider): Promise<number> => {
  const look = await begin(core, provider);
  if (!look) return 0;
  const missed: GatewayNotice[] = [];
  let from: string | null = null;
  do {
    const at: string | null = from;
    const page: GatewayEventPage = await callGateway(core, provider, (gateway) => gateway.listEvents({ since: look.since, from: at }));
    missed.push(...(await withoutKnown(core, provider, page.notices)));
    from = page.next;
  } while (from !== null);
  const reads = createProviderReads(core);
  for (const notice of missed.reverse()) {
    const result = await takeNotice(core, provider, notice, reads);
    core.log.warn({ provider, eventId: notice.eventId, type: notice.type, result }, 'an event of a provider had not arrived');
  }
  await transact(core, { oneStatement: true }, (tx) => setEventsListedUntil(tx, provider, look.now));
  return missed.length;
};

const withoutKnown = async ({ db }: Core, provider: PaymentProvider, notices: readonly GatewayNotice[]): Promise<GatewayNotice[]> => {
  const rows = await db
    .selectFrom('gateway_events')
    .select('eventId as id')
    .where('provider', '=', provider)
    .where('eventId', '=', anyText(notices.map((notice) => notice.eventId)))
    .execute();
  const known = new Set(rows.map((row) => row.id));
  return notices.filter((n) => !known.has(n.eventId));
};
