/** Queues on BullMQ: on PostgreSQL by default, on Redis when there is one. Same jobs, same rules. */
import type { Core } from '@cartwright/core/kernel';
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
export type JobEnd = (queue: QueueName, outcome: 'handled' | 'failed', tookMs: number) => void;

export interface Queues {
  /** Puts jobs on a queue. A job whose id is waiting already is not added twice. */
  add<N extends QueueName>(name: N, jobs: readonly { id: string; data: QueueJobs[N] }[]): Promise<void>;
  /** Runs a queue's jobs until `close`. */
  process<N extends QueueName>(
    name: N,
    concurrency: number,
    onEnd: JobEnd,
    handle: (data: QueueJobs[N], isLastTry: boolean) => Promise<void>,
  ): void;
  /** How many jobs stand on each queue, by state. */
  counts(): Promise<{ queue: QueueName; state: string; count: number }[]>;
  /** Whether the server of the queues can be reached, as far as its connection knows. Queues in PostgreSQL are as reachable as the database. */
  isUp(): boolean;
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

/** What both backends' classes have in common, as far as this file needs it. */
interface Closable {
  close(): Promise<void>;
}
interface JobQueue extends Closable {
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>;
  add(name: string, data: unknown, opts: JobsOptions & { jobId: string }): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions & { jobId: string } }[]): Promise<unknown>;
}

/** Opens the queues of a shop; makes BullMQ's tables at the first time. */
export const openQueues = async (core: Core, { jobLockSeconds = 30 }: { jobLockSeconds?: number | undefined } = {}): Promise<Queues> => {
  const { redisUrl, redisPrefix, databaseUrl } = core.config;
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const workers: Closable[] = [];
  const redis = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : null;
  redis?.on('error', log);
  if (!redis) await migrateQueues(databaseUrl);
  const backend = withBackend(createPostgresBackend);
  const connection = { connectionString: databaseUrl, schema, max: 4 };

  const open = (name: QueueName): JobQueue => {
    const queue = redis ? new Queue(name, { connection: redis, prefix: redisPrefix }) : new backend.Queue(name, { connection });
    queue.on('error', log);
    return queue;
  };
  // At once, so that the first scrape counts what lies in all of them.
  const queues: Readonly<Record<QueueName, JobQueue>> = { events: open('events'), mail: open('mail') };
  const runner = (name: QueueName, concurrency: number, run: (job: Job) => Promise<void>) => {
    const options = { concurrency, stalledInterval: jobLockSeconds * 500, lockDuration: jobLockSeconds * 1_000, maxStalledCount };
    return redis
      ? new Worker(name, run, { connection: redis, prefix: redisPrefix, ...options })
      : new backend.Worker(name, (job) => run(job), { connection, ...options });
  };
  return {
    add: async (name, jobs) => {
      const queue = queues[name];
      const ready = jobs.map(({ id, data }) => ({ name, data, opts: { ...jobOptions, jobId: id } }));
      const [only, ...others] = ready;
      // On PostgreSQL a bulk makes temporary tables; a job by itself costs a tenth of that.
      if (only && others.length === 0) await queue.add(name, only.data, only.opts);
      else if (only) await queue.addBulk(ready);
    },
    process: (name, concurrency, onEnd, handle) => {
      const worker = runner(name, concurrency, async (job) => {
        const start = performance.now();
        try {
          await handle(job.data as Parameters<typeof handle>[0], job.attemptsMade + 1 >= (job.opts.attempts ?? 1));
          onEnd(name, 'handled', performance.now() - start);
        } catch (error) {
          onEnd(name, 'failed', performance.now() - start);
          throw error;
        }
      });
      worker.on('error', log);
      worker.on('failed', (job, error) =>
        core.log.warn({ err: error, queue: name, jobId: job?.id, attempt: job?.attemptsMade }, 'a job failed'),
      );
      workers.push(worker);
    },
    counts: async () => {
      const counted = queueNames.map(async (queue) => {
        const counts = await queues[queue].getJobCounts(...shownStates);
        return shownStates.map((state) => ({ queue, state, count: counts[state] ?? 0 }));
      });
      return (await Promise.all(counted)).flat();
    },
    isUp: () => redis === null || redis.status === 'ready',
    close: async () => {
      await Promise.all(workers.map((w) => w.close()));
      await Promise.all(Object.values(queues).map((q) => q.close()));
      redis?.disconnect();
    },
  };
};

const migrateQueues = async (databaseUrl: string): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
};
