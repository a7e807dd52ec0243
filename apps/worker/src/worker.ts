/** The worker: relays committed events to the queues, runs their jobs, and keeps time for holds, orders and payments. */
import { rotateSigningKey } from '@cartwright/core/accounts';
import { expireOrders } from '@cartwright/core/checkout';
import { purgeDeletedProducts, runImport, shelveDueProducts } from '@cartwright/core/catalog';
import { bellChannel, consumers } from '@cartwright/core/composition';
import { deliverEvents, findStaleDeliveries, relayOutbox, timeOfEvent, type Delivery, type EventConsumer } from '@cartwright/core/events';
import { announceAbandonedCarts } from '@cartwright/core/carts';
import { expireCartHolds } from '@cartwright/core/inventory';
import { expireCredits } from '@cartwright/core/store-credit';
import { admitEverywhere, endOverdueSales } from '@cartwright/core/flash-sales';
import { forgetIdempotencyKeys, forgetLimitCounters, type Core } from '@cartwright/core/kernel';
import { failNotification, findStaleNotifications, sendNotification } from '@cartwright/core/notifications';
import { advanceEdits } from '@cartwright/core/order-edits';
import { catchUpGatewayEvents, reconcilePayments, reconcileRecords, retryGatewayEvents } from '@cartwright/core/payments';
import { writeOffOverdueReturns } from '@cartwright/core/returns';
import { emptySearchQueue, refreshTrends, runReindex } from '@cartwright/core/search';
import pg from 'pg';
import type { Registry } from 'prom-client';
import { createFigures, type Figures } from './figures.ts';
import { openQueues, type DeliveryJob, type MailJob, type Queues } from './queues.ts';
import { startSchedule, type Task } from './schedule.ts';

export interface ShopWorker {
  readonly figures: Figures;
  /** Why events do not reach their consumers at this moment, as far as this process knows; null when they do. */
  reasonAgainst(): string | null;
  /** Lets running jobs end, then closes the queues. */
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly consumers?: readonly EventConsumer[];
  /** A delivery that is open for longer goes to the queue again; 5 minutes unless told. */
  readonly staleAfterSeconds?: number;
  /** A job whose worker gives no sign of life for so long goes to another one; 30 seconds unless told. */
  readonly jobLockSeconds?: number;
  /** Where the worker registers its metrics; a registry of its own unless told. */
  readonly registry?: Registry;
}

const pollMs = 1_000;
const relayingWithinMs = 30_000;

/** So many events share a job and its transaction; fewer mails, because each takes a connection to its server. */
const eventsTogether = 25;
const mailsTogether = 5;

const slices = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const toJob = (consumer: string, deliveries: readonly Delivery[]) => ({
  id: `${deliveries[0]?.eventId}.${consumer}.${deliveries[0]?.attempts}.${deliveries.length}`,
  data: { consumer, eventIds: deliveries.map((d) => d.eventId) },
});
const toJobs = (deliveries: readonly Delivery[]) =>
  [...Map.groupBy(deliveries, (d) => d.consumer)].flatMap(([consumer, all]) =>
    slices(all, eventsTogether).map((some) => toJob(consumer, some)),
  );
const toMailJobs = (ids: readonly string[]) =>
  slices(ids, mailsTogether).map((some) => ({ id: `${some[0]}.${some.length}`, data: { notificationIds: some } }));

const tasksOf = (
  core: Core,
  queues: Queues,
  listeners: readonly EventConsumer[],
  staleAfterSeconds: number,
  onRelayed: () => void,
): Task[] => [
  {
    name: 'relay',
    everyMs: pollMs,
    run: async () => {
      for (;;) {
        const deliveries = await relayOutbox(core, listeners);
        core.failpoints.reach('relay.afterCommit');
        await queues.add('events', toJobs(deliveries));
        onRelayed();
        if (deliveries.length === 0) return;
      }
    },
  },
  {
    name: 'recover deliveries',
    everyMs: Math.min(30_000, staleAfterSeconds * 1_000),
    run: async () => {
      await queues.add('events', toJobs(await findStaleDeliveries(core, staleAfterSeconds)));
      for (;;) {
        const mails = await findStaleNotifications(core, staleAfterSeconds);
        // One by one, so that a mail that is still stale at the next look is not queued twice.
        await queues.add(
          'mail',
          mails.flatMap((id) => toMailJobs([id])),
        );
        if (mails.length === 0) return;
      }
    },
  },
  { name: 'expire holds', everyMs: 10_000, run: () => expireCartHolds(core) },
  { name: 'admit buyers', everyMs: 1_000, run: () => admitEverywhere(core) },
  { name: 'end sales', everyMs: 10_000, run: () => endOverdueSales(core) },
  { name: 'announce abandoned carts', everyMs: 60_000, run: () => announceAbandonedCarts(core) },
  { name: 'expire orders', everyMs: 15_000, run: () => expireOrders(core) },
  { name: 'expire gift cards', everyMs: 60_000, run: () => expireCredits(core) },
  { name: 'advance edits', everyMs: 15_000, run: () => advanceEdits(core) },
  { name: 'write off returns', everyMs: 60_000, run: () => writeOffOverdueReturns(core) },
  { name: 'reconcile payments', everyMs: 30_000, run: () => reconcilePayments(core) },
  { name: 'retry provider events', everyMs: 15_000, run: () => retryGatewayEvents(core) },
  { name: 'reconcile refunds and disputes', everyMs: 900_000, run: () => reconcileRecords(core) },
  { name: 'catch up on provider events', everyMs: 300_000, run: () => catchUpGatewayEvents(core) },
  { name: 'forget idempotency keys', everyMs: 3_600_000, run: () => forgetIdempotencyKeys(core) },
  { name: 'forget limit counters', everyMs: 3_600_000, run: () => forgetLimitCounters(core) },
  { name: 'rotate signing key', everyMs: 3_600_000, run: () => rotateSigningKey(core) },
  { name: 'shelve due products', everyMs: 10_000, run: () => shelveDueProducts(core) },
  { name: 'purge deleted products', everyMs: 3_600_000, run: () => purgeDeletedProducts(core) },
  { name: 'import products', everyMs: pollMs, run: () => runImport(core) },
  { name: 'gather search words', everyMs: pollMs, run: () => emptySearchQueue(core) },
  { name: 'reindex catalogue', everyMs: pollMs, run: () => runReindex(core) },
  { name: 'refresh trends', everyMs: 300_000, run: () => refreshTrends(core) },
];

