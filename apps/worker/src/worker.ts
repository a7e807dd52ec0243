/** The worker: relays committed events to the queues, runs their jobs, and runs scheduled tasks such as the expiry of holds and orders. */
import { rotateSigningKey } from '@cartwright/core/accounts';
import { expireOrders } from '@cartwright/core/checkout';
import { purgeDeletedProducts, publishDueProducts } from '@cartwright/core/catalog';
import { runImport } from '@cartwright/core/imports';
import { consumers, listenForEvents } from '@cartwright/core/composition';
import {
  catchUpConsumers,
  deliverEvents,
  findStaleDeliveries,
  listConsumers,
  markConsumersSeen,
  registerConsumers,
  relayOutbox,
  timeOfEvent,
  type Delivery,
  type EventConsumer,
} from '@cartwright/core/events';
import { announceAbandonedCarts } from '@cartwright/core/carts';
import { expireCartHolds } from '@cartwright/core/inventory';
import { expireCredits } from '@cartwright/core/store-credit';
import { admitEverywhere, endOverdueSales } from '@cartwright/core/flash-sales';
import { forgetIdempotencyKeys, forgetLimitCounters, system, type Core } from '@cartwright/core/kernel';
import { failNotification, findStaleNotifications, sendNotification } from '@cartwright/core/notifications';
import { advanceEdits } from '@cartwright/core/order-edits';
import { checkSealedValues } from '@cartwright/core/operations';
import { catchUpGatewayEvents, reconcilePayments, reconcileRecords, retryGatewayEvents } from '@cartwright/core/payments';
import { writeOffOverdueReturns } from '@cartwright/core/returns';
import { emptySearchQueue, refreshTrends, runReindex } from '@cartwright/core/search';
import type { Registry } from 'prom-client';
import { createMetrics, type Metrics } from './metrics.ts';
import { HandledByAnotherWorker, openQueues, type DeliveryJob, type MailJob, type Queues } from './queues.ts';
import { startSchedule, type Task } from './schedule.ts';

export interface ShopWorker {
  readonly metrics: Metrics;
  /** Why this worker does not deliver events now, as far as it knows; null when it does. */
  notReadyReason(): string | null;
  /** Registered consumers that no running worker handles; their events wait in the database. */
  absentConsumers(): readonly string[];
  /** Lets running jobs end, then closes the queues. */
  close(): Promise<void>;
}

export interface WorkerOptions {
  readonly consumers?: readonly EventConsumer[];
  /** A delivery that is pending for longer is queued again. Default: 300 seconds. */
  readonly staleAfterSeconds?: number;
  /** A job is given to another worker when its worker has not renewed the lock for this time. Default: 30 seconds. */
  readonly jobLockSeconds?: number;
  /** Registry for the metrics of the worker. Default: a new one. */
  readonly registry?: Registry;
  /** How often the worker records which consumers it handles, in milliseconds. Default: 10,000. */
  readonly heartbeatMs?: number;
}

const pollMs = 1_000;
const relayTimeoutMs = 30_000;
const dayMs = 86_400_000;
/** Minimum time between two log lines about absent consumers. */
const warnAbsentEveryMs = 60_000;

/** Events per job and transaction. Mail jobs are smaller, because each mail needs a connection to the mail server. */
const eventsPerJob = 25;
const mailsPerJob = 5;

const slices = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const toJob = (consumer: string, deliveries: readonly Delivery[]) => ({
  id: `${deliveries[0]?.eventId}.${consumer}.${deliveries[0]?.attempts}.${deliveries.length}`,
  data: { consumer, eventIds: deliveries.map((d) => d.eventId) },
});
const toJobs = (deliveries: readonly Delivery[]) =>
  [...Map.groupBy(deliveries, (d) => d.consumer)].flatMap(([consumer, all]) =>
    slices(all, eventsPerJob).map((some) => toJob(consumer, some)),
  );
const toMailJobs = (ids: readonly string[]) =>
  slices(ids, mailsPerJob).map((some) => ({ id: `${some[0]}.${some.length}`, data: { notificationIds: some } }));

const tasksOf = (core: Core, queues: Queues, names: readonly string[], staleAfterSeconds: number, onRelayed: () => void): Task[] => [
  {
    name: 'relay',
    everyMs: pollMs,
    limitMs: relayTimeoutMs,
    run: async () => {
      for (;;) {
        const { relayed, deliveries } = await relayOutbox(core);
        core.failpoints.reach('relay.afterCommit');
        await queues.add('events', toJobs(deliveries));
        onRelayed();
        if (relayed === 0) return;
      }
    },
  },
  {
    name: 'recover deliveries',
    everyMs: Math.min(10_000, staleAfterSeconds * 1_000),
    run: async () => {
      for (;;) {
        const stale = await findStaleDeliveries(core, names, staleAfterSeconds);
        await queues.add('events', toJobs(stale));
        if (stale.length === 0) break;
      }
      for (;;) {
        const mails = await findStaleNotifications(core, staleAfterSeconds);
        // One job per mail: the job id is then the same at the next run, so that a mail that is still stale is not queued twice.
        await queues.add(
          'mail',
          mails.flatMap((id) => toMailJobs([id])),
        );
        if (mails.length === 0) return;
      }
    },
  },
  { name: 'catch up consumers', everyMs: pollMs, run: () => catchUpConsumers(core) },
  { name: 'expire holds', everyMs: 10_000, run: () => expireCartHolds(core) },
  { name: 'admit buyers', everyMs: 1_000, run: () => admitEverywhere(core) },
  { name: 'end sales', everyMs: 10_000, run: () => endOverdueSales(core) },
  { name: 'announce abandoned carts', everyMs: 60_000, run: () => announceAbandonedCarts(core) },
  { name: 'expire orders', everyMs: 3_000, run: () => expireOrders(core) },
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
  { name: 'publish due products', everyMs: 10_000, run: () => publishDueProducts(core) },
  { name: 'purge deleted products', everyMs: 3_600_000, run: () => purgeDeletedProducts(core) },
  { name: 'import products', everyMs: pollMs, limitMs: dayMs, run: () => runImport(core) },
  { name: 'gather search words', everyMs: pollMs, run: () => emptySearchQueue(core) },
  { name: 'reindex catalogue', everyMs: pollMs, limitMs: dayMs, run: () => runReindex(core) },
  { name: 'check sealed values', everyMs: 60_000, run: () => checkSealedValues(core) },
  { name: 'refresh trends', everyMs: 300_000, run: () => refreshTrends(core) },
];

