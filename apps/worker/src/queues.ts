/** Job queues on BullMQ, in PostgreSQL by default or in Redis. Both have the same jobs and rules. */
import { setTimeout as pause } from 'node:timers/promises';
import { isDatabaseUnavailable, type Core } from '@cartwright/core/kernel';
import { createPostgresBackend, Queue, runMigrations, withBackend, Worker, type Job, type JobsOptions, type JobType } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

/** Events to hand to one consumer. */
export interface DeliveryJob {
  readonly consumer: string;
  readonly eventIds: readonly string[];
}
/** Notifications to send. */
export interface MailJob {
  readonly notificationIds: readonly string[];
}
export interface QueueJobs {
  readonly events: DeliveryJob;
  readonly mail: MailJob;
}
export type QueueName = keyof QueueJobs;
export const queueNames = ['events', 'mail'] as const satisfies readonly QueueName[];
export type JobOutcome = 'handled' | 'failed' | 'left';
export type JobEnd = (queue: QueueName, outcome: JobOutcome, tookMs: number) => void;

/** Thrown for a job that only another worker can do. The job goes back to the queue and does not count as failed. */
export class HandledByAnotherWorker extends Error {
  override readonly name = 'HandledByAnotherWorker';
}

/**
 * The BullMQ queue of a job. Each consumer has its own queue, and only workers that handle the consumer read it. A worker of an
 * earlier version adds events to the common queue.
 */
const laneOf = <N extends QueueName>(name: N, data: QueueJobs[N]): string => ('consumer' in data ? `${name}-${data.consumer}` : name);

export interface Queues {
  /** Adds jobs to a queue, and waits while its server is unavailable. A job whose id is already in the queue is not added again. */
  add<N extends QueueName>(name: N, jobs: readonly { id: string; data: QueueJobs[N] }[]): Promise<void>;
  /** Runs the jobs of a queue until `close`. Of a queue with jobs per consumer, it runs only those of `consumers`. */
  process<N extends QueueName>(
    name: N,
    consumers: readonly string[],
    concurrency: number,
    onEnd: JobEnd,
    handle: (data: QueueJobs[N], isLastTry: boolean) => Promise<void>,
  ): void;
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
export const jobOptions: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
};

const schema = 'bullmq';
const shownStates = ['waiting', 'active', 'delayed'] as const;
/** How often a job may lose its worker: the next worker takes it. After ten lost workers it fails, and the recovery task queues it again. */
const maxStalledCount = 10;

/** Pause before a worker without a connection is started again, and before jobs without a server are added again. */
const retryMs = 1_000;

/** The common part of the classes of both backends that this file uses. */
interface Closable {
  close(): Promise<void>;
}
interface JobQueue extends Closable {
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>;
  add(name: string, data: unknown, opts: JobsOptions & { jobId: string }): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions & { jobId: string } }[]): Promise<unknown>;
}

interface OpenQueue {
  readonly queue: JobQueue;
  /** The connections of a queue in PostgreSQL; null with Redis. */
  readonly pool: pg.Pool | null;
}