interface Processing {
  readonly core: Core;
  readonly queues: Queues;
  readonly figures: Figures;
}

/** What failed among others goes on by itself, so that its retries hold nobody up. */
const handleEvents = async (
  { core, queues, figures }: Processing,
  listeners: readonly EventConsumer[],
  { consumer, eventIds }: DeliveryJob,
): Promise<void> => {
  const { followUps, handled, failed } = await deliverEvents(core, listeners, consumer, eventIds);
  const now = core.clock.now().getTime();
  for (const eventId of handled) figures.eventHandled(now - timeOfEvent(eventId));
  core.failpoints.reach('delivery.afterCommit');
  await queues.add('mail', toMailJobs(followUps.map(({ id }) => id)));
  if (eventIds.length === 1) for (const { error } of failed) throw error;
  await queues.add(
    'events',
    failed.map(({ eventId }) => toJob(consumer, [{ eventId, consumer, attempts: 1 }])),
  );
};

const sendMails = async ({ core, queues }: Processing, { notificationIds }: MailJob, isLastTry: boolean): Promise<void> => {
  const failed: string[] = [];
  const send = async (id: string): Promise<void> => {
    try {
      await sendNotification(core, id);
    } catch (error) {
      if (notificationIds.length === 1) {
        if (isLastTry) await failNotification(core, id, error instanceof Error ? error.message : String(error));
        throw error;
      }
      core.log.warn({ err: error, notificationId: id }, 'a mail did not go out and is tried again by itself');
      failed.push(id);
    }
  };
  await Promise.all(notificationIds.map(send));
  await queues.add(
    'mail',
    failed.flatMap((id) => toMailJobs([id])),
  );
};

/** Starts everything. Several workers may run side by side. */
export const startWorker = async (core: Core, options: WorkerOptions = {}): Promise<ShopWorker> => {
  const listeners = options.consumers ?? consumers;
  const queues = await openQueues(core, options);
  const figures = createFigures(core, queues, options.registry);
  let relayedAt: number | null = null;
  const processing = { core, queues, figures };
  queues.process('events', 8, figures.jobEnded, (job) => handleEvents(processing, listeners, job));
  queues.process('mail', 2, figures.jobEnded, (job, isLastTry) => sendMails(processing, job, isLastTry));
  const schedule = startSchedule(
    tasksOf(core, queues, listeners, options.staleAfterSeconds ?? 300, () => (relayedAt = performance.now())),
    core.log,
  );
  const bell = listenForBell(core, () => schedule.poke('relay'));
  return {
    figures,
    reasonAgainst: () => {
      if (!queues.isUp()) return 'Redis is away: events and mails wait in the database';
      if (relayedAt === null) return 'the outbox was not read yet';
      return performance.now() - relayedAt < relayingWithinMs ? null : `the outbox was not read for ${relayingWithinMs / 1_000} s`;
    },
    close: async () => {
      await bell.close();
      await schedule.stop();
      await queues.close();
    },
  };
};

/** Hears the API's bell on a connection of its own. Without it the relay still polls, once a second. */
const listenForBell = (core: Core, onRing: () => void): { close(): Promise<void> } => {
  let closed = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    if (closed) return;
    const next = new pg.Client({ connectionString: core.config.databaseUrl, application_name: 'cartwright-bell', keepAlive: true });
    const again = (error?: Error) => {
      if (client === next || !client) {
        client = undefined;
        if (error) core.log.warn({ err: error }, 'the bell is away; polling goes on');
        clearTimeout(retry);
        if (!closed) retry = setTimeout(() => void connect(), 2_000);
      }
    };
    next.on('error', again);
    next.on('end', () => again());
    next.on('notification', onRing);
    try {
      await next.connect();
      await next.query(`listen ${bellChannel}`);
      client = next;
    } catch (error) {
      again(error instanceof Error ? error : new Error(String(error)));
    }
  };
  void connect();
  return {
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
};