interface Processing {
  readonly core: Core;
  readonly queues: Queues;
  readonly metrics: Metrics;
}

/** Handles the events of a job. An event that fails is queued again as a job of its own, so that its retries do not delay the others. */
const handleEvents = async (
  { core, queues, metrics }: Processing,
  listeners: readonly EventConsumer[],
  { consumer, eventIds }: DeliveryJob,
): Promise<void> => {
  const { followUps, handled, left, failed } = await deliverEvents(core, listeners, consumer, eventIds);
  const now = core.clock.now().getTime();
  for (const eventId of handled) metrics.eventHandled(now - timeOfEvent(eventId));
  core.failpoints.reach('delivery.afterCommit');
  await queues.add('mail', toMailJobs(followUps.map(({ id }) => id)));
  if (eventIds.length === 1) {
    for (const { error } of failed) throw error;
    if (left.length > 0) throw new HandledByAnotherWorker(`This worker does not handle this event for ${consumer}; another one does.`);
  }
  await queues.add(
    'events',
    [...failed.map(({ eventId }) => eventId), ...left].map((eventId) => toJob(consumer, [{ eventId, consumer, attempts: 1 }])),
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
      core.log.warn({ err: error, notificationId: id }, 'a mail could not be sent; it is retried as a job of its own');
      failed.push(id);
    }
  };
  await Promise.all(notificationIds.map(send));
  await queues.add(
    'mail',
    failed.flatMap((id) => toMailJobs([id])),
  );
};

/** Records that this worker is alive, and finds consumers that no worker handles. */
const watchConsumers = (
  core: Core,
  names: readonly string[],
): { readonly absent: () => readonly string[]; readonly run: () => Promise<void> } => {
  let absent: readonly string[] = [];
  let warnedAt = Number.NEGATIVE_INFINITY;
  return {
    absent: () => absent,
    run: async () => {
      const retired = await markConsumersSeen(core, names);
      const { items } = await listConsumers(core, system('worker'));
      const missing = items.filter((consumer) => consumer.absent);
      absent = missing.map(({ name }) => name);
      const news = missing.length > 0 || retired.length > 0;
      if (!news || performance.now() - warnedAt < warnAbsentEveryMs) return;
      warnedAt = performance.now();
      for (const { name, pendingCount } of missing)
        core.log.warn(
          { consumer: name, pendingCount },
          'no running worker handles this consumer; its events wait. Start a worker that handles it, or retire it: cartwright consumers retire',
        );
      for (const consumer of retired)
        core.log.warn({ consumer }, 'this consumer was retired; it gets no events until a worker that handles it starts again');
    },
  };
};

/** Starts a worker. Several workers can run at the same time. */
export const startWorker = async (core: Core, options: WorkerOptions = {}): Promise<ShopWorker> => {
  const listeners = options.consumers ?? consumers;
  const names = listeners.map(({ name }) => name);
  await registerConsumers(core, listeners);
  const queues = await openQueues(core, options);
  const metrics = createMetrics(core, queues, options.registry);
  let relayedAt: number | null = null;
  const processing = { core, queues, metrics };
  queues.process('events', names, 8, metrics.jobEnded, (job) => handleEvents(processing, listeners, job));
  queues.process('mail', [], 2, metrics.jobEnded, (job, isLastTry) => sendMails(processing, job, isLastTry));
  const consumersSeen = watchConsumers(core, names);
  const schedule = startSchedule(
    [
      ...tasksOf(core, queues, names, options.staleAfterSeconds ?? 300, () => (relayedAt = performance.now())),
      { name: 'watch consumers', everyMs: options.heartbeatMs ?? 10_000, run: consumersSeen.run },
    ],
    core.log,
  );
  const notifier = listenForEvents(core, () => schedule.runNow('relay'));
  return {
    metrics,
    absentConsumers: consumersSeen.absent,
    notReadyReason: () => {
      if (!queues.isUp()) return 'Redis is unavailable: events and mails wait in the database';
      if (relayedAt === null) return 'the outbox was not read yet';
      return performance.now() - relayedAt < relayTimeoutMs ? null : `the outbox was not read for ${relayTimeoutMs / 1_000} s`;
    },
    close: async () => {
      await notifier.close();
      queues.stopWaiting();
      await schedule.stop();
      await queues.close();
    },
  };
};
