/** Job queues on BullMQ, in PostgreSQL by default or in Redis. Both have the same jobs and rules, those of the catalogue. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  queueNames,
  queues as settings,
  shortestSchedulerMs,
  taskNames,
  tasks,
  type JobPayload,
  type QueueName,
  type QueueSettings,
  type TaskName,
} from '@cartwright/core/jobs';
import { isDatabaseUnavailable, nextAttempt, withinTime, type Core } from '@cartwright/core/kernel';
import { createPostgresBackend, Queue, UnrecoverableError, withBackend, Worker, type Job, type JobsOptions, type JobType } from 'bullmq';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { createJobsHere } from './jobs-here.ts';
import { migrateQueues, openPool } from './postgres-queues.ts';

export type JobOutcome = 'handled' | 'failed' | 'left';
export type JobEnd = (queue: QueueName, outcome: JobOutcome, tookMs: number) => void;
/** Runs a job of a queue. */
export type JobFunction<N extends QueueName> = (payload: JobPayload<N>, isLastTry: boolean) => Promise<void>;
/** Queues to which the worker adds jobs. Job schedulers add those of `schedule`. */
type AddedQueue = Exclude<QueueName, 'schedule'>;

/** Thrown for a job that only another worker can do. The job goes back to the queue and does not count as failed. */
export class HandledByAnotherWorker extends Error {
  override readonly name = 'HandledByAnotherWorker';
}
/** Thrown when Redis does not answer in time. */
class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';
}

/**
 * The BullMQ queue of a job. Each consumer has its own queue, and only workers that handle the consumer read it. A worker of an
 * earlier version adds events to the common queue.
 */
const bullQueueOf = (name: QueueName, data: object): string => ('consumer' in data ? `${name}-${String(data.consumer)}` : name);

export interface Queues {
  /**
   * Adds jobs to a queue, and waits while the database is unavailable. While Redis is unavailable this process runs the jobs itself. A job
   * whose id is already in the queue is not added again.
   */
  add<N extends AddedQueue>(name: N, jobs: readonly { id: string; data: JobPayload<N> }[]): Promise<void>;
  /** Runs the jobs of a queue until `close`. Of a queue with jobs per consumer, it runs only those of `consumers`. */
  process<N extends QueueName>(name: N, consumers: readonly string[], onEnd: JobEnd, handle: JobFunction<N>): void;
  /** Shortest period of a job scheduler, in milliseconds. */
  readonly shortestSchedulerMs: number;
  /** Creates the job scheduler of a task if it is missing, with its present period. */
  schedule(task: TaskName, everyMs: number): Promise<void>;
  /** Removes the job schedulers of tasks that the catalogue does not have, or that each worker runs for itself. Returns their names. */
  removeOldSchedulers(): Promise<string[]>;
  /** Number of jobs in each queue, by state. */
  counts(): Promise<{ queue: QueueName; state: string; count: number }[]>;
  /** Whether the queue server is connected. Always true for queues in PostgreSQL, which are available when the database is. */
  isUp(): boolean;
  /** From now on `add` throws instead of waiting for the database. Call it before `close`, so that running jobs end. */
  stopWaiting(): void;
  /** Waits for running jobs. While Redis is unavailable it waits until Redis is back. */
  close(): Promise<void>;
}

/** Finished jobs are removed at once: BullMQ ignores a new job with the id of a finished one. */
export const jobOptionsOf = ({ retry }: Pick<QueueSettings, 'retry'>): JobsOptions => ({
  attempts: retry.attempts,
  backoff: { type: 'exponential', delay: retry.firstPauseMs, jitter: retry.jitter },
  removeOnComplete: true,
  removeOnFail: true,
});

/** Checks the payload of a job. A payload that cannot be read will not be readable later either; PostgreSQL still holds the work. */
export const readPayload = <N extends QueueName>(name: N, data: unknown): JobPayload<N> => {
  const read = settings[name].payload.safeParse(data);
  if (!read.success) throw new UnrecoverableError(`A job of the queue ${name} has a payload that cannot be read: ${read.error.message}`);
  return read.data as JobPayload<N>;
};

/** The tasks that have a job scheduler. */
const scheduledTasks: ReadonlySet<string> = new Set(taskNames.filter((name) => tasks[name].of === 'shop'));

const shownStates = ['waiting', 'active', 'delayed'] as const;

/** Pause before a worker without a connection is started again, and before jobs without a server are added again. */
const retryMs = 1_000;
/** Longest wait for Redis to accept a job. */
const redisTimeoutMs = 5_000;

