/** Job queues on BullMQ, in PostgreSQL by default or in Redis. Both have the same jobs and rules, those of the catalogue. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  queues as settings,
  shortestSchedulerMs,
  taskNames,
  tasks,
  type JobPayload,
  type QueueName,
  type QueueSettings,
  type TaskName,
} from '@cartwright/core/jobs';
import { isDatabaseUnavailable, nextAttempt, RedisUnavailable, withinTime, type Core } from '@cartwright/core/kernel';
import { UnrecoverableError, type JobsOptions } from 'bullmq';
import { openBullBackend } from './bull-backend.ts';
import { createBullQueues, HandledByAnotherWorker, type BullQueues } from './bull-queues.ts';
import { createJobsHere } from './jobs-here.ts';
import { createRedisCalls } from './redis-calls.ts';

/** How a job ended: `left` is for a job that another run does later. */
export type JobOutcome = 'handled' | 'failed' | 'left';
/** Called with each job that ends. */
export type JobEnd = (queue: QueueName, outcome: JobOutcome, tookMs: number) => void;
/** Runs a job of a queue. */
export type JobFunction<N extends QueueName> = (payload: JobPayload<N>, isLastTry: boolean) => Promise<void>;
/** Queues to which the worker adds jobs. Job schedulers add those of `schedule`. */
type AddedQueue = Exclude<QueueName, 'schedule'>;

/**
 * The BullMQ queue of a job. Each consumer has its own queue, and only workers that handle the consumer read it. A worker of an
 * earlier version adds events to the common queue.
 */
const bullQueueOf = (name: QueueName, data: object): string => ('consumer' in data ? `${name}-${String(data.consumer)}` : name);

/** The queues of a process. */
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
  /** Whether the queue server is connected and answers. Always true for queues in PostgreSQL, which are available when the database is. */
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

/** Pause before jobs that the database did not accept are added again. */
const retryMs = 1_000;
/**
 * Adds jobs to BullMQ queues. Repeats until the database accepts them, or `isWaiting` is false. While Redis does not answer, `runHere` gets
 * the jobs.
 */
const createAdder = (
  core: Core,
  bull: BullQueues,
  call: ReturnType<typeof createRedisCalls>,
  { isWaiting, runHere }: { isWaiting: () => boolean; runHere: (name: QueueName, jobs: readonly { data: unknown }[]) => void },
) => {
  return async (name: QueueName, bullQueue: string, jobs: readonly { id: string; data: unknown }[]): Promise<void> => {
    const ready = jobs.map(({ id, data }) => ({ name, data, opts: { ...jobOptionsOf(settings[name]), jobId: id } }));
    const [only, ...others] = ready;
    // On PostgreSQL a bulk insert creates temporary tables; a single job costs a tenth of that.
    if (!only) return;
    const add = () =>
      bull.use(name, bullQueue, (queue) => (others.length === 0 ? queue.add(name, only.data, only.opts) : queue.addBulk(ready)));
    // The events of these jobs are committed. Without these retries they would wait for minutes until the recovery task queues them again.
    for (;;) {
      try {
        await call(add);
        return;
      } catch (error) {
        if (error instanceof RedisUnavailable) return runHere(name, jobs);
        if (!isWaiting() || !isDatabaseUnavailable(error)) throw error;
        core.log.warn(
          { err: error, queue: bullQueue, jobs: jobs.length },
          'the database is unavailable; jobs wait until they can be queued',
        );
        await pause(retryMs);
      }
    }
  };
};

/** Runs the function of a queue for the data of a job, within the time of the queue, and reports how it ended. */
const createRun =
  <N extends QueueName>(name: N, onEnd: JobEnd, handle: JobFunction<N>) =>
  async (data: unknown, isLastTry: boolean): Promise<void> => {
    const { timeoutMs } = settings[name];
    const late = () => Promise.reject(new Error(`A job of the queue ${name} did not end within ${timeoutMs / 1_000} s`));
    const start = performance.now();
    try {
      await withinTime(handle(readPayload(name, data), isLastTry), timeoutMs, late);
      onEnd(name, 'handled', performance.now() - start);
    } catch (error) {
      onEnd(name, error instanceof HandledByAnotherWorker ? 'left' : 'failed', performance.now() - start);
      throw error;
    }
  };

