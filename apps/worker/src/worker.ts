/** The worker: relays committed events to the queues, runs their jobs, and runs scheduled tasks such as the expiry of holds and orders. */
import { consumers, listenForEvents } from '@cartwright/core/composition';
import { listConsumers, markConsumersSeen, registerConsumers, type EventConsumer } from '@cartwright/core/events';
import { queueNames, taskNames, tasks, type QueueName, type TaskName } from '@cartwright/core/jobs';
import { system, type Core } from '@cartwright/core/kernel';
import type { Registry } from 'prom-client';
import { jobFunctions } from './jobs.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { openQueues } from './queues.ts';
import { startSchedule } from './schedule.ts';
import { taskFunctions } from './tasks.ts';

/** A running worker. */
export interface ShopWorker {
  readonly metrics: Metrics;
  /** Why this worker does not deliver events now, as far as it knows; null when it does. */
  notReadyReason(): string | null;
  /** Registered consumers that no running worker handles; their events wait in the database. */
  absentConsumers(): readonly string[];
  /** Lets running jobs end, then closes the queues. */
  close(): Promise<void>;
}

/** The consumers and the times of a worker. */
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

/** Minimum time between two log lines about absent consumers. */
const warnAbsentEveryMs = 60_000;

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
          'no running worker handles this consumer; its events wait. Start a worker that handles it, ' +
            'or retire it: cartwright consumers retire',
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
  const staleAfterSeconds = options.staleAfterSeconds ?? 300;
  let relayedAt: number | null = null;
  const consumersSeen = watchConsumers(core, names);
  const functions = taskFunctions({
    core,
    queues,
    consumers: names,
    staleAfterSeconds,
    onRelayed: () => (relayedAt = performance.now()),
    watchConsumers: consumersSeen.run,
  });
  const periods: Partial<Record<TaskName, number>> = {
    'recover deliveries': Math.min(tasks['recover deliveries'].everyMs, staleAfterSeconds * 1_000),
    'watch consumers': options.heartbeatMs ?? tasks['watch consumers'].everyMs,
  };
  const schedule = startSchedule(
    taskNames.map((name) => {
      const everyMs = periods[name] ?? tasks[name].everyMs;
      return { ...tasks[name], everyMs, schedulerMs: Math.max(everyMs, queues.shortestSchedulerMs), name, run: functions[name] };
    }),
    { log: core.log, renew: ({ name, schedulerMs }) => queues.schedule(name, schedulerMs), removeOld: queues.removeOldSchedulers },
  );
  const jobs = jobFunctions({ core, queues, metrics, consumers: listeners, runTask: schedule.runFromQueue });
  const startJobs = <N extends QueueName>(name: N): void =>
    queues.process(name, name === 'events' ? names : [], metrics.jobEnded, jobs[name]);
  queueNames.forEach(startJobs);
  const notifier = listenForEvents(core, () => schedule.runNow('relay'));
  return {
    metrics,
    absentConsumers: consumersSeen.absent,
    notReadyReason: () => {
      if (!queues.isUp()) return 'Redis is unavailable: each worker handles the events and mails that it finds itself';
      if (relayedAt === null) return 'the outbox was not read yet';
      const { timeoutMs } = tasks.relay;
      return performance.now() - relayedAt < timeoutMs ? null : `the outbox was not read for ${timeoutMs / 1_000} s`;
    },
    close: async () => {
      await notifier.close();
      queues.stopWaiting();
      await schedule.stop();
      await queues.close();
    },
  };
};