/** The common part of the classes of both backends that this file uses. */
interface Closable {
  close(): Promise<void>;
}
interface JobQueue extends Closable {
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>;
  add(name: string, data: unknown, opts: JobsOptions & { jobId: string }): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions & { jobId: string } }[]): Promise<unknown>;
  getJobSchedulers(start: number, end: number): Promise<{ key: string }[]>;
  removeJobScheduler(id: string): Promise<boolean>;
  upsertJobScheduler(id: string, repeat: { every: number }, job: { name: string; data: unknown; opts: JobsOptions }): Promise<unknown>;
}

interface OpenQueue {
  readonly queue: JobQueue;
  /** The connections of a queue in PostgreSQL; null with Redis. */
  readonly pool: pg.Pool | null;
}

/**
 * Limits the wait for Redis. A command that was sent meanwhile may still be executed later; jobs that run twice have one effect. After the
 * first time-out calls fail at once, until Redis answers again.
 */
const limitWaits = (redis: Redis | null) => {
  let away = false;
  redis?.on('ready', () => (away = false));
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (!redis) return work();
    const late = () => new RedisUnavailable('Redis does not answer');
    if (away) throw late();
    const answer = work();
    answer.then(
      () => (away = false),
      () => undefined,
    );
    return withinTime(answer, redisTimeoutMs, () => {
      away = true;
      return Promise.reject(late());
    });
  };
};