const countJobs = async (bull: BullQueues): Promise<{ queue: QueueName; state: string; count: number }[]> => {
  const counted = await Promise.all(
    [...bull.names].map(async ([bullQueue, name]) => ({
      name,
      counts: await bull.use(name, bullQueue, (queue) => queue.getJobCounts(...shownStates)),
    })),
  );
  return [...Map.groupBy(counted, ({ name }) => name)].flatMap(([queue, bullQueues]) =>
    shownStates.map((state) => ({ queue, state, count: bullQueues.reduce((sum, { counts }) => sum + (counts[state] ?? 0), 0) })),
  );
};

/** Opens the queues of a shop. Creates the tables of BullMQ if they are missing. */
export const openQueues = async (core: Core, { jobLockSeconds = 30 }: { jobLockSeconds?: number | undefined } = {}): Promise<Queues> => {
  const log = (error: Error) => core.log.warn({ err: error }, 'a queue reports an error');
  const backend = await openBullBackend(core, log);
  const { redis } = backend;
  const call = createRedisCalls(redis);
  const bull = createBullQueues(core, backend, jobLockSeconds, log);
  const jobsHere = createJobsHere(core.log);
  const runners = new Map<QueueName, (data: unknown) => Promise<void>>();
  let waiting = true;
  const runHere = (name: QueueName, jobs: readonly { data: unknown }[]): void => {
    const run = runners.get(name);
    if (!run) throw new RedisUnavailable('Redis does not answer, and this worker does not run jobs yet');
    for (const { data } of jobs) jobsHere.take(name, () => run(data));
  };
  const addTo = createAdder(core, bull, call, { isWaiting: () => waiting, runHere });
  return {
    add: async (name, jobs) => {
      for (const [bullQueue, some] of Map.groupBy(jobs, ({ data }) => bullQueueOf(name, data))) await addTo(name, bullQueue, some);
    },
    process: (name, consumers, onEnd, handle) => {
      const { retry } = settings[name];
      const run = createRun(name, onEnd, handle);
      runners.set(name, (data) => run(data, false));
      for (const bullQueue of [name, ...consumers.map((consumer) => `${name}-${consumer}`)])
        // A job of another version may allow another number of attempts.
        bull.take(name, bullQueue, (job) =>
          run(job.data, nextAttempt({ ...retry, attempts: job.opts.attempts ?? 1 }, job.attemptsMade + 1) === null),
        );
    },
    shortestSchedulerMs: shortestSchedulerMs[redis ? 'redis' : 'postgresql'],
    schedule: async (task, everyMs) => {
      const data: JobPayload<'schedule'> = { task };
      const job = { name: 'schedule', data, opts: jobOptionsOf(tasks[task]) };
      await call(() => bull.use('schedule', 'schedule', (queue) => queue.upsertJobScheduler(task, { every: everyMs }, job)));
    },
    removeOldSchedulers: () =>
      call(() =>
        bull.use('schedule', 'schedule', async (queue) => {
          const schedulers = await queue.getJobSchedulers(0, -1);
          const old = schedulers.map(({ key }) => key).filter((name) => !scheduledTasks.has(name));
          for (const name of old) await queue.removeJobScheduler(name);
          return old;
        }),
      ),
    counts: () => call(() => countJobs(bull)),
    isUp: () => redis?.isUp !== false,
    stopWaiting: () => void (waiting = false),
    close: async () => {
      bull.stopReopening();
      await jobsHere.close();
      await bull.closeWorkers();
      await bull.closeQueues();
      await backend.close();
    },
  };
};
