/** Queues on BullMQ: on PostgreSQL by default, on Redis when there is one. Same jobs, same rules. */
import type { Core } from '@cartwright/core/kernel';
import { createPostgresBackend, Queue, runMigrations, withBackend, Worker, type Job, type JobsOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

/** One consumer's delivery of one event. */
export interface DeliveryJob {
  readonly eventId: string;
  readonly consumer: string;
}
/** One notification to send. */
export interface MailJob {
  readonly notificationId: string;
}
export interface QueueJobs {
  readonly events: DeliveryJob;
  readonly mail: MailJob;
}
export type QueueName = keyof QueueJobs;

export interface Queues {
  /** Puts jobs on a queue. A job whose id is waiting already is not added twice. */
  add<N extends QueueName>(name: N, jobs: readonly { id: string; data: QueueJobs[N] }[]): Promise<void>;
  /** Runs a queue's jobs until `close`. */
  process<N extends QueueName>(name: N, concurrency: number, handle: (data: QueueJobs[N], isLastTry: boolean) => Promise<void>): void;
  close(): Promise<void>;
}

export const queuePrefix = 'cw';
/** Finished jobs are removed at once: BullMQ would otherwise ignore a job whose id still sits among them. */
export const jobOptions: JobsOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
};

const schema = 'bullmq';

/** What both backends' classes have in common, as far as this file needs it. */
interface Closable {
  close(): Promise<void>;
}
interface JobQueue extends Closable {
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions & { jobId: string } }[]): Promise<unknown>;
}

/** Opens the queues of a shop; makes BullMQ's tables at the first time. */
export const openQueues = async (core: Core): Promise<Queues> => {
  const { redisUrl, databaseUrl } = core.config;
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const queues = new Map<QueueName, JobQueue>();
  const workers: Closable[] = [];
  const redis = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : null;
  redis?.on('error', log);
  if (!redis) await migrateQueues(databaseUrl);
  const backend = withBackend(createPostgresBackend);
  const connection = { connectionString: databaseUrl, schema, max: 4 };

  const open = (name: QueueName): JobQueue => {
    const queue = redis ? new Queue(name, { connection: redis, prefix: queuePrefix }) : new backend.Queue(name, { connection });
    queue.on('error', log);
    queues.set(name, queue);
    return queue;
  };
  const runner = (name: QueueName, concurrency: number, run: (job: Job) => Promise<void>) => {
    const options = { concurrency, stalledInterval: 15_000, lockDuration: 30_000 };
    return redis
      ? new Worker(name, run, { connection: redis, prefix: queuePrefix, ...options })
      : new backend.Worker(name, (job) => run(job), { connection, ...options });
  };
  return {
    add: async (name, jobs) => {
      if (jobs.length > 0)
        await (queues.get(name) ?? open(name)).addBulk(jobs.map(({ id, data }) => ({ name, data, opts: { ...jobOptions, jobId: id } })));
    },
    process: (name, concurrency, handle) => {
      const worker = runner(name, concurrency, (job) =>
        handle(job.data as Parameters<typeof handle>[0], job.attemptsMade + 1 >= (job.opts.attempts ?? 1)),
      );
      worker.on('error', log);
      worker.on('failed', (job, error) =>
        core.log.warn({ err: error, queue: name, jobId: job?.id, attempt: job?.attemptsMade }, 'a job failed'),
      );
      workers.push(worker);
    },
    close: async () => {
      await Promise.all(workers.map((w) => w.close()));
      await Promise.all([...queues.values()].map((q) => q.close()));
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