/** Opens the queues of a shop. Creates the tables of BullMQ if they are missing. */
export const openQueues = async (core: Core, { jobLockSeconds = 30 }: { jobLockSeconds?: number | undefined } = {}): Promise<Queues> => {
  const { redisUrl, redisPrefix, databaseUrl } = core.config;
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const queues = new Map<string, OpenQueue>();
  /** Every BullMQ queue that this process uses, including those that are not open now. */
  const bullQueues = new Map<string, QueueName>();
  const workers = new Map<string, Closable>();
  const pools = new Set<pg.Pool>();
  const runners = new Map<QueueName, (data: unknown) => Promise<void>>();
  const jobsHere = createJobsHere(core.log);
  let waiting = true;
  let closing = false;
  const redis = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : null;
  redis?.on('error', log);
  const inTime = limitWaits(redis);
  if (!redis) await migrateQueues(databaseUrl);
  const backend = withBackend(createPostgresBackend);
  const connect = (): pg.Pool => {
    const pool = openPool(databaseUrl);
    pools.add(pool);
    return pool;
  };
  const disconnect = async (pool: pg.Pool | null): Promise<void> => {
    if (pool && pools.delete(pool)) await pool.end();
  };

  const openOn = (bullQueue: string) => {
    if (redis) return { queue: new Queue(bullQueue, { connection: redis, prefix: redisPrefix }), pool: null };
    const pool = connect();
    return { queue: new backend.Queue(bullQueue, { connection: pool }), pool };
  };
  const open = (name: QueueName, bullQueue: string): OpenQueue => {
    const known = queues.get(bullQueue);
    if (known) return known;
    bullQueues.set(bullQueue, name);
    const { queue, pool } = openOn(bullQueue);
    queue.on('error', log);
    const opened = { queue, pool };
    queues.set(bullQueue, opened);
    return opened;
  };
  /** A queue in PostgreSQL whose first connection failed repeats this error for ever. So it is opened again for the next call. */
  const use = async <T>(name: QueueName, bullQueue: string, work: (queue: JobQueue) => Promise<T>): Promise<T> => {
    const opened = open(name, bullQueue);
    try {
      return await work(opened.queue);
    } catch (error) {
      if (opened.pool && !closing && queues.get(bullQueue) === opened) {
        queues.delete(bullQueue);
        disconnect(opened.pool).catch(log);
      }
      throw error;
    }
  };
  const runHere = (name: QueueName, jobs: readonly { data: unknown }[]): void => {
    const run = runners.get(name);
    if (!run) throw new RedisUnavailable('Redis does not answer, and this worker does not run jobs yet');
    for (const { data } of jobs) jobsHere.take(name, () => run(data));
  };
  const addTo = async (name: QueueName, bullQueue: string, jobs: readonly { id: string; data: unknown }[]): Promise<void> => {
    const ready = jobs.map(({ id, data }) => ({ name, data, opts: { ...jobOptionsOf(settings[name]), jobId: id } }));
    const [only, ...others] = ready;
    // On PostgreSQL a bulk insert creates temporary tables; a single job costs a tenth of that.
    if (!only) return;
    const add = () => use(name, bullQueue, (queue) => (others.length === 0 ? queue.add(name, only.data, only.opts) : queue.addBulk(ready)));
    // The events of these jobs are committed. Without these retries they would wait for minutes until the recovery task queues them again.
    for (;;) {
      try {
        await inTime(add);
        return;
      } catch (error) {
        if (error instanceof RedisUnavailable) return runHere(name, jobs);
        if (!waiting || !isDatabaseUnavailable(error)) throw error;
        core.log.warn(
          { err: error, queue: bullQueue, jobs: jobs.length },
          'the database is unavailable; jobs wait until they can be queued',
        );
        await pause(retryMs);
      }
    }
  };
  // So that the first scrape counts the jobs in them.
  for (const name of queueNames) bullQueues.set(name, name);
  const startOn = (name: QueueName, bullQueue: string, run: (job: Job) => Promise<void>) => {
    const { concurrency, lostWorkers } = settings[name];
    const options = {
      concurrency,
      stalledInterval: jobLockSeconds * 500,
      lockDuration: jobLockSeconds * 1_000,
      maxStalledCount: lostWorkers,
      autorun: false,
    };
    if (redis) return { worker: new Worker(bullQueue, run, { connection: redis, prefix: redisPrefix, ...options }), pool: null };
    const pool = connect();
    return { worker: new backend.Worker(bullQueue, (job) => run(job), { connection: pool, ...options }), pool };
  };
  /** Takes the jobs of a BullMQ queue. */
  const take = (name: QueueName, bullQueue: string, run: (job: Job) => Promise<void>): void => {
    const { worker, pool } = startOn(name, bullQueue, run);
    workers.set(bullQueue, worker);
    worker.on('error', log);
    worker.on('failed', (job, error) =>
      core.log[error instanceof HandledByAnotherWorker ? 'info' : 'warn'](
        { err: error, queue: bullQueue, jobId: job?.id, attempt: job?.attemptsMade },
        'a job failed or was left to another worker',
      ),
    );
    // As with a queue: a worker without a connection at its start never gets one. If it ran, it would retry without a pause and
    // block the process.
    worker.waitUntilReady().then(
      () => worker.run().catch(log),
      async (error: Error) => {
        log(error);
        disconnect(pool).catch(log);
        await pause(retryMs);
        if (!closing) take(name, bullQueue, run);
      },
    );
  };
  return {
    add: async (name, jobs) => {
      for (const [bullQueue, some] of Map.groupBy(jobs, ({ data }) => bullQueueOf(name, data))) await addTo(name, bullQueue, some);
    },
    process: (name, consumers, onEnd, handle) => {
      const { retry, timeoutMs } = settings[name];
      const late = () => Promise.reject(new Error(`A job of the queue ${name} did not end within ${timeoutMs / 1_000} s`));
      const run = async (data: unknown, isLastTry: boolean): Promise<void> => {
        const start = performance.now();
        try {
          await withinTime(handle(readPayload(name, data), isLastTry), timeoutMs, late);
          onEnd(name, 'handled', performance.now() - start);
        } catch (error) {
          onEnd(name, error instanceof HandledByAnotherWorker ? 'left' : 'failed', performance.now() - start);
          throw error;
        }
      };
      runners.set(name, (data) => run(data, false));
      for (const bullQueue of [name, ...consumers.map((consumer) => `${name}-${consumer}`)]) {
        bullQueues.set(bullQueue, name);
        // A job of another version may allow another number of attempts.
        take(name, bullQueue, (job) =>
          run(job.data, nextAttempt({ ...retry, attempts: job.opts.attempts ?? 1 }, job.attemptsMade + 1) === null),
        );
      }
    },
    shortestSchedulerMs: shortestSchedulerMs[redis ? 'redis' : 'postgresql'],
    schedule: async (task, everyMs) => {
      const data: JobPayload<'schedule'> = { task };
      const job = { name: 'schedule', data, opts: jobOptionsOf(tasks[task]) };
      await inTime(() => use('schedule', 'schedule', (queue) => queue.upsertJobScheduler(task, { every: everyMs }, job)));
    },
    removeOldSchedulers: () =>
      inTime(() =>
        use('schedule', 'schedule', async (queue) => {
          const schedulers = await queue.getJobSchedulers(0, -1);
          const old = schedulers.map(({ key }) => key).filter((name) => !scheduledTasks.has(name));
          for (const name of old) await queue.removeJobScheduler(name);
          return old;
        }),
      ),
    counts: async () => {
      const counted = await Promise.all(
        [...bullQueues].map(async ([bullQueue, name]) => ({
          name,
          counts: await use(name, bullQueue, (queue) => queue.getJobCounts(...shownStates)),
        })),
      );
      return [...Map.groupBy(counted, ({ name }) => name)].flatMap(([queue, bullQueues]) =>
        shownStates.map((state) => ({ queue, state, count: bullQueues.reduce((sum, { counts }) => sum + (counts[state] ?? 0), 0) })),
      );
    },
    isUp: () => redis === null || redis.status === 'ready',
    stopWaiting: () => void (waiting = false),
    close: async () => {
      closing = true;
      await jobsHere.close();
      await Promise.all([...workers.values()].map((worker) => worker.close()));
      await Promise.all([...queues.values()].map(({ queue }) => queue.close()));
      await Promise.all([...pools].map(disconnect));
      redis?.disconnect();
    },
  };
};
