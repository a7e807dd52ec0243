/** Prometheus metrics: handled and failed jobs, event lag, and the number of jobs and rows that wait in the queues and the outbox. */
import { redisOf } from '@cartwright/core/composition';
import { listConsumers } from '@cartwright/core/events';
import { queueNames, type QueueName } from '@cartwright/core/jobs';
import { system, withinTime, type Core } from '@cartwright/core/kernel';
import { getBacklog } from '@cartwright/core/operations';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobOutcome, Queues } from './queues.ts';

/** The metrics of a worker. */
export interface Metrics {
  readonly registry: Registry;
  jobEnded(queue: QueueName, outcome: JobOutcome, tookMs: number): void;
  /** Records the time from the commit of an event to the commit of its effect. */
  eventHandled(lagMs: number): void;
}

/** Longest time that a scrape waits for the database or the queues. After that it answers without their metrics. */
const scrapeTimeoutMs = 2_000;
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300];

/** Caches a reading for `ms`, so that two gauges of one scrape read it once. */
const sharedWithin = <T>(ms: number, read: () => Promise<T>): (() => Promise<T>) => {
  let last: { at: number; value: Promise<T> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > ms) last = { at: performance.now(), value: read() };
    return last.value;
  };
};

/** The result of a reading; null when it fails or takes too long. */
const readOrNull = async <T>(core: Core, what: string, read: () => Promise<T>): Promise<T | null> => {
  const late = (): null => {
    core.log.warn(`${what} could not be read within ${scrapeTimeoutMs} ms`);
    return null;
  };
  try {
    return await withinTime(read(), scrapeTimeoutMs, late);
  } catch (error) {
    core.log.warn({ err: error }, `${what} could not be read`);
    return null;
  }
};

/** The counters and durations of jobs, and the lag of events. */
const createJobMetrics = (registers: Registry[]): Omit<Metrics, 'registry'> => {
  const jobs = new Counter({ name: 'worker_jobs_total', help: 'Jobs that ended', labelNames: ['queue', 'outcome'], registers });
  const durations = new Histogram({
    name: 'worker_job_duration_seconds',
    help: 'Time that jobs took',
    labelNames: ['queue'],
    buckets,
    registers,
  });
  const lag = new Histogram({
    name: 'worker_event_lag_seconds',
    help: 'From the commit of an event to the commit of its effect',
    buckets,
    registers,
  });
  // Every series exists from the first scrape: `rate()` does not see the first change of a series that appears later.
  for (const queue of queueNames) {
    for (const outcome of ['handled', 'failed']) jobs.inc({ queue, outcome }, 0);
    durations.zero({ queue });
  }
  return {
    jobEnded: (queue, outcome, tookMs) => {
      jobs.inc({ queue, outcome });
      durations.observe({ queue }, tookMs / 1_000);
    },
    eventHandled: (lagMs) => lag.observe(Math.max(0, lagMs) / 1_000),
  };
};

/** The state of Redis, if the shop uses it. */
const addRedisGauges = (core: Core, registers: Registry[]): void => {
  const redis = redisOf(core);
  if (!redis) return;
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('redis_up', 'Whether Redis answers. While it does not, reads are not cached', () => (redis.isUp ? 1 : 0));
  gauge('redis_outages_total', 'How often Redis stopped answering', () => redis.outages);
};

/** A gauge with labels whose series are read anew by each scrape. */
const addSeries = <L extends string>(
  gauge: { readonly name: string; readonly help: string; readonly labelNames: L[]; readonly registers: Registry[] },
  read: () => Promise<readonly (readonly [labels: Record<L, string>, value: number])[]>,
): void => {
  void new Gauge({
    ...gauge,
    async collect() {
      this.reset();
      for (const [labels, value] of await read()) this.set(labels, value);
    },
  });
};

/** What waits in the database and in the queues, and whether a scrape reached both. */
const addBacklogGauges = (core: Core, queues: Queues, registers: Registry[]): void => {
  const backlog = sharedWithin(500, () => readOrNull(core, 'the backlog', () => getBacklog(core, system('metrics'))));
  const counts = sharedWithin(500, () => readOrNull(core, 'the queues', () => queues.counts()));
  const upGauge = (name: string, help: string, read: () => Promise<unknown>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set((await read()) === null ? 0 : 1);
      },
    });
  upGauge('worker_database_up', 'Whether this scrape reached the database', backlog);
  upGauge('worker_queues_up', 'Whether this scrape reached the queues, which are in Redis or in the database', counts);
  addSeries(
    { name: 'worker_backlog', help: 'Rows that wait for a worker, or that failed for good (dead, failed)', labelNames: ['of'], registers },
    async () => ((await backlog()) ?? []).map((row) => [{ of: row.of }, row.count]),
  );
  addSeries(
    { name: 'worker_backlog_oldest_seconds', help: 'Age of the oldest row of `worker_backlog`', labelNames: ['of'], registers },
    async () => ((await backlog()) ?? []).map((row) => [{ of: row.of }, row.oldestSeconds]),
  );
  addSeries({ name: 'worker_queue_jobs', help: 'Jobs in the queues by state', labelNames: ['queue', 'state'], registers }, async () =>
    ((await counts()) ?? []).map(({ queue, state, count }) => [{ queue, state }, count]),
  );
};

const addConsumerGauge = (core: Core, registers: Registry[]): void =>
  addSeries(
    {
      name: 'worker_consumer_absent',
      help: '1 while no worker handles the registered event consumer, so that its events wait',
      labelNames: ['consumer'],
      registers,
    },
    async () => {
      const read = await readOrNull(core, 'the consumers', () => listConsumers(core, system('metrics')));
      return (read?.items ?? []).map(({ name, absent }) => [{ consumer: name }, absent ? 1 : 0]);
    },
  );

/** Creates the metrics of the worker. */
export const createMetrics = (core: Core, queues: Queues, registry = new Registry()): Metrics => {
  const registers = [registry];
  const jobs = createJobMetrics(registers);
  addBacklogGauges(core, queues, registers);
  addRedisGauges(core, registers);
  addConsumerGauge(core, registers);
  return { registry, ...jobs };
};