/** Opens the queues of a shop. Creates the tables of BullMQ if they are missing. */
export const openQueues = async (core: Core, { jobLockSeconds = 30 }: { jobLockSeconds?: number | undefined } = {}): Promise<Queues> => {
  const { redisUrl, redisPrefix, databaseUrl } = core.config;
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const queues = new Map<string, OpenQueue>();
  /** Every BullMQ queue that this process uses, including those that are not open now. */
  const lanes = new Map<string, QueueName>();
  const workers = new Map<string, Closable>();
  const pools = new Set<pg.Pool>();
  let waiting = true;
  let closing = false;
  const redis = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : null;
  redis?.on('error', log);
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

  const openOn = (lane: string) => {
    if (redis) return { queue: new Queue(lane, { connection: redis, prefix: redisPrefix }), pool: null };
    const pool = connect();
    return { queue: new backend.Queue(lane, { connection: pool }), pool };
  };
  const open = (name: QueueName, lane: string): OpenQueue => {
    const known = queues.get(lane);
    if (known) return known;
    lanes.set(lane, name);
    const { queue, pool } = openOn(lane);
    queue.on('error', log);
    const opened = { queue, pool };
    queues.set(lane, opened);
    return opened;
  };
  /** A queue in PostgreSQL whose first connection failed repeats this error for ever. So it is opened again for the next call. */
  const use = async <T>(name: QueueName, lane: string, work: (queue: JobQueue) => Promise<T>): Promise<T> => {
    const opened = open(name, lane);
    try {
      return await work(opened.queue);
    } catch (error) {
      if (opened.pool && !closing && queues.get(lane) === opened) {
        queues.delete(lane);
        disconnect(opened.pool).catch(log);
      }
      throw error;
    }
  };
  const addTo = async (name: QueueName, lane: string, jobs: readonly { id: string; data: unknown }[]): Promise<void> => {
    const ready = jobs.map(({ id, data }) => ({ name, data, opts: { ...jobOptions, jobId: id } }));
    const [only, ...others] = ready;
    // On PostgreSQL a bulk insert creates temporary tables; a single job costs a tenth of that.
    if (!only) return;
    const add = () => use(name, lane, (queue) => (others.length === 0 ? queue.add(name, only.data, only.opts) : queue.addBulk(ready)));
    // The events of these jobs are committed. Without these retries they would wait for minutes until the recovery task queues them again.
    for (;;) {
      try {
        await add();
        return;
      } catch (error) {
        if (!waiting || !isDatabaseUnavailable(error)) throw error;
        core.log.warn({ err: error, queue: lane, jobs: jobs.length }, 'the database is unavailable; jobs wait until they can be queued');
        await pause(retryMs);
      }
    }
  };
  // So that the first scrape counts the jobs in them.
  for (const name of queueNames) lanes.set(name, name);
  const startOn = (lane: string, concurrency: number, run: (job: Job) => Promise<void>) => {
    const options = {
      concurrency,
      stalledInterval: jobLockSeconds * 500,
      lockDuration: jobLockSeconds * 1_000,
      maxStalledCount,
      autorun: false,
    };
    if (redis) return { worker: new Worker(lane, run, { connection: redis, prefix: redisPrefix, ...options }), pool: null };
    const pool = connect();
    return { worker: new backend.Worker(lane, (job) => run(job), { connection: pool, ...options }), pool };
  };
  return {
    add: async (name, jobs) => {
      for (const [lane, some] of Map.groupBy(jobs, ({ data }) => laneOf(name, data))) await addTo(name, lane, some);
    },
    process: (name, consumers, concurrency, onEnd, handle) => {
      for (const lane of [name, ...consumers.map((consumer) => `${name}-${consumer}`)]) {
        lanes.set(lane, name);
        const run = async (job: Job): Promise<void> => {
          const start = performance.now();
          try {
            await handle(job.data as Parameters<typeof handle>[0], job.attemptsMade + 1 >= (job.opts.attempts ?? 1));
            onEnd(name, 'handled', performance.now() - start);
          } catch (error) {
            onEnd(name, error instanceof HandledByAnotherWorker ? 'left' : 'failed', performance.now() - start);
            throw error;
          }
        };
        const start = (): void => {
          const { worker, pool } = startOn(lane, concurrency, run);
          workers.set(lane, worker);
          worker.on('error', log);
          worker.on('failed', (job, error) =>
            core.log[error instanceof HandledByAnotherWorker ? 'info' : 'warn'](
              { err: error, queue: lane, jobId: job?.id, attempt: job?.attemptsMade },
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
              if (!closing) start();
            },
          );
        };
        start();
      }
    },
    counts: async () => {
      const counted = await Promise.all(
        [...lanes].map(async ([lane, name]) => ({
          name,
          counts: await use(name, lane, (queue) => queue.getJobCounts(...shownStates)),
        })),
      );
      return [...Map.groupBy(counted, ({ name }) => name)].flatMap(([queue, lanes]) =>
        shownStates.map((state) => ({ queue, state, count: lanes.reduce((sum, { counts }) => sum + (counts[state] ?? 0), 0) })),
      );
    },
    isUp: () => redis === null || redis.status === 'ready',
    stopWaiting: () => void (waiting = false),
    close: async () => {
      closing = true;
      await Promise.all([...workers.values()].map((worker) => worker.close()));
      await Promise.all([...queues.values()].map(({ queue }) => queue.close()));
      await Promise.all([...pools].map(disconnect));
      redis?.disconnect();
    },
  };
};

/**
 * The connections of one queue in PostgreSQL. The pool that BullMQ creates waits for ever for a connection, and a connection that breaks
 * while it is in use ends the process. With this pool the statement fails and its caller gets the error.
 */
const openPool = (databaseUrl: string): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    // One of them listens for jobs.
    max: 5,
    options: `-c search_path=${schema}`,
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  return pool.on('connect', (client) => client.on('error', () => undefined));
};

const migrateQueues = async (databaseUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // Without a listener, a broken connection would end the process. The failing statement reports the error.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
};
