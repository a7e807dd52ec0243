/** Opens BullMQ queues and workers in PostgreSQL or in Redis, with their connections. */
import { redisOf } from '@cartwright/core/composition';
import { redisTimeouts, type Core } from '@cartwright/core/kernel';
import { createPostgresBackend, Queue, withBackend, Worker, type Job, type JobsOptions, type JobType } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type pg from 'pg';
import { migrateQueues, openPool } from './postgres-queues.ts';

/** The common part of the classes of both backends that the worker uses. */
export interface Closable {
  close(): Promise<void>;
}
/** The part of a BullMQ queue that the worker uses. */
export interface JobQueue extends Closable {
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>;
  add(name: string, data: unknown, opts: JobsOptions & { jobId: string }): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions & { jobId: string } }[]): Promise<unknown>;
  getJobSchedulers(start: number, end: number): Promise<{ key: string }[]>;
  removeJobScheduler(id: string): Promise<boolean>;
  upsertJobScheduler(id: string, repeat: { every: number }, job: { name: string; data: unknown; opts: JobsOptions }): Promise<unknown>;
}
/** An open queue. */
export interface OpenQueue {
  readonly queue: JobQueue;
  /** The connections of a queue in PostgreSQL; null with Redis. */
  readonly pool: pg.Pool | null;
}
/** The settings of a BullMQ worker. */
export interface BullWorkerOptions {
  readonly concurrency: number;
  readonly stalledInterval: number;
  readonly lockDuration: number;
  readonly maxStalledCount: number;
}

/** Longest wait for data on a connection on which a worker waits for jobs. BullMQ ends such a command after ten seconds at most. */
const blockedTimeoutMs = 15_000;

/**
 * The Redis of BullMQ workers. BullMQ requires that commands of a worker wait for Redis and never fail, so that a job that has run is
 * recorded. Each worker waits for jobs on a copy of this connection.
 */
class WorkerRedis extends Redis {
  constructor(url: string) {
    super(url, { ...redisTimeouts, maxRetriesPerRequest: null });
  }
  override duplicate(override: Partial<RedisOptions> = {}): Redis {
    return super.duplicate({ socketTimeout: blockedTimeoutMs, ...override });
  }
}

/** The store of the queues, PostgreSQL or Redis, with its connections. */
export type BullBackend = Awaited<ReturnType<typeof openBullBackend>>;

/** Connects to the backend of a shop. Creates the tables of BullMQ if they are missing. */
export const openBullBackend = async (core: Core, onError: (error: Error) => void) => {
  const { redisUrl, redisPrefix, databaseUrl } = core.config;
  const pools = new Set<pg.Pool>();
  const redis = redisOf(core);
  const workerRedis = redisUrl ? new WorkerRedis(redisUrl) : null;
  workerRedis?.on('error', onError);
  if (!redis) await migrateQueues(databaseUrl);
  const backend = withBackend(createPostgresBackend);
  const connect = (): pg.Pool => {
    const pool = openPool(databaseUrl);
    pools.add(pool);
    return pool;
  };
  const open = (bullQueue: string) => {
    if (redis) return { queue: new Queue(bullQueue, { connection: redis.client, prefix: redisPrefix }), pool: null };
    const pool = connect();
    return { queue: new backend.Queue(bullQueue, { connection: pool }), pool };
  };
  const disconnect = async (pool: pg.Pool | null): Promise<void> => {
    if (pool && pools.delete(pool)) await pool.end();
  };
  return {
    /** The Redis that holds the queues; null for queues in PostgreSQL. */
    redis,
    openQueue: (bullQueue: string): OpenQueue => {
      const { queue, pool } = open(bullQueue);
      queue.on('error', onError);
      return { queue, pool };
    },
    /** Opens a worker that does not run yet. */
    openWorker: (bullQueue: string, run: (job: Job) => Promise<void>, options: BullWorkerOptions) => {
      const settings = { ...options, autorun: false };
      if (workerRedis)
        return { worker: new Worker(bullQueue, run, { connection: workerRedis, prefix: redisPrefix, ...settings }), pool: null };
      const pool = connect();
      return { worker: new backend.Worker(bullQueue, (job) => run(job), { connection: pool, ...settings }), pool };
    },
    /** Closes the connections of one queue or worker. */
    disconnect,
    close: async (): Promise<void> => {
      await Promise.all([...pools].map(disconnect));
      workerRedis?.disconnect();
    },
  };
};
