/** Queues on BullMQ: on PostgreSQL by default, on Redis when there is one. Same jobs, same rules. */
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

/** Thrown by a job that another worker can do and this one cannot. It goes back to the queue; that is no failure of the job. */
export class LeftForAnother extends Error {
  override readonly name = 'LeftForAnother';
}

/**
 * The queue of BullMQ that a job belongs to. Each consumer has one of its own, and only workers that handle the consumer read
 * it. A worker of an earlier version puts events on the common queue.
 */
const laneOf = <N extends QueueName>(name: N, data: QueueJobs[N]): string => ('consumer' in data ? `${name}-${data.consumer}` : name);

export interface Queues {
  /** Puts jobs on a queue, and waits for its server while that is away. A job whose id is waiting already is not added twice. */
  add<N extends QueueName>(name: N, jobs: readonly { id: string; data: QueueJobs[N] }[]): Promise<void>;
  /** Runs a queue's jobs until `close`: those of `consumers` only, where a queue has jobs of consumers. */
  process<N extends QueueName>(
    name: N,
    consumers: readonly string[],
    concurrency: number,
    onEnd: JobEnd,
    handle: (data: QueueJobs[N], isLastTry: boolean) => Promise<void>,
  ): void;
  /** How many jobs stand on each queue, by state. */
  counts(): Promise<{ queue: QueueName; state: string; count: number }[]>;
  /** Whether the server of the queues can be reached, as far as its connection knows. Queues in PostgreSQL are as reachable as the database. */
  isUp(): boolean;
  /** From now on `add` fails where it would wait for the database. Before `close`, so that what is under way ends. */
  stopWaiting(): void;
  /** Lets running jobs end. While Redis is away it waits until Redis is back. */
  close(): Promise<void>;
}

/** Finished jobs are removed at once: BullMQ would otherwise ignore a job whose id still sits among them. */
export const jobOptions: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
};

const schema = 'bullmq';
const shownStates = ['waiting', 'active', 'delayed'] as const;
/** A worker that is killed gives its jobs to the next one; only a job that takes ten workers with it is put aside for the sweep. */
const maxStalledCount = 10;

/** After this time a worker that got no connection at its start is started again, and jobs that found no server are added again. */
const againMs = 1_000;

/** What both backends' classes have in common, as far as this file needs it. */
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
  /** Its connections, where the queue lies in PostgreSQL. */
  readonly pool: pg.Pool | null;
}

/** Opens the queues of a shop; makes BullMQ's tables at the first time. */
export const openQueues = async (core: Core, { jobLockSeconds = 30 }: { jobLockSeconds?: number | undefined } = {}): Promise<Queues> => {
  const { redisUrl, redisPrefix, databaseUrl } = core.config;
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const queues = new Map<string, OpenQueue>();
  /** Every lane that is added to or run here, also while its queue is not open. */
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
  /** A queue in PostgreSQL whose first connection failed repeats that failure for ever. So one that failed is opened anew the next time. */
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
    // On PostgreSQL a bulk makes temporary tables; a job by itself costs a tenth of that.
    if (!only) return;
    const add = () => use(name, lane, (queue) => (others.length === 0 ? queue.add(name, only.data, only.opts) : queue.addBulk(ready)));
    // What these jobs are about is committed: given up here, it would lie for minutes until somebody looks for what was forgotten.
    for (;;) {
      try {
        await add();
        return;
      } catch (error) {
        if (!waiting || !isDatabaseUnavailable(error)) throw error;
        core.log.warn({ err: error, queue: lane, jobs: jobs.length }, 'the database is away; jobs wait until they can be queued');
        await pause(againMs);
      }
    }
  };
  // At once, so that the first scrape counts what lies in them.
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
            onEnd(name, error instanceof LeftForAnother ? 'left' : 'failed', performance.now() - start);
            throw error;
          }
        };
        const start = (): void => {
          const { worker, pool } = startOn(lane, concurrency, run);
          workers.set(lane, worker);
          worker.on('error', log);
          worker.on('failed', (job, error) =>
            core.log[error instanceof LeftForAnother ? 'info' : 'warn'](
              { err: error, queue: lane, jobId: job?.id, attempt: job?.attemptsMade },
              'a job did not end well',
            ),
          );
          // As with a queue: what had no connection at its start never gets one. Run all the same, it asks again and again without a
          // pause and keeps the whole process from doing anything else.
          worker.waitUntilReady().then(
            () => worker.run().catch(log),
            async (error: Error) => {
              log(error);
              disconnect(pool).catch(log);
              await pause(againMs);
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
 * The connections of one queue in PostgreSQL. A pool of our own, because the one that BullMQ makes waits for ever for a connection, and lets
 * a connection that breaks while it is in use end the process; here the statement fails, and its caller is told.
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
  // Without a listener, a connection that breaks here would end the process with a stack; the step that fails says it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
};
